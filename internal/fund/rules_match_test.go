package fund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestMatchPatch(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	have := fund.DonationMatch{MatchedBy: "Acme", Type: fund.MatchAmount, Pledged: 5000, Currency: "USD", StartsAt: noon, EndsAt: noon.Add(time.Hour)}
	ended := have
	ended.CompletedAt = noon
	all := have
	all.Type, all.Pledged = fund.MatchAll, 0
	for _, c := range []struct {
		name  string
		match fund.DonationMatch
		patch fund.MatchPatch
		want  []string
	}{
		{"nothing", have, fund.MatchPatch{}, nil},
		{
			"new without anything", fund.DonationMatch{Currency: "USD"}, fund.MatchPatch{},
			[]string{"matched_by cannot be blank", "pledged cannot be blank", "ends_at cannot be blank"},
		},
		{"has ended", ended, fund.MatchPatch{}, []string{"status has ended: a donation match that has ended cannot be changed"}},
		{"nobody", have, fund.MatchPatch{MatchedBy: some("\u200b")}, []string{"matched_by cannot be blank"}},
		{"the longest name", have, fund.MatchPatch{MatchedBy: some(strings.Repeat("é", fund.MaxDonorName))}, nil},
		{"too long a name", have, fund.MatchPatch{MatchedBy: some(strings.Repeat("é", fund.MaxDonorName+1))}, []string{"matched_by is too long (100 characters at most)"}},
		{"an unknown type", have, fund.MatchPatch{Type: fund.Some(fund.MatchType("half"))}, []string{"type is not one of the allowed values"}},
		{"another currency", have, fund.MatchPatch{Currency: some("EUR")}, []string{"currency is not the currency of the cause (USD)"}},
		{"nothing pledged", have, fund.MatchPatch{Pledged: some("0")}, []string{"pledged must be more than zero"}},
		{"a pledge for everything", all, fund.MatchPatch{Pledged: some("5")}, []string{"pledged is not for a match of everything"}},
		{"no pledge for everything", all, fund.MatchPatch{Pledged: some("")}, nil},
		{"everything, and no word of a pledge", all, fund.MatchPatch{}, nil},
		{"back to an amount without one", all, fund.MatchPatch{Type: fund.Some(fund.MatchAmount)}, []string{"pledged cannot be blank"}},
		{"no start", have, fund.MatchPatch{StartsAt: fund.Some(time.Time{})}, []string{"starts_at cannot be blank"}},
		{"no end", have, fund.MatchPatch{EndsAt: fund.Some(time.Time{})}, []string{"ends_at cannot be blank"}},
		{"ends at its start", have, fund.MatchPatch{EndsAt: fund.Some(noon)}, []string{"ends_at must be after starts_at"}},
		{"unreadable", have, fund.MatchPatch{Invalid: fault.Fields{{Path: "pledged", Text: "is not a number"}}, Pledged: some("x")}, []string{"pledged is not a number"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wants(t, c.patch.Apply(&c.match, noon), c.want...)
		})
	}
	fresh := fund.DonationMatch{Currency: "USD"}
	wants(t, fund.MatchPatch{MatchedBy: some(" Acme "), Pledged: some("12.5"), EndsAt: fund.Some(noon.Add(1))}.Apply(&fresh, noon))
	if fresh.Type != fund.MatchAmount || fresh.MatchedBy != "Acme" || fresh.Pledged != 1250 || !fresh.StartsAt.Equal(noon) || !fresh.UpdatedAt.Equal(noon) {
		t.Errorf("got %+v, want a match of 12.50 that begins now", fresh)
	}
	wants(t, fund.MatchPatch{Type: fund.Some(fund.MatchAll)}.Apply(&fresh, noon.Add(5)))
	if fresh.Pledged != 0 || !fresh.StartsAt.Equal(noon) {
		t.Errorf("got %+v, want no pledge and the start kept", fresh)
	}
}

func TestADonationMatchIsUsedUpAtItsPledge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   fund.MatchType
		raised int64
		used   bool
	}{
		{fund.MatchAmount, 4999, false}, {fund.MatchAmount, 5000, true}, {fund.MatchAmount, 5001, true}, {fund.MatchAll, 5001, false},
	} {
		m := fund.DonationMatch{Type: c.kind, Pledged: 5000, Raised: c.raised, StartsAt: noon, EndsAt: noon.Add(time.Hour)}
		if used, active := m.UsedUp(), m.Active(noon); used != c.used || active == c.used {
			t.Errorf("%s, %d of 5000: got used up %v, active %v, want used up %v", c.kind, c.raised, used, active, c.used)
		}
	}
}

// TestACurrencyThatIsNoLongerInUseStays names the currency of a cause from before its country took another one.
func TestACurrencyThatIsNoLongerInUseStays(t *testing.T) {
	t.Parallel()
	old := fund.DonationMatch{MatchedBy: "Acme", Type: fund.MatchAmount, Pledged: 5000, Currency: "BGN", StartsAt: noon, EndsAt: noon.Add(time.Hour)}
	wants(t, fund.MatchPatch{Currency: fund.Some("BGN")}.Apply(&old, noon))
	unknown := fund.DonationMatch{MatchedBy: "Acme", Type: fund.MatchAmount, Pledged: 5000, StartsAt: noon, EndsAt: noon.Add(time.Hour)}
	wants(t, fund.MatchPatch{Currency: fund.Some("")}.Apply(&unknown, noon), "currency cannot be blank")
	for code, want := range map[string]string{"EUR": "", "BGN": "", "": "cannot be blank", "ABC": fund.NotCurrency} {
		var wrong fault.Fields
		fund.CheckKnownCurrency(&wrong, "currency", code)
		wants(t, wrong, lines("currency", want)...)
	}
}
