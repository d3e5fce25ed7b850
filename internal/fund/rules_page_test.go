package fund_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// causeErrors applies a patch to a cause with a currency and returns the errors at a path.
func causeErrors(c *fund.Cause, p fund.CausePatch, path string) []string {
	p.Name, p.Currency = fund.Some("Water"), fund.Some("USD")
	wrong := p.Apply(c, time.Unix(1, 0))
	var said []string
	for _, one := range strings.Split(fmt.Sprint(wrong.Err()), "\n") {
		if strings.Contains(one, path) {
			said = append(said, one)
		}
	}
	return said
}

func TestTimeZoneOfACause(t *testing.T) {
	t.Parallel()
	for zone, known := range map[string]bool{
		"": true, "UTC": true, "Europe/Berlin": true, " America/New_York ": true, "Local": false, "CET/": false, "../etc/passwd": false, "Berlin": false, //nolint:gocritic // spaces around a name are taken off
		"Etc/GMT+5": true, "America/Argentina/Buenos_Aires": true, "America/Port-au-Prince": true, "EST5EDT": true,
		"localtime": false, "posixrules": false, "posix/Europe/Berlin": false, "right/Europe/Berlin": false, "Europe//Berlin": false, "Europe/./Berlin": false, "./UTC": false} {
		var c fund.Cause
		if got := causeErrors(&c, fund.CausePatch{TimeZone: fund.Some(zone)}, "time_zone"); (got == nil) != known {
			t.Errorf("%q: got %q, want it known: %t", zone, got, known)
		}
		if known && c.TimeZone != strings.TrimSpace(zone) {
			t.Errorf("%q: got %q", zone, c.TimeZone)
		}
	}
	if got := fund.Zone("Europe/Berlin").String(); got != "Europe/Berlin" {
		t.Errorf("got %s, want the zone", got)
	}
	for _, name := range []string{"", "Local", "gone"} {
		if got := fund.Zone(name); got != time.UTC {
			t.Errorf("%q: got %s, want UTC", name, got)
		}
	}
}

func TestAllowedOriginsOfACause(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"https://Example.org/": "https://example.org", "https://example.org:443": "https://example.org", "https://example.org:8443": "https://example.org:8443",
		"http://localhost:3000": "http://localhost:3000", "http://127.0.0.1:80": "http://127.0.0.1", "https://[2001:db8::1]": "https://[2001:db8::1]",
		"https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
	} {
		var c fund.Cause
		if wrong := causeErrors(&c, fund.CausePatch{AllowedOrigins: fund.Some([]string{typed, typed})}, "allowed_origins"); wrong != nil || !slices.Equal(c.AllowedOrigins, []string{want}) {
			t.Errorf("%s: got %q and %q, want %s", typed, c.AllowedOrigins, wrong, want)
		}
	}
	for _, typed := range []string{
		"", "*", "example.org", "http://example.org", "https://", "https://*.example.org", "https://example.org/path", "https://example.org?a", "https://example.org#a",
		"https://user@example.org", "https://example.org;script-src", "https://example.org 'self'", "https://exa,mple.org", "javascript:alert(1)", "https://bücher.example",
		"https://example.org:0x50", "https://example.org:99999", "https:example.org", "//example.org", "https://[fe80::1%25eth0]", "https://" + strings.Repeat("a", 300),
	} {
		var c fund.Cause
		if wrong := causeErrors(&c, fund.CausePatch{AllowedOrigins: fund.Some([]string{typed})}, "allowed_origins.0"); wrong == nil {
			t.Errorf("%q: got %q, want it refused", typed, c.AllowedOrigins)
		}
	}
	many := make([]string, fund.MaxOrigins+1)
	for i := range many {
		many[i] = fmt.Sprintf("https://%d.example.org", i)
	}
	var c fund.Cause
	if wrong := causeErrors(&c, fund.CausePatch{AllowedOrigins: fund.Some(many[1:])}, "allowed_origins"); wrong != nil {
		t.Errorf("got %q, want as many as there may be", wrong)
	}
	if wrong := causeErrors(&c, fund.CausePatch{AllowedOrigins: fund.Some(many)}, "allowed_origins"); wrong == nil {
		t.Error("got one too many taken")
	}
}

func TestAccentIsCheckedWhenItIsSet(t *testing.T) {
	t.Parallel()
	for color, want := range map[string]string{
		"": "", "#0b6b50": "", " #0B6B50": "", "#036": "", "red": "is not a color", "#12": "is not a color", "#ffcc00": "the nearest color that works is #", "#fff": "the nearest color that works is #", //nolint:gocritic // spaces around a color are taken off
	} {
		for _, apply := range []func(fund.SettingsPatch) []string{
			func(s fund.SettingsPatch) []string {
				return causeErrors(&fund.Cause{}, fund.CausePatch{Settings: s}, "color_highlight")
			},
			func(s fund.SettingsPatch) []string {
				wrong := fund.EventPatch{Settings: s}.Apply(&fund.FundraisingEvent{Fact: fund.Fact{Name: "n", Currency: "USD"}}, time.Unix(1, 0))
				return strings.Split(fmt.Sprint(wrong.Err()), "\n")
			},
		} {
			got := strings.Join(apply(fund.SettingsPatch{"color_highlight": color}), " ")
			if want == "" && strings.Contains(got, "color_highlight") || !strings.Contains(got, want) {
				t.Errorf("%q: got %q, want %q", color, got, want)
			}
		}
	}
}
