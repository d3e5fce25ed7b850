package app_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestWhoExportsWhat exports donations, entries and claims as everybody: with all that is known, with what streamers see, with what shipping takes.
func TestWhoExportsWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.shipped(t)
	w.payWith(t, begun, goodCard)
	must.Get(w.RecordOffline(ctx, w.causeToken, campaignKey(w.campaign), fund.DonationInput{Amount: "7", Name: "Cash", Anonymous: true, Email: "cash@example.org", Reference: "till 4"}))(t)
	below := must.Get(w.RecordOffline(ctx, w.causeToken, campaignKey(w.team1), fund.DonationInput{Amount: "9", Name: "Below"}))(t)
	must.Do(t, w.letShip(t, w.causer, w.cause.ID, true))
	shipper, _ := w.volunteer(t, "Vic", fund.GrantFulfill)
	screener, _ := w.volunteer(t, "Sam", fund.GrantScreener)
	finance, member := w.causeMember(t, fund.CauseFinance), w.causeMember(t, fund.CauseMember)
	for _, c := range []struct {
		who                        string
		actor                      app.Actor
		donors, donations, claimed bool
	}{
		{"the system", app.System(), true, true, true}, {"finance", reading(finance), true, true, true}, {"the token of the cause", reading(w.causeToken), true, true, true},
		{"the owner", reading(w.owner), false, true, true}, {"a member of the cause", reading(member), false, true, false},
		{"who ships", reading(shipper), false, false, true}, {"a screener", reading(screener), false, false, false}, {"a stranger", reading(w.stranger), false, false, false},
		{"nobody", app.Actor{}, false, false, false},
	} {
		records, entries, claims, answers := 0, 0, 0, 0
		check := func(r fund.Record) {
			t.Helper()
			secret := r.Email != "" || r.Receipt != 0 || r.Receipted != nil || r.Name == "Cash" || r.Payment != nil && (r.Payment.Reference != "" || r.Payment.Account != "")
			if secret != c.donors {
				t.Errorf("%s: got %+v, want who donated: %v", c.who, r, c.donors)
			}
		}
		err := w.ExportDonations(ctx, c.actor, w.campaign.ID, fund.Span{}, func(r fund.Record) error {
			records++
			check(r)
			if r.ID == begun.Donation && strings.Contains(r.Claims, ": L") != c.claimed {
				t.Errorf("%s: got the claims %q, want the answer: %v", c.who, r.Claims, c.claimed)
			}
			return nil
		})
		if (err == nil) != c.donations || records != map[bool]int{true: 2}[c.donations] {
			t.Errorf("%s: got %d donations and %v, want them: %v", c.who, records, err, c.donations)
		}
		err = w.ExportMovements(ctx, c.actor, w.campaign.ID, fund.Span{}, func(m fund.Movement) error { entries++; check(m.Record); return nil })
		if (err == nil) != c.donations || entries != map[bool]int{true: 2}[c.donations] {
			t.Errorf("%s: got %d entries and %v, want them: %v", c.who, entries, err, c.donations)
		}
		err = w.ExportClaims(ctx, c.actor, w.campaign.ID, fund.Span{}, func(r fund.ClaimRecord) error {
			if claims++; r.Claim.Answer == "L" && r.Claim.Address != nil {
				answers++
			}
			check(r.Record)
			return nil
		})
		if (err == nil) != c.claimed || claims != map[bool]int{true: 2}[c.claimed] || answers != map[bool]int{true: 1}[c.claimed] {
			t.Errorf("%s: got %d claims, %d with an answer, and %v, want 2 and 1: %v", c.who, claims, answers, err, c.claimed)
		}
	}
	count := func(actor app.Actor, fact fund.ID) (names []string) {
		t.Helper()
		must.Do(t, w.ExportDonations(ctx, actor, fact, fund.Span{}, func(r fund.Record) error { names = append(names, r.Fact.Name); return nil }))
		return names
	}
	if all, own := count(reading(finance), w.team1.ID), count(reading(w.roles[fund.RoleAdmin]), w.team1.ID); len(own) != 1 || own[0] != below.Fact.Name || len(all) <= len(own) {
		t.Errorf("got %q for finance and %q for the team, want what supports the campaign for finance only", all, own)
	}
	acts := strings.Join(w.acts(t, w.campaign.ID), ",")
	for _, who := range []string{"finance donors.export", "user donors.export", string(fund.GrantFulfill) + " donors.export"} {
		if !strings.Contains(acts, who) {
			t.Errorf("got the acts %q, want %q", acts, who)
		}
	}
}
