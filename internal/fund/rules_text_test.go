package fund_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestNamesShowSomething(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a": "", " a ": "", "": fund.Blank, " \u2003 ": fund.Blank, "\u200b": fund.Blank, "\u200b \u2060": fund.Blank, "\u3164": fund.Blank, "\u2800\ufe0f": fund.Blank, "\u200ba": "",
		strings.Repeat("é", fund.MaxName-1): "", strings.Repeat("é", fund.MaxName): "",
		strings.Repeat("é", fund.MaxName+1): "is too long (255 characters at most)",
		"a\x7f":                             fund.ControlText, "a\u0085b": fund.ControlText, "a\tb": fund.ControlText, "\xc3": fund.ControlText,
	} {
		var wrong fault.Fields
		got := name
		fund.CheckName(&wrong, "name", &got)
		wants(t, wrong, lines("name", want)...)
		left := strings.TrimSpace(name)
		if want == fund.Blank {
			left = ""
		}
		if got != left {
			t.Errorf("%q: got %q, want %q", name, got, left)
		}
	}
}

// lines is the argument of wants for one error of a field, or for none.
func lines(path, text string) []string {
	if text == "" {
		return nil
	}
	return []string{path + " " + text}
}

func TestSlugsAtTheirEdges(t *testing.T) {
	t.Parallel()
	const chars = "may only have the characters a-z, 0-9, - and _, and needs a letter"
	for slug, want := range map[string]string{
		"a": "", "z": "", "a0": "", "a9": "", "-a_": "", "A": "", " a ": "", "": fund.Blank, " ": fund.Blank,
		"0": chars, "9": chars, "-": chars, "_": chars, "a`": chars, "a{": chars, "a/": chars, "a:": chars, "aé": chars, "a b": chars, "a.b": chars,
		strings.Repeat("a", fund.MaxSlug): "", strings.Repeat("a", fund.MaxSlug+1): "is too long (100 characters at most)",
		strings.Repeat("é", fund.MaxSlug): chars, strings.Repeat("é", fund.MaxSlug+1): "is too long (100 characters at most)",
	} {
		var wrong fault.Fields
		got := slug
		fund.CheckSlug(&wrong, "slug", &got)
		t.Logf("%q", slug)
		wants(t, wrong, lines("slug", want)...)
		if got != strings.ToLower(strings.TrimSpace(slug)) {
			t.Errorf("%q: got %q, want lower case", slug, got)
		}
	}
}

func TestSlugsFromNamesAtTheirEdges(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"az": "az", "a09": "a09", "a`b": "a-b", "a{b": "a-b", "a/b": "a-b", "a:b": "a-b", "!a": "a", "a!": "a", "!": "team", "9": "team",
		strings.Repeat("a", fund.MaxSlug+1):       strings.Repeat("a", fund.MaxSlug),
		strings.Repeat("a", fund.MaxSlug-1) + "b": strings.Repeat("a", fund.MaxSlug-1) + "b",
		strings.Repeat("1", fund.MaxSlug) + "a":   "team",
		"!" + strings.Repeat("a", fund.MaxSlug):   strings.Repeat("a", fund.MaxSlug),
	} {
		if got := fund.SlugFrom(name, "team", language.Und); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		slug string
		n    int
		want string
	}{
		{"run", 0, "run"}, {"run", -1, "run"}, {"run", 1, "run"}, {"run", 2, "run-2"},
		{strings.Repeat("a", fund.MaxSlug-2), 2, strings.Repeat("a", fund.MaxSlug-2) + "-2"},
		{strings.Repeat("a", fund.MaxSlug-1), 2, strings.Repeat("a", fund.MaxSlug-2) + "-2"},
		{strings.Repeat("a", fund.MaxSlug), 10, strings.Repeat("a", fund.MaxSlug-3) + "-10"},
	} {
		if got := fund.NumberedSlug(c.slug, c.n); got != c.want {
			t.Errorf("%q number %d: got %q, want %q", c.slug, c.n, got, c.want)
		}
	}
}

func TestSlugsOfNamelessFacts(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fund.Kind]string{
		fund.KindCause: "charity", fund.KindFundraisingEvent: "fundraising-event", fund.KindAuctionHouse: "auction-house", fund.KindCampaign: "campaign",
	} {
		f := fund.Fact{Kind: kind, Currency: "USD", Status: fund.Unpublished, Supportable: fund.SupportNone}
		wants(t, fund.CampaignPatch{Name: fund.Some("募金")}.Apply(&f, noon))
		if f.Slug != want {
			t.Errorf("%s: got %q, want %q", kind, f.Slug, want)
		}
	}
}

// TestReservedSlugsAreThoseOfTheirKind rejects the server's own addresses as slugs of causes, and that of the donate page for events.
func TestReservedSlugsAreThoseOfTheirKind(t *testing.T) {
	t.Parallel()
	const reserved = "slug is an address of this server: choose another one"
	for _, c := range []struct {
		kind fund.Kind
		slug string
		want []string
	}{
		{fund.KindCause, "api", []string{reserved}}, {fund.KindCause, "donate", nil}, {fund.KindCause, "apis", nil},
		{fund.KindFundraisingEvent, "donate", []string{reserved}}, {fund.KindFundraisingEvent, "api", nil},
		{fund.KindCampaign, "donate", []string{reserved}}, {fund.KindTeamCampaign, "profile", []string{reserved}}, {fund.KindCampaign, "api", nil},
		{fund.KindCause, "Dashboard", []string{reserved}}, {fund.KindCause, "webhooks", []string{reserved}},
	} {
		f := campaign()
		f.Kind = c.kind
		wants(t, fund.CampaignPatch{Slug: fund.Some(c.slug)}.Apply(&f, noon), c.want...)
		f.Slug = strings.ToLower(c.slug)
		wants(t, fund.CampaignPatch{Slug: fund.Some(c.slug), Name: fund.Some("Another")}.Apply(&f, noon)) // it had the slug before
	}
	derived := fund.Fact{Kind: fund.KindCampaign, Currency: "USD", Status: fund.Unpublished, Supportable: fund.SupportNone}
	wants(t, fund.CampaignPatch{Name: fund.Some("Donate!")}.Apply(&derived, noon))
	if derived.Slug != "donate-2" {
		t.Errorf("got %q, want a slug that is no address of the server", derived.Slug)
	}
}

func TestEmailAddresses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", fund.MaxEmail-len("@b.example")) + "@b.example"
	for email, want := range map[string]string{
		"me@example.org": "", long: "", "a" + long: "is too long (254 bytes at most)", "": fund.Blank, "  ": fund.Blank,
		"me": fund.NotEmail, "me@": fund.NotEmail, "@example.org": fund.NotEmail, "a@b@c": fund.NotEmail, "<me@example.org>": fund.NotEmail,
		"me@example.org, you@example.org": fund.NotEmail, "Me <me@example.org>": fund.NotEmail, "me@example.org (me)": fund.NotEmail,
		"me\x00@example.org": fund.NotEmail, "\"a\tb\"@example.org": fund.NotEmail,
	} {
		var wrong fault.Fields
		got := email
		fund.CheckEmail(&wrong, "email", &got)
		t.Logf("%q", email)
		wants(t, wrong, lines("email", want)...)
		if want == "" && got != email {
			t.Errorf("%q: got %q, want it as it is", email, got)
		}
	}
}

// TestEmailAddressesAreCleaned pastes addresses with signs that nobody sees, and writes domains in both of their forms.
func TestEmailAddressesAreCleaned(t *testing.T) {
	t.Parallel()
	for email, want := range map[string]string{
		"\tME.Too@Example.ORG\n": "ME.Too@example.org", "user@example.org\u200b": "user@example.org", "user@exam\u00adple.org": "user@example.org",
		"\ufeffus\u2060er@example.org": "user@example.org", "\u202auser@example.org\u202c": "user@example.org", "user\ufe0f@example.org": "user@example.org",
		"us\u200der@example.org": "user@example.org", "user\u3164@example.org": "user@example.org",
		"user@M\u00fcnchen.example": "user@m\u00fcnchen.example", "user@xn--mnchen-3ya.example": "user@m\u00fcnchen.example",
		"\u200c\u00fc@example.org": "\u00fc@example.org", "user@\u4f8b\u3048.\u30c6\u30b9\u30c8\u200d": "user@\u4f8b\u3048.\u30c6\u30b9\u30c8",
		"\u00fc\u00ad\u00f6@example.org": "\u00fc\u00f6@example.org", "a\u200c\u00fc@example.org": "a\u00fc@example.org", "\u00e9\u200d1@example.org": "\u00e91@example.org",
		// Persian and Sinhala are misspelled without their joiners.
		"\u0646\u0627\u0645\u0647\u200c\u0627\u06cc@example.org": "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc@example.org",
		"\u0dc1\u0dca\u200d\u0dbb\u0dd3@example.org":             "\u0dc1\u0dca\u200d\u0dbb\u0dd3@example.org",
		"user@mu\u0308nchen.example":                             "user@m\u00fcnchen.example", "user@\uff45xample.org": "user@example.org",
	} {
		var wrong fault.Fields
		got := email
		fund.CheckEmail(&wrong, "email", &got)
		wants(t, wrong)
		if got != want {
			t.Errorf("%+q: got %+q, want %+q", email, got, want)
		}
		if login := fund.LoginEmail(email); login != strings.ToLower(want) {
			t.Errorf("%+q: got the login %+q, want %+q", email, login, strings.ToLower(want))
		}
	}
}

// TestEmailAddressesThatNobodyCanReach are in no public DNS.
func TestEmailAddressesThatNobodyCanReach(t *testing.T) {
	t.Parallel()
	for _, email := range []string{
		"user@localhost", "a@b", "a@[127.0.0.1]", "a@127.0.0.1", "a@[IPv6:::1]", "a@example.", "a@.example", "a@exam_ple.org", "a@-b.example", "a@b..example",
		"a@b.1", "a@" + strings.Repeat("b", 64) + ".example",
	} {
		var wrong fault.Fields
		got := email
		fund.CheckEmail(&wrong, "email", &got)
		t.Logf("%q", email)
		wants(t, wrong, lines("email", fund.NotEmail)...)
	}
}

// TestTheLengthOfAnEmailAddressCountsInASCII writes a domain in letters that mail servers need more bytes for.
func TestTheLengthOfAnEmailAddressCountsInASCII(t *testing.T) {
	t.Parallel()
	longest := fund.MaxEmail - len("@xn--mnchen-3ya.example")
	for length, want := range map[int]string{longest: "", longest + 1: "is too long (254 bytes at most)"} {
		var wrong fault.Fields
		email := strings.Repeat("a", length) + "@m\u00fcnchen.example"
		fund.CheckEmail(&wrong, "email", &email)
		wants(t, wrong, lines("email", want)...)
	}
}

func TestWireEmail(t *testing.T) {
	t.Parallel()
	for email, want := range map[string]string{
		"User@m\u00fcnchen.example": "User@xn--mnchen-3ya.example", "user@example.org": "user@example.org",
		"m\u00fc@m\u00fcnchen.example": "m\u00fc@m\u00fcnchen.example", "user@localhost": "user@localhost", "": "",
	} {
		if got := fund.WireEmail(email); got != want {
			t.Errorf("%q: got %q, want %q", email, got, want)
		}
	}
}

// TestAddresses checks links on pages by means of a campaign's picture. Browsers read a backslash as a slash, so that /\ begins the address
// of another server, just as // does.
func TestAddresses(t *testing.T) {
	t.Parallel()
	long := "https://example.org/" + strings.Repeat("é", fund.MaxAddress-len("https://example.org/"))
	for address, want := range map[string]string{
		"": "", "https://example.org": "", "http://example.org/a b?c#d": "", "HTTPS://example.org/": "", "/a.png": "", "/a//b": "", "/a\\b": "",
		long: "", long + "é": "is too long (2048 characters at most)",
		`/\evil.example`: fund.NotAddress, `/\/evil.example`: fund.NotAddress, "//evil.example": fund.NotAddress, `\\evil.example`: fund.NotAddress,
		"///evil.example": fund.NotAddress, "/": "", "a.png": fund.NotAddress, "?a": fund.NotAddress, "https://": fund.NotAddress, "https:///a": fund.NotAddress, "https:a": fund.NotAddress,
		"ftp://example.org": fund.NotAddress, "javascript:alert(1)": fund.NotAddress, "data:text/html,x": fund.NotAddress, "mailto:a@example.org": fund.NotAddress,
		"https://[::1": fund.NotAddress, "/%zz": fund.NotAddress, "https://example.org/\n": "", "https://example.org/\na": fund.ControlText,
		"https://:80": fund.NotAddress, "https://example.org:65535/": "", "https://example.org:65536/": fund.NotPort, "https://example.org:0/": fund.NotPort,
		"https://[::1]:080/": fund.NotPort, "https://example.org:/": fund.NotPort, "https://[fe80::1%25eth0]/": fund.HasZone, "https://a.test": "",
	} {
		f := campaign()
		t.Logf("%q", address)
		wants(t, fund.CampaignPatch{Avatar: fund.Some(address)}.Apply(&f, noon), lines("avatar", want)...)
	}
}

func TestRedirectAddresses(t *testing.T) {
	t.Parallel()
	const insecure = "must begin with https:// unless it is on this machine (http://127.0.0.1…)"
	for address, want := range map[string]string{
		"https://app.example/back": "", "https://app.example": "", "https://app.example:8443/a?b=c": "",
		"http://127.0.0.1/": "", "http://127.9.9.9:8080/": "", "http://[::1]:1/": "", "http://localhost/": "",
		"": fund.Blank, " ": fund.Blank, "/back": fund.NotAddress, "app.example": fund.NotAddress, "myapp://back": fund.NotAddress,
		"https://app.example/a b": fund.NotAddress, `https://app.example\@evil.example`: fund.NotAddress, `https://app.example/\`: fund.NotAddress,
		"https://app.example/#": "must not have a fragment (#…)", "https://app.example/#a": "must not have a fragment (#…)",
		"https://me@app.example/": "must not have a user name", "https://me:pw@app.example/": "must not have a user name",
		"http://app.example/": insecure, "http://localhost.example/": insecure, "http://128.0.0.1/": insecure, "http://[::2]/": insecure,
		"http://0.0.0.0/": insecure, "http://10.0.0.1/": insecure,
		"https://app.test/": "", "https://app.invalid/": "", "https://app.local/": "", "https://app.example:65535/": "", "http://localhost:1/": "",
		"https://app.example:65536/": fund.NotPort, "https://app.example:99999/": fund.NotPort, "https://app.example:0/": fund.NotPort,
		"https://app.example:0443/": fund.NotPort, "https://app.example:/": fund.NotPort, "https://app.example:-1/": fund.NotAddress,
		"http://127.0.0.1:0/": fund.NotPort, "http://localhost:08080/": fund.NotPort, "http://[::1]:08080/": fund.NotPort, "http://localhost:65536/": fund.NotPort,
		"http://[::1%25lo]:8080/": fund.HasZone, "https://[fe80::1%25eth0]/": fund.HasZone, "https://:8443/": fund.NotAddress, "http://:8080/": fund.NotAddress,
	} {
		var wrong fault.Fields
		got := address
		fund.CheckRedirect(&wrong, "redirect_uri", &got)
		t.Logf("%q", address)
		wants(t, wrong, lines("redirect_uri", want)...)
	}
}

func TestPasswordsAtTheirEdges(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"": "is too short (8 characters at least)", "1234567": "is too short (8 characters at least)", "12345678": "",
		strings.Repeat("é", 7): "is too short (8 characters at least)", strings.Repeat("é", 8): "",
		strings.Repeat("a", fund.MaxPassword): "", strings.Repeat("a", fund.MaxPassword+1): "is too long (1024 bytes at most)",
		strings.Repeat("é", fund.MaxPassword/2): "", strings.Repeat("é", fund.MaxPassword/2) + "a": "is too long (1024 bytes at most)",
	} {
		var wrong fault.Fields
		fund.CheckPassword(&wrong, password)
		wants(t, wrong, lines("password", want)...)
	}
}

func TestCurrencies(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"USD": "", "": fund.Blank, "usd": fund.NotCurrency, "ZZZ": fund.NotCurrency} {
		var wrong fault.Fields
		fund.CheckCurrency(&wrong, "currency", code)
		wants(t, wrong, lines("currency", want)...)
	}
	const other = "currency is not the currency of the cause (USD)"
	for _, c := range []struct {
		named fund.Opt[string]
		fact  string
		want  []string
	}{
		{fund.Opt[string]{}, "USD", nil}, {fund.Some("USD"), "USD", nil}, {fund.Some("EUR"), "USD", []string{other}},
		{fund.Some(""), "USD", []string{"currency cannot be blank"}}, {fund.Some("EUR"), "", nil}, {fund.Some("ZZZ"), "", []string{"currency is not a known currency"}},
	} {
		f := campaign()
		f.Currency = c.fact
		wants(t, fund.CampaignPatch{Currency: c.named}.Apply(&f, noon), c.want...)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, currency string
		minor          int64
		want           string
	}{
		{"0.01", "USD", 1, ""}, {"1", "JPY", 1, ""}, {"0.001", "KWD", 1, ""}, {"10000000000", "USD", 1_000_000_000_000, ""},
		{"0", "USD", 0, fund.NotPositive}, {"0.00", "USD", 0, fund.NotPositive}, {"", "USD", 0, fund.Blank}, {"  ", "USD", 0, fund.Blank},
		{"0.001", "USD", 0, "has more decimals than USD allows"}, {"0.1", "JPY", 0, "has more decimals than JPY allows"},
		{"10000000000.01", "USD", 0, "is too large"}, {"x", "USD", 0, "is not a number"}, {"-1", "USD", 0, "cannot be negative"},
		// An unknown currency is reported where it is chosen.
		{"5", "ZZZ", 5, ""}, {"x", "ZZZ", 0, "is not a number"}, {"1.5", "ZZZ", 0, fund.NotPositive},
	} {
		var wrong fault.Fields
		got := fund.ParseAmount(&wrong, "amount", c.text, c.currency)
		t.Logf("%q %s", c.text, c.currency)
		wants(t, wrong, lines("amount", c.want)...)
		if got != c.minor {
			t.Errorf("%q %s: got %d, want %d", c.text, c.currency, got, c.minor)
		}
	}
	f := campaign()
	f.Currency = "ZZZ"
	wants(t, fund.CampaignPatch{Goal: fund.Some("1.5")}.Apply(&f, noon))
}

func TestSpansEndAfterTheirStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		starts, ends time.Time
		want         string
	}{
		{noon, noon.Add(1), ""}, {noon, noon, fund.AfterStart}, {noon, noon.Add(-1), fund.AfterStart},
		{time.Time{}, noon, ""}, {noon, time.Time{}, ""}, {time.Time{}, time.Time{}, ""},
	} {
		var wrong fault.Fields
		fund.CheckSpan(&wrong, c.starts, c.ends)
		wants(t, wrong, lines("ends_at", c.want)...)
	}
}

func TestHandlesElsewhere(t *testing.T) {
	t.Parallel()
	for handle, want := range map[string]string{
		"ada": "", "@ada": "", "ada#1234": "", "https://a.example": "", "http:x": "", "HTTPS://a.example": "", "": "", "a/b:c": "", "a_b:c": "",
		"a:b": fund.NotAddress, "z:b": fund.NotAddress, "A:b": fund.NotAddress, "Z:b": fund.NotAddress, "0:b": fund.NotAddress, "9:b": fund.NotAddress,
		"a+:b": fund.NotAddress, "a-:b": fund.NotAddress, "a.:b": fund.NotAddress, ":b": fund.NotAddress,
		"`:b": "", "{:b": "", "@:b": "", "[:b": "", "/:b": "",
		strings.Repeat("a", fund.MaxName): "", strings.Repeat("a", fund.MaxName+1): "is too long (255 characters at most)",
	} {
		user := fund.User{Username: "Me", Slug: "me", Email: "me@example.org"}
		t.Logf("%q", handle)
		wants(t, fund.UserPatch{Social: fund.SocialPatch{"youtube": handle}}.Apply(&user, noon), lines("social.youtube", want)...)
	}
}

func TestLongTextsAtTheirEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want string
	}{
		{strings.Repeat("a", fund.MaxDescription), ""}, {strings.Repeat("a", fund.MaxDescription+1), "is too long (65536 bytes at most)"},
		{strings.Repeat("é", fund.MaxDescription/2), ""}, {strings.Repeat("é", fund.MaxDescription/2) + "a", "is too long (65536 bytes at most)"},
		{"a\n\r\tb", ""}, {"a\vb", fund.ControlText}, {"a\x00", fund.ControlText}, {"\xff", fund.ControlText},
	} {
		f := campaign()
		wants(t, fund.CampaignPatch{Description: fund.Some(c.text)}.Apply(&f, noon), lines("description", c.want)...)
	}
}
