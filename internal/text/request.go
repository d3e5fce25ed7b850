package text

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/money"
)

const (
	// languageField is the field of a query that asks for a language, "?lang=de", and languageCookie remembers it for the browser.
	languageField  = "lang"
	languageCookie = "almoner_lang"
	// rememberedFor is for how many seconds a browser remembers its language: a year.
	rememberedFor = 365 * 24 * 60 * 60
)

// Varies are the headers of a request that its locale depends on, for the Vary header of a page.
const Varies = "Accept-Language, Cookie"

// Of is the locale for a request: that of its query, else of its cookie, else the first of its Accept-Language header that has texts, else English.
func Of(r *http.Request) *Locale {
	if l := asked(r); l != nil {
		return l
	}
	if cookie, err := r.Cookie(languageCookie); err == nil {
		if l := named(cookie.Value); l != nil {
			return l
		}
	}
	return Accepted(r.Header.Get("Accept-Language"))
}

// asked is the locale that the query asks for; nil for none.
func asked(r *http.Request) *Locale {
	if !strings.Contains(r.URL.RawQuery, languageField+"=") {
		return nil
	}
	return named(r.URL.Query().Get(languageField))
}

// named is the locale of a language tag; nil where there are no texts.
func named(tag string) *Locale {
	for _, l := range Locales() {
		if l.Language() == tag {
			return l
		}
	}
	return nil
}

// Accepted is the locale that an Accept-Language header, or a language tag, prefers among those with texts; English if there is none.
func Accepted(header string) *Locale {
	for _, tag := range money.Languages(header) {
		base, _ := tag.Base()
		if l := named(base.String()); l != nil {
			return l
		}
	}
	return English
}

// Remember has the browser remember the language that the query asks for. Secure is for cookies that are sent encrypted only.
func Remember(w http.ResponseWriter, r *http.Request, secure bool) {
	l := asked(r)
	if l == nil {
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is not set only where the server is reached over http, as in a demo
		Name: languageCookie, Value: l.Language(), Path: "/", MaxAge: rememberedFor, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// Choice leads to the same page in a language.
type Choice struct {
	// Language is as the lang attribute has it, Name what its speakers call it, and Address where the page is, relative to itself.
	Language, Name, Address string
	// Current is set for the language of the page.
	Current bool
}

// Choices are the languages of a page, in the order of Locales. Query is that of the page, whose other fields they keep; nil for none.
func (l *Locale) Choices(query url.Values) []Choice {
	var all []Choice
	for _, other := range Locales() {
		asks := url.Values{}
		for name, values := range query {
			asks[name] = values
		}
		asks.Set(languageField, other.Language())
		all = append(all, Choice{Language: other.Language(), Name: other.Text("site.language"), Address: "?" + asks.Encode(), Current: other == l})
	}
	return all
}
