package web_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestPagesFollowTheOrderOfIncentives moves one of each kind, and reads the page and the donate form.
func TestPagesFollowTheOrderOfIncentives(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	cause := must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Order", Slug: "order", Currency: "USD", Status: fund.Published}}))(t)
	campaign := h.newCampaign(t, "Order", "ordered", cause)
	key := keyOf(campaign)
	first := map[fund.IncentiveKind]fund.ID{}
	for _, name := range []string{"A", "B", "C"} {
		poll := must.Get(h.CreatePoll(ctx, h.owner, key, fund.PollPatch{Name: fund.Some("poll-" + name), Options: []fund.PollOptionPatch{{Name: fund.Some("x")}}}))(t)
		target := must.Get(h.CreateTarget(ctx, h.owner, key, fund.TargetPatch{Name: fund.Some("target-" + name), Amount: fund.Some("5")}))(t)
		reward := must.Get(h.CreateReward(ctx, h.owner, key, fund.RewardPatch{Name: fund.Some("reward-" + name), Amount: fund.Some("5")}))(t)
		if name == "A" {
			first = map[fund.IncentiveKind]fund.ID{fund.IncentivePoll: poll.ID, fund.IncentiveTarget: target.ID, fund.IncentiveReward: reward.ID}
		}
	}
	order := func(path, kind string) string {
		_, page := testnode.Get(t, h.url+path)
		var names string
		for _, found := range regexp.MustCompile(kind+"-([ABC])").FindAllStringSubmatch(page, -1) {
			if !strings.Contains(names, found[1]) {
				names += found[1]
			}
		}
		return names
	}
	for kind, id := range first {
		if page, form := order("/@ana/ordered", string(kind)), order("/@ana/ordered/donate", string(kind)); page != "ABC" || form != "CBA" {
			t.Errorf("%ss: got %s on the page and %s in the form at first", kind, page, form)
		}
		must.Do(t, h.MoveIncentive(ctx, h.owner, key, app.IncentiveMove{Kind: kind, ID: id}))
		if page, form := order("/@ana/ordered", string(kind)), order("/@ana/ordered/donate", string(kind)); page != "BCA" || form != "BCA" {
			t.Errorf("%ss: got %s on the page and %s in the form, want BCA", kind, page, form)
		}
	}
}

// TestPagesFollowTheOrderOfOptions moves an option of a poll, and reads the page and the donate form.
func TestPagesFollowTheOrderOfOptions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	cause := must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Order", Slug: "order", Currency: "USD", Status: fund.Published}}))(t)
	campaign := h.newCampaign(t, "Order", "ordered", cause)
	poll := must.Get(h.CreatePoll(ctx, h.owner, keyOf(campaign), fund.PollPatch{Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{
		{Name: fund.Some("option-A")}, {Name: fund.Some("option-B")}, {Name: fund.Some("option-C")},
	}}))(t)
	order := func(path string) (names string) {
		_, page := testnode.Get(t, h.url+path)
		for _, found := range regexp.MustCompile("option-([ABC])").FindAllStringSubmatch(page, -1) {
			if !strings.Contains(names, found[1]) {
				names += found[1]
			}
		}
		return names
	}
	for _, want := range []string{"ABC", "BCA"} {
		if page, form := order("/@ana/ordered"), order("/@ana/ordered/donate"); page != want || form != want {
			t.Errorf("got %s on the page and %s in the form, want %s", page, form, want)
		}
		must.Do(t, h.MoveOption(ctx, h.owner, fund.Key{ID: poll.ID}, app.OptionMove{ID: poll.Options[0].ID}))
	}
}
