package app_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// searcher is where somebody searches from.
var searcher = netip.MustParseAddr("192.0.2.1")

// homes are the names of what takes a campaign of the owner, with the words of a question.
func (w *world) homes(t *testing.T, question string) (names []string) {
	t.Helper()
	for must.Get(w.Store.FoldWords(t.Context()))(t).Events > 0 {
		continue
	}
	facts, _, err := w.ListCampaignHomes(t.Context(), w.owner, question, searcher)
	must.Do(t, err)
	for _, f := range facts {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return names
}

// TestACampaignBegun makes one in steps: it is a draft, once for each cause, and protected; one that V5 makes is not.
func TestACampaignBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	home := must.Get(w.GetCampaignHome(ctx, w.owner, w.cause.ID))(t)
	other := must.Get(w.CreateCampaign(ctx, w.stranger, fund.CampaignPatch{Name: fund.Some("Plain"), Cause: fund.Some(fund.Key{ID: w.cause.ID}), Goal: fund.Some("1")}))(t)
	if g := must.Get(w.GetDonationSettings(ctx, w.stranger, campaignKey(other)))(t); g.Safety() != "" || g.ShippedWords {
		t.Errorf("got %+v for a campaign of V5, want nothing set", g)
	}
	seen := must.Get(w.SeeNewCampaign(ctx, w.owner, home))(t).Fact()
	if seen.Cause.ID != w.cause.ID || seen.User == nil || seen.User.ID != w.owner.User || seen.Currency != w.cause.Currency {
		t.Errorf("got %+v as the campaign to be", seen)
	}
	_, err := w.GetDraft(ctx, w.owner, home)
	wantKind(t, err, "not_found")
	_, err = w.StartCampaign(ctx, w.owner, home, fund.CampaignPatch{Name: fund.Some(" ")})
	wantKind(t, err, "invalid")
	made := must.Get(w.StartCampaign(ctx, w.owner, home, fund.CampaignPatch{Name: fund.Some("Night run"), Status: fund.Some(fund.Published)}))(t)
	if made.Status != fund.Unpublished || made.Slug != "night-run" {
		t.Errorf("got %s at %q, want a draft at night-run", made.Status, made.Slug)
	}
	if g := must.Get(w.GetDonationSettings(ctx, w.owner, campaignKey(made)))(t); g.Safety() != fund.SafetyNormal {
		t.Errorf("got %+v, want the normal choice", g)
	}
	_, err = w.StartCampaign(ctx, w.owner, home, fund.CampaignPatch{Name: fund.Some("Again")})
	wantKind(t, err, "conflict")
	if draft := must.Get(w.GetDraft(ctx, w.owner, home))(t); draft.ID != made.ID {
		t.Errorf("got the draft %q, want %q", draft.Name, made.Name)
	}
	for _, status := range []fund.Status{fund.Published, fund.Unpublished} {
		must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(made), fund.CampaignPatch{Status: fund.Some(status), Goal: fund.Some("5")}))(t)
		_, err = w.GetDraft(ctx, w.owner, home)
		wantKind(t, err, "not_found")
	}
	for _, nobody := range []app.Actor{{}, w.program} {
		_, err := w.StartCampaign(ctx, nobody, home, fund.CampaignPatch{Name: fund.Some("Mine")})
		if err == nil {
			t.Errorf("%v began a campaign", nobody.Kind)
		}
		if _, _, err := w.ListCampaignHomes(ctx, nobody, "", searcher); err == nil {
			t.Errorf("%v listed what takes campaigns", nobody.Kind)
		}
	}
}

// TestWhatTakesCampaigns closes causes and events in each way.
func TestWhatTakesCampaigns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	before := w.homes(t, "")
	cause := must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Zebra Rescue", Slug: "zebra", Currency: "USD"}}))(t)
	event := must.Get(w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{
		Name: "Zebra Weekend", Slug: "weekend", Cause: fund.Ref{ID: cause.ID}, StartsAt: w.Clock.Now(), EndsAt: w.Clock.Now().Add(time.Hour),
	}}))(t)
	want := append(slices.Clone(before), "Zebra Rescue", "Zebra Weekend")
	slices.Sort(want)
	if got := w.homes(t, ""); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := w.homes(t, "zeb"); !slices.Equal(got, []string{"Zebra Rescue", "Zebra Weekend"}) {
		t.Errorf("got %q for a word", got)
	}
	w.Clock.Advance(time.Hour)
	if got := w.homes(t, "zebra"); !slices.Equal(got, []string{"Zebra Rescue"}) {
		t.Errorf("got %q after the end of the event", got)
	}
	_, err := w.GetCampaignHome(ctx, w.owner, event.ID)
	wantKind(t, err, "not_found")
	must.Get(w.SuspendCause(ctx, app.System(), fund.Key{ID: cause.ID}, "a reason"))(t)
	if got := w.homes(t, "zebra"); len(got) > 0 {
		t.Errorf("got %q of a suspended cause", got)
	}
	_, err = w.GetCampaignHome(ctx, w.owner, w.campaign.ID)
	wantKind(t, err, "not_found")
}
