package fund_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestReturnAddressesLeadToTheCausesSitesOnly tries what open redirects are made from.
func TestReturnAddressesLeadToTheCausesSitesOnly(t *testing.T) {
	t.Parallel()
	g := fund.Fact{AllowedOrigins: []string{"https://shop.example", "https://shop.example:8443", "https://xn--bcher-kva.example", "http://127.0.0.1:9000", "https://[2001:db8::1]"}}
	for typed, want := range map[string]string{
		"https://shop.example":                      "https://shop.example/",
		"https://SHOP.example/thanks?order=1&x=%20": "https://shop.example/thanks?order=1&x=%20",
		"https://shop.example:443/a":                "https://shop.example/a",
		"https://shop.example:8443/a":               "https://shop.example:8443/a",
		"https://shop.example/a#b":                  "https://shop.example/a",
		"https://bücher.example/x":                  "https://xn--bcher-kva.example/x",
		"https://BÜCHER.example/x":                  "https://xn--bcher-kva.example/x",
		"http://127.0.0.1:9000/x":                   "http://127.0.0.1:9000/x",
		"https://[2001:db8::1]/x":                   "https://[2001:db8::1]/x",
		"https://shop.example//evil.example":        "https://shop.example//evil.example",
		"https://shop.example/@evil.example":        "https://shop.example/@evil.example",
		"https://shop.example/%2e%2e/%5C":           "https://shop.example/%2e%2e/%5C",

		"": "", "/thanks": "", "//shop.example": "", "shop.example": "", "https:shop.example": "", "https:/shop.example": "", "https:///shop.example": "",
		"http://shop.example": "", "https://shop.example:80": "", "https://shop.example:0443": "", "https://shop.example:": "", "https://shop.example:x": "",
		"https://shop.example.": "", "https://shop.example./": "", "https://shop.example.evil.example": "", "https://evilshop.example": "",
		"https://a.shop.example": "", "https://shop.example@evil.example/": "", "https://shop.example:pw@evil.example/": "",
		"https://me@shop.example/": "", "https://@shop.example/": "", "https://evil.example\\@shop.example/": "", "https:\\\\shop.example": "",
		"https://shop.example\\.evil.example": "", "https://evil.example/\\shop.example": "", "https://evil.example#@shop.example": "",
		"https://evil.example?https://shop.example": "", "https://shop.example%2eevil.example": "", "https://shop%2eexample": "",
		"javascript:alert(1)": "", "javascript://shop.example/%0aalert(1)": "", "data:text/html,x": "", "ftp://shop.example": "", "HTTPS://shop.example": "https://shop.example/",
		" https://shop.example": "", "https://shop.example\n": "", "https://shop\t.example": "", "https://shop.example/\x00": "", "\x01https://shop.example": "",
		"https://shop.example/ a": "", "https://shop。example/": "https://shop.example/", "https://ｓｈｏｐ.example/": "https://shop.example/",
		"https://shop.example\u2024": "", "https://sh\u043ep.example/": "", "https://[::ffff:127.0.0.1]:9000/": "", "http://0177.0.0.1:9000": "", "http://2130706433:9000": "",
		"https://shop.example/" + strings.Repeat("a", fund.MaxAddress): "",
	} {
		if got := g.ReturnAddress(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
	if got := (fund.Fact{}).ReturnAddress("https://shop.example"); got != "" {
		t.Errorf("got %q where no site is listed, want nothing", got)
	}
}

func TestReturnSites(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"https://shop.example:8443/x?y": "shop.example:8443", "https://xn--bcher-kva.example/": "xn--bcher-kva.example", "": "", "://": ""} {
		if got := fund.ReturnSite(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestCleanVia(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"newsletter": "newsletter", " twitch:panel.1 ": "twitch:panel.1", "Zeitung_2-ü": "Zeitung_2-ü", "two words": "two words", "": "",
		"<script>": "", "=cmd|' /C calc'!A0": "", "a/b": "", "a\nb": "", "a@b": "", strings.Repeat("é", fund.MaxVia): strings.Repeat("é", fund.MaxVia),
		strings.Repeat("é", fund.MaxVia+1): "",
	} {
		if got := fund.CleanVia(typed); got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestWhatDonorsReadIsChecked(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", fund.MaxDonorText)
	for name, c := range map[string]struct {
		patch fund.DonationSettingsPatch
		want  []string
	}{
		"texts at the limit": {fund.DonationSettingsPatch{Thanks: fund.Some(long), Statement: fund.Some(long)}, nil},
		"texts beyond it": {
			fund.DonationSettingsPatch{Thanks: fund.Some(long + "é"), Statement: fund.Some(long + "é")},
			[]string{"thanks " + fund.TooLong(1000), "statement " + fund.TooLong(1000)},
		},
		"a text nobody can store": {fund.DonationSettingsPatch{Thanks: fund.Some("a\x00b")}, []string{"thanks " + fund.ControlText}},
		"the longest delay":       {fund.DonationSettingsPatch{StreamDelay: fund.Some(int64(3600))}, nil},
		"a longer one":            {fund.DonationSettingsPatch{StreamDelay: fund.Some(int64(3601))}, []string{"stream_delay must be from 0 to 3600 seconds (60 minutes)"}},
		"a negative one":          {fund.DonationSettingsPatch{StreamDelay: fund.Some(int64(-1))}, []string{"stream_delay must be from 0 to 3600 seconds (60 minutes)"}},
	} {
		var g fund.DonationSettings
		var got []string
		for _, f := range c.patch.Apply(&g, "USD", time.Time{}) {
			got = append(got, f.Path+" "+f.Text)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	var g fund.DonationSettings
	fund.DonationSettingsPatch{Thanks: fund.Some(" Thank\r\nyou \n"), Statement: fund.Some("\u200b")}.Apply(&g, "USD", time.Time{})
	if g.Thanks != "Thank\nyou" || g.Statement != "" {
		t.Errorf("got %q and %q, want the lines alone, and nothing of what nobody sees", g.Thanks, g.Statement)
	}
}
