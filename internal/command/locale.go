package command

import (
	"strings"

	"github.com/almoner/almoner/internal/app"
)

// LocaleOf is the locale that the environment sets for messages, such as de_DE.UTF-8, by POSIX (Base Definitions, section 8.2); "" for none.
func LocaleOf(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if set := getenv(name); set != "" {
			return set
		}
	}
	return ""
}

// system is the actor of a command, whose names are typed in the language of the terminal.
func (t Terminal) system() app.Actor {
	name, _, _ := strings.Cut(t.Locale, "@")
	name, _, _ = strings.Cut(name, ".")
	if name == "C" || name == "POSIX" {
		name = ""
	}
	return app.System().Reading(strings.ReplaceAll(name, "_", "-"))
}
