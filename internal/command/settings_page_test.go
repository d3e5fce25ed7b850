package command_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testgolden"
)

// settingGroups are the headings of docs/settings.md, each with the flags below it, or with what these begin with.
var settingGroups = []struct {
	title string
	flags []string
}{
	{"The server", []string{"--addr", "--base-url", "--db", "--trusted-proxies", "--webhook-networks", "--shutdown-timeout"}},
	{"Certificates of its own", []string{"--tls-hosts", "--http-addr", "--acme-", "--local-ca"}},
	{"Money", []string{"--sandbox", "--stripe-", "--donation-limit", "--fee-"}},
	{"Mail", []string{"--mail-"}},
	{"The site", []string{"--site-"}},
	{"Sign-in", []string{"--openid-"}},
	{"Against abuse", []string{"--captcha-", "--limit-"}},
	{"Reading aloud", []string{"--speech-"}},
	{"The secret key", []string{"--secret-"}},
	{"Backups", []string{"--backup-"}},
	{"Alarms", []string{"--alarm-"}},
	{"Log and metrics", []string{"--log-", "--metrics-"}},
	{"Version 3 of the API", []string{"--v3-"}},
	{"The demo", []string{"--data", "--rate", "--seed", "--pictures"}},
}

// settingsPage is the page, settingsHead where what is made from the flags begins.
const (
	settingsPage = "../../docs/settings.md"
	settingsHead = "## All settings\n"
)

// TestSettingsPage compares docs/settings.md with the flags. What stands above its list is written by hand.
func TestSettingsPage(t *testing.T) {
	t.Parallel()
	page := string(must.Get(os.ReadFile(settingsPage))(t))
	head, _, found := strings.Cut(page, settingsHead)
	if !found {
		t.Fatalf("got no heading %q", settingsHead)
	}
	var b strings.Builder
	b.WriteString(head + settingsHead)
	b.WriteString("\nEach has a flag, and a name in the environment and in a file. 🔑 marks secrets, and what may hold one.\n")
	left := command.Settings()
	for _, group := range settingGroups {
		fmt.Fprintf(&b, "\n### %s\n\n| setting | default | what it is |\n|---|---|---|\n", group.title)
		for _, flag := range group.flags {
			in := func(s command.Setting) bool {
				return s.Flag == flag || strings.HasSuffix(flag, "-") && strings.HasPrefix(s.Flag, flag)
			}
			if !slices.ContainsFunc(left, in) {
				t.Errorf("%s: got no flag that is left for the group %s", flag, group.title)
			}
			for _, s := range left {
				if in(s) {
					b.WriteString(settingRow(s))
				}
			}
			left = slices.DeleteFunc(left, in)
		}
	}
	for _, s := range left {
		t.Errorf("%s: is in no group", s.Flag)
	}
	testgolden.Compare(t, settingsPage, []byte(b.String()))
}

// helpDefault is where the help of a flag says its default.
var helpDefault = regexp.MustCompile(` ?\(default: ([^()]*)\)`)

func settingRow(s command.Setting) string {
	flag := s.Flag
	if s.Placeholder != "" {
		flag += " " + s.Placeholder
	}
	preset := "–"
	if s.Default != "" {
		preset = "`" + s.Default + "`"
	}
	if said := helpDefault.FindStringSubmatch(s.Help); said != nil && said[1] != s.Default && s.Default == "" {
		preset = said[1]
	}
	help := strings.NewReplacer("<", "&lt;", "|", `\|`).Replace(helpDefault.ReplaceAllString(s.Help, ""))
	name := "`" + s.Name + "`"
	if s.Secret {
		name += " 🔑"
	}
	if s.File != "" {
		name += "<br>`" + s.File + "`"
	}
	return fmt.Sprintf("| `%s`<br>%s | %s | %s |\n", flag, name, preset, help)
}
