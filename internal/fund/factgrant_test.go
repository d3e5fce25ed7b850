package fund_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

func TestGrantsOfFactsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 19, 0, 0, 0, time.UTC)
	good := fund.FactGrantInput{Name: " Ada ", Roles: []fund.GrantRole{"schedule", "screener", "schedule"}, EndsAt: now.Add(fund.MaxFactGrantLife)}
	g, wrong := good.Grant(now)
	if wrong.Err() != nil || g.Name != "Ada" || !slices.Equal(g.Roles, []fund.GrantRole{"screener", "schedule"}) {
		t.Errorf("got %+v and %v, want the longest grant, with each role once", g, wrong)
	}
	if !g.LinkUntil.Equal(now.Add(fund.FactGrantLinkLife)) {
		t.Errorf("got a link until %v, want two weeks", g.LinkUntil)
	}
	for want, change := range map[string]func(*fund.FactGrantInput){
		"name cannot be blank":                      func(in *fund.FactGrantInput) { in.Name = "\u200b" },
		"name is too long (255 characters at most)": func(in *fund.FactGrantInput) { in.Name = strings.Repeat("a", 256) },
		"roles cannot be blank":                     func(in *fund.FactGrantInput) { in.Roles = nil },
		"roles is not one of the allowed values":    func(in *fund.FactGrantInput) { in.Roles = append(in.Roles, "owner") },
		"ends_at cannot be blank":                   func(in *fund.FactGrantInput) { in.EndsAt = time.Time{} },
		"ends_at must be in the future":             func(in *fund.FactGrantInput) { in.EndsAt = now },
		"ends_at is more than 90 days away":         func(in *fund.FactGrantInput) { in.EndsAt = now.Add(fund.MaxFactGrantLife + 1) },
	} {
		in := good
		in.Roles = slices.Clone(good.Roles)
		change(&in)
		_, wrong := in.Grant(now)
		if len(wrong) != 1 || wrong[0].Path+" "+wrong[0].Text != want {
			t.Errorf("got %v, want %s", wrong, want)
		}
	}
}

func TestALinkNeverOutlivesItsGrant(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 19, 0, 0, 0, time.UTC)
	g, _ := fund.FactGrantInput{Name: "Ada", Roles: fund.GrantRoles(), EndsAt: now.Add(time.Hour)}.Grant(now)
	for at, want := range map[time.Time][2]bool{
		now: {true, true}, g.EndsAt.Add(-1): {true, true}, g.EndsAt: {false, false},
	} {
		if got := [2]bool{g.Holds(at), g.Open(at)}; got != want {
			t.Errorf("%v: got %v, want %v for held and open", at, got, want)
		}
	}
	g.EndedAt = now
	if g.Holds(now) || g.Open(now) {
		t.Error("got a grant that holds, want one that was ended")
	}
	long, _ := fund.FactGrantInput{Name: "Ada", Roles: fund.GrantRoles(), EndsAt: now.Add(fund.MaxFactGrantLife)}.Grant(now)
	if late := now.Add(fund.FactGrantLinkLife); !long.Holds(late) || long.Open(late) {
		t.Error("got a link that works for longer than links do")
	}
}

func TestGrantsAreOnWhatStreamersRaiseWith(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fund.Kind]bool{
		fund.KindCampaign: true, fund.KindTeamCampaign: true, fund.KindPersonalCampaign: true, fund.KindAuctionHouse: true,
		fund.KindCause: false, fund.KindFundraisingEvent: false,
	} {
		if kind.HasGrants() != want {
			t.Errorf("%s: got %v, want %v", kind, !want, want)
		}
	}
}
