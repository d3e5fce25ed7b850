package account_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testbrowser"
)

// TestPagesAreInTheChosenLanguage goes from the sign-in to the account in German, which the browser remembers once it was chosen.
func TestPagesAreInTheChosenLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	const page = "/account/sign-in?next=%2Faccount%2Fsessions"
	if got := b.Get(page); !strings.Contains(got.Text, `<html lang="en" dir="ltr">`) || !strings.Contains(got.Text, `href="?lang=de&amp;next=%2Faccount%2Fsessions"`) {
		t.Errorf("got\n%s\nwant an English page that leads to the German one", got.Text)
	}
	if got := b.Get(page + "&lang=de"); !strings.Contains(got.Text, "<h1>Anmelden</h1>") || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %v\n%s\nwant German", got.Header, got.Text)
	}
	wrong := b.Post("/account/sign-in", testbrowser.With(b.Get(page).Form(t, "/account/sign-in"), "email", email, "password", "guess"))
	if !strings.Contains(wrong.Text, "Die E-Mail-Adresse oder das Passwort ist falsch.") || !strings.Contains(wrong.Text, "<title>Fehler: Anmelden") {
		t.Errorf("got\n%s\nwant German", wrong.Text)
	}
	b.signIn("/account/sessions")
	for path, want := range map[string]string{
		"/account/sessions": "Wo Sie angemeldet sind", "/account/email": "E-Mail", "/account/nothing": "Seite nicht gefunden",
	} {
		if got := b.Get(path); !strings.Contains(got.Text, want) || !strings.Contains(got.Text, `<html lang="de"`) {
			t.Errorf("%s: got\n%s\nwant German with %q", path, got.Text, want)
		}
	}
}
