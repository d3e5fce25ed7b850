package fund_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

func TestEventPatch(t *testing.T) {
	t.Parallel()
	e := fund.FundraisingEvent{Fact: campaign()}
	e.Settings.HeaderTitle, e.Settings.MinimumDonation = "Old", 100
	long := fund.Some(strings.Repeat("x", fund.MaxAbout+1))
	wants(t, fund.EventPatch{
		ShortDescription: fund.Some(strings.Repeat("x", fund.MaxComment+1)), Message: long, Video: fund.Some("x"), Image: fund.Some("x"),
		Logo: fund.Some("x"), ContactEmail: fund.Some(" "), Status: fund.Some(fund.Status("gone")),
	}.Apply(&e, noon),
		"status is not one of the allowed values", "short_description is too long (1000 characters at most)",
		"message is too long (10000 bytes at most)", "video is not an address (https://…)", "image is not an address (https://…)",
		"logo is not an address (https://…)")
	e = fund.FundraisingEvent{Fact: campaign(), Settings: e.Settings}
	wants(t, fund.EventPatch{Settings: fund.SettingsPatch{"minimum_donation": "", "header_intro": "New", "find_out_more_link": ""}}.Apply(&e, noon))
	if e.Settings.MinimumDonation != 0 || e.Settings.HeaderIntro != "New" || e.Settings.HeaderTitle != "Old" {
		t.Errorf("got %+v, want the intro new, the minimum cleared and the title kept", e.Settings)
	}
	for second, want := range map[int]bool{0: false, 1: true, 2: true, 3: false} {
		e.StartSupportingAt, e.EndSupportingAt = at(1), at(3)
		if got := e.TakesSupport(at(second)); got != want {
			t.Errorf("second %d: got %t, want %t", second, got, want)
		}
	}
}

func TestCausePatch(t *testing.T) {
	t.Parallel()
	c := fund.Cause{Fact: fund.Fact{Kind: fund.KindCause, Status: fund.Unpublished, Supportable: fund.SupportPublic}}
	wants(t, fund.CausePatch{
		Name: fund.Some("木"), Currency: fund.Some("ABC"), Goal: fund.Some("1"), PaypalEmail: fund.Some("x"),
		LegalName: fund.Some("a\x00b"), Social: fund.SocialPatch{"myspace": "x"},
	}.Apply(&c, noon),
		"currency is not a known currency", "legal_name has characters that cannot be shown", "paypal_email is not an e-mail address",
		"social.myspace is not a known name")
	if c.Slug != "charity" {
		t.Errorf("got slug %q, want that of a name without letters", c.Slug)
	}
	c.Currency = ""
	wants(t, fund.CausePatch{Currency: fund.Some("USD"), LegalName: fund.Some(" Inc. "), PaypalEmail: fund.Some("A@example.org")}.Apply(&c, noon))
	wants(t, fund.CausePatch{Currency: fund.Some("USD"), Goal: fund.Some("1.5")}.Apply(&c, noon))
	if c.Currency != "USD" || c.Goal != 150 || c.LegalName != "Inc." || c.PaypalEmail != "A@example.org" {
		t.Errorf("got %+v, want what was submitted, trimmed", c)
	}
	wants(t, fund.CausePatch{Currency: fund.Some("EUR")}.Apply(&c, noon), "currency is not the currency of the cause (USD)")
}
