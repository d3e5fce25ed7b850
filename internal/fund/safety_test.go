package fund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testcost"
)

// chosen are the settings of a choice.
func chosen(t *testing.T, s fund.Safety) fund.DonationSettings {
	t.Helper()
	var g fund.DonationSettings
	if wrong := s.Patch().Apply(&g, "USD", time.Time{}); wrong.Err() != nil {
		t.Fatal(wrong.Err())
	}
	return g
}

// TestChoicesOfSafety judges the same messages by each choice.
func TestChoicesOfSafety(t *testing.T) {
	t.Parallel()
	const never = -1
	for _, c := range []struct {
		name, comment           string
		relaxed, normal, strict time.Duration // host only waits as normal does
	}{
		{"Ada", "", 0, 0, fund.StrictWait},
		{"Ada", "Have fun in Scunthorpe, classy people! Fuck yeah", 0, fund.NormalWait, fund.StrictWait},
		{"Ada", "n 1 g g e r", never, never, never},
		{"Ada", "du Ｈｕｒｅｎｓｏｈｎ", never, never, never},
		{"Hurensohn", "", never, never, never},
		{"Ada", "come to evil.example", 0, fund.NormalWait, fund.StrictWait},
		{"Ada", "come to evil.com", never, never, never},
		{"evil dot com", "", never, never, never},
		{"Ada", "call 0151 2345678", never, never, never},
	} {
		for s, want := range map[fund.Safety]time.Duration{fund.SafetyRelaxed: c.relaxed, fund.SafetyNormal: c.normal, fund.SafetyStrict: c.strict, fund.SafetyHostOnly: c.normal} {
			d := fund.Donation{Name: c.name, Comment: c.comment, CompletedAt: time.Unix(1, 0)}
			chosen(t, s).Over(fund.DefaultDonationSettings()).Screener().Screen(&d)
			got := time.Duration(never)
			switch {
			case !d.Screening.Waits():
				got = 0
			case !d.ReleaseAt.IsZero():
				got = d.ReleaseAt.Sub(d.CompletedAt)
			}
			if got != want {
				t.Errorf("%s: %q by %q is %s, and released after %v, want %v", s, c.comment, c.name, d.Screening, got, want)
			}
		}
	}
}

func TestAChoiceIsKnownByItsSettings(t *testing.T) {
	t.Parallel()
	for _, s := range fund.Safeties() {
		g := chosen(t, s)
		if got := g.Safety(); got != s {
			t.Errorf("%s: got %q", s, got)
		}
		g.NoContacts = false
		if got := g.Safety(); got != "" {
			t.Errorf("%s with links: got %q, want none", s, got)
		}
	}
	if got := (fund.DonationSettings{}).Safety(); got != "" {
		t.Errorf("no settings: got %q, want none", got)
	}
}

// TestProtectionHoldsBelow sets it at a cause: a campaign can set its mode, and cannot take the protection away.
func TestProtectionHoldsBelow(t *testing.T) {
	t.Parallel()
	above := fund.DonationSettings{Screening: fund.ScreenEverything, ReleaseAfter: time.Minute, ReleaseAttended: true, ShippedWords: true, NoContacts: true}
	for name, c := range map[string]struct{ own, want fund.DonationSettings }{
		"nothing set": {fund.DonationSettings{}, above},
		"a mode":      {fund.DonationSettings{Screening: fund.ScreenNothing}, fund.DonationSettings{Screening: fund.ScreenNothing, ShippedWords: true, NoContacts: true}},
	} {
		got := c.own.Over(above)
		if got.Screening != c.want.Screening || got.ReleaseAfter != c.want.ReleaseAfter || got.ReleaseAttended != c.want.ReleaseAttended || !got.ShippedWords || !got.NoContacts {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// TestWhatNobodyCanShow asks of each state that somebody could choose.
func TestWhatNobodyCanShow(t *testing.T) {
	t.Parallel()
	s := fund.DonationSettings{NoContacts: true, Screening: fund.ScreenNothing}.Screener()
	for _, c := range []struct {
		d             fund.Donation
		shown, nameOf bool
	}{
		{fund.Donation{Name: "Ada", Comment: "hi"}, false, false},
		{fund.Donation{Name: "Ada", Comment: "evil.com"}, true, false},
		{fund.Donation{Name: "evil.com", Comment: "hi"}, true, true},
		{fund.Donation{Name: "evil.com", Comment: "hi", Anonymous: true}, false, false},
	} {
		if got := s.Barred(c.d, fund.ScreeningHostOnly); got != c.shown {
			t.Errorf("%+v to the host: got barred %v, want %v: it is read aloud", c.d, got, c.shown)
		}
		for to, want := range map[fund.Screening]bool{
			fund.ScreeningShown: c.shown, fund.ScreeningCommentHeld: c.nameOf, fund.ScreeningHeld: false, fund.ScreeningHidden: false,
		} {
			if got := s.Barred(c.d, to); got != want {
				t.Errorf("%+v to %s: got barred %v, want %v", c.d, to, got, want)
			}
		}
	}
}

// TestTheDearestProtectedComment judges the longest names and comments with the shipped list and everything else on.
func TestTheDearestProtectedComment(t *testing.T) {
	t.Parallel()
	g := fund.DonationSettings{ShippedWords: true, NoContacts: true, Screening: fund.ScreenComments}
	warm := fund.Donation{Comment: "x"}
	g.Screener().Screen(&warm)
	for name, text := range map[string]string{"one letter": "l", "phrases in one sign": "\ufdfa", "numerals": "Ⅲ", "parted": "n i ", "digits": "1 ", "domains": "a.io "} {
		long := func(size int) string { return string([]rune(strings.Repeat(text, size))[:size]) }
		d := fund.Donation{Name: long(fund.MaxDonorName), Comment: long(fund.MaxComment)}
		testcost.Bound(t, name, func() { g.Screener().Screen(&d) })
	}
}
