package command_test

import (
	"testing"

	"github.com/almoner/almoner/internal/command"
)

func TestLocaleOfATerminal(t *testing.T) {
	t.Parallel()
	for want, set := range map[string]map[string]string{
		"":            {"LANGUAGE": "de"},
		"C":           {"LC_ALL": "C", "LANG": "de_DE.UTF-8"},
		"de_DE.UTF-8": {"LC_ALL": "", "LC_MESSAGES": "de_DE.UTF-8", "LANG": "en_US.UTF-8"},
		"da_DK":       {"LC_CTYPE": "de_DE", "LANG": "da_DK"},
	} {
		if got := command.LocaleOf(func(name string) string { return set[name] }); got != want {
			t.Errorf("%v: got %q, want %q", set, got, want)
		}
	}
}

// TestNamesAreSpelledAsTheTerminalDoes makes slugs of names at terminals in several languages.
func TestNamesAreSpelledAsTheTerminalDoes(t *testing.T) {
	t.Parallel()
	for locale, kids := range map[string]string{
		"": "fur-kinder", "C": "fur-kinder", "POSIX": "fur-kinder", "C.UTF-8": "fur-kinder", "en_US.UTF-8": "fur-kinder", "no locale": "fur-kinder",
		"de_DE.UTF-8": "fuer-kinder", "de_AT@euro": "fuer-kinder", "de": "fuer-kinder",
	} {
		h := newTerminal(t)
		h.locale = locale
		h.must("migrate")
		for _, args := range [][]string{
			{"user", "create", "--username", "Für Kinder", "--email", "ada@example.org"},
			{"cause", "create", "--owner", "ada@example.org", "--name", "Für Kinder", "--currency", "EUR"},
			{"campaign", "create", "--user", "ada@example.org", "--cause", kids, "--name", "Für Kinder"},
		} {
			if made := h.object(args...); made["slug"] != kids {
				t.Errorf("%s in %q: got the slug %v, want %q", args[0], locale, made["slug"], kids)
			}
			if args[0] == "cause" {
				h.must("cause", "approve", "--cause", kids, "--yes")
			}
		}
	}
}
