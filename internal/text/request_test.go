package text_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/text"
)

// ask is a request with a query, a cookie that remembers a language, and an Accept-Language header; "" is none of it.
func ask(query, remembered, accepted string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/?"+query, nil)
	if remembered != "" {
		r.AddCookie(&http.Cookie{Name: "almoner_lang", Value: remembered})
	}
	r.Header.Set("Accept-Language", accepted)
	return r
}

func TestTheLanguageOfARequest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, remembered, accepted, want string }{
		{"", "", "", "en"},
		{"", "", "de", "de"},
		{"", "", "de-CH,en;q=0.5", "de"},
		{"", "", "fr,ar;q=0.8,de;q=0.9", "de"},
		{"", "", "fr", "en"},
		{"", "", "de;q=0,en;q=0.1", "en"},
		{"", "", "nonsense;;;", "en"},
		{"", "", "*", "en"},
		{"", "", strings.Repeat("fr,", 100) + "de", "en"}, // behind what is read
		{"", "", strings.Repeat("de,", 100), "de"},
		{"", "", strings.Repeat("x", 300), "en"},
		{"", "ar", "de", "ar"},
		{"", "fr", "de", "de"},
		{"lang=en", "ar", "de", "en"},
		{"amount=5&lang=ar", "", "de", "ar"},
		{"lang=fr", "ar", "de", "ar"},
		{"lang=", "", "de", "de"},
		{"lang=DE", "", "", "en"},
		{"slang=ar", "", "de", "de"},
	} {
		if got := text.Of(ask(c.query, c.remembered, c.accepted)).Language(); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestRemember(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"lang=de": "almoner_lang=de; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax", "lang=fr": "", "": "", "lang=de%0d%0aX": "",
	} {
		w := httptest.NewRecorder()
		text.Remember(w, ask(query, "", "ar"), true)
		if got := w.Header().Get("Set-Cookie"); got != want {
			t.Errorf("%q: got %q, want %q", query, got, want)
		}
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	query := url.Values{"amount": {"5"}, "lang": {"en"}}
	want := []text.Choice{
		{Language: "en", Name: "English", Address: "?amount=5&lang=en"}, {Language: "de", Name: "Deutsch", Address: "?amount=5&lang=de", Current: true},
		{Language: "ar", Name: "العربية", Address: "?amount=5&lang=ar"},
	}
	if got := text.German.Choices(query); !slices.Equal(got, want) || query.Get("lang") != "en" {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := text.English.Choices(nil)[1].Address; got != "?lang=de" {
		t.Errorf("got %s", got)
	}
}
