package command_test

import (
	"strings"
	"testing"
)

// TestCertificateSettingsAreChecked reads them from the terminal and from a file, as an operator writes them.
func TestCertificateSettingsAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		want string
	}{
		"good":               {"ALMONER_TLS_HOSTS=Give.Example.org,www.example.org\nALMONER_HTTP_ADDR=\nALMONER_BASE_URL=https://give.example.org\nALMONER_ACME_EMAIL=a@b.example\n", "The settings are good.\n"},
		"a plain base":       {"ALMONER_TLS_HOSTS=give.example.org\nALMONER_BASE_URL=http://give.example.org\n", "--base-url is http://give.example.org; with --tls-hosts it begins with https://"},
		"another base":       {"ALMONER_TLS_HOSTS=give.example.org\nALMONER_BASE_URL=https://example.org\n", "--base-url has the host example.org, which is not among --tls-hosts; add it there"},
		"an address":         {"ALMONER_TLS_HOSTS=192.0.2.7\n", `"192.0.2.7" is an address; write a name like give.example.org`},
		"no roots":           {"ALMONER_TLS_HOSTS=give.example.org\nALMONER_ACME_ROOT=nothing.pem\n", "The file nothing.pem cannot be read"},
		"authority in clear": {"ALMONER_TLS_HOSTS=give.example.org\nALMONER_ACME_DIRECTORY=http://acme.example/dir\n", "is not safe from listeners"},
		"no names":           {"ALMONER_LOCAL_CA=authority\n", "--tls-hosts is missing: with --local-ca"},
	} {
		h := typingWith(t, map[string]string{"almoner.conf": c.file})
		if _, out, _ := h.run("config", "check", "--config", "almoner.conf"); !strings.Contains(out, c.want) {
			t.Errorf("%s: got %s, want %q", name, out, c.want)
		}
	}
}
