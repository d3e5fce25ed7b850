package oauth_test

import (
	"strings"
	"testing"
)

// TestPagesAreInTheChosenLanguage goes from the sign-in to the account and the consent in German, which the browser remembers once it was chosen.
func TestPagesAreInTheChosenLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	const page = "/account/sign-in?next=%2Faccount%2Fsessions"
	if got := b.get(page); !strings.Contains(got.body, `<html lang="en" dir="ltr">`) || !strings.Contains(got.body, `href="?lang=de&amp;next=%2Faccount%2Fsessions"`) {
		t.Errorf("got\n%s\nwant an English page that leads to the German one", got.body)
	}
	if got := b.get(page + "&lang=de"); !strings.Contains(got.body, "<h1>Anmelden</h1>") || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %v\n%s\nwant German", got.Header, got.body)
	}
	wrong := b.post("/account/sign-in", with(b.get(page).form(t, "/account/sign-in"), "email", email, "password", "guess"))
	if !strings.Contains(wrong.body, "Die E-Mail-Adresse oder das Passwort ist falsch.") || !strings.Contains(wrong.body, "<title>Fehler: Anmelden") {
		t.Errorf("got\n%s\nwant German", wrong.body)
	}
	b.signIn("/account/sessions")
	for path, want := range map[string]string{
		"/account/sessions": "Wo Sie angemeldet sind", "/account/email": "E-Mail", "/oauth/authorize?client_id=nobody": "ist nicht bekannt", "/account/nothing": "Seite nicht gefunden",
	} {
		if got := b.get(path); !strings.Contains(got.body, want) || !strings.Contains(got.body, `<html lang="de"`) {
			t.Errorf("%s: got\n%s\nwant German with %q", path, got.body, want)
		}
	}
}
