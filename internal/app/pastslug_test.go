package app_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// rename gives a campaign another slug.
func (w *world) rename(t *testing.T, f fund.Fact, slug string) fund.Fact {
	t.Helper()
	return must.Get(w.UpdateCampaign(t.Context(), w.owner, campaignKey(f), fund.CampaignPatch{Slug: fund.Some(slug)}))(t)
}

// TestFactsAreFoundByWhatTheyWereCalled renames owners and facts: what both were called leads to them, where nothing is called so now.
func TestFactsAreFoundByWhatTheyWereCalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	run := w.rename(t, w.campaign, "run")
	event := must.Get(w.UpdateFundraisingEvent(ctx, w.causeToken, fund.Key{ID: w.event.ID}, fund.EventPatch{Slug: fund.Some("gala")}))(t)
	find := func(owner, slug string, want fund.ID) {
		t.Helper()
		seen, err := w.SeeBySlugs(ctx, app.Actor{}, owner, slug)
		if want.IsZero() {
			wantKind(t, err, "not_found")
		} else if err != nil || seen.Fact().ID != want {
			t.Errorf("%s/%s: got %s, %v, want %s", owner, slug, seen.Fact().ID, err, want)
		}
	}
	w.rename(t, run, "walk")
	must.Get(w.UpdateCurrentUser(ctx, w.owner, fund.UserPatch{Slug: fund.Some("owner-live")}))(t)
	for _, owner := range []string{"@owner", "@owner-live", "owner", "owner-live", "OWNER"} {
		for _, slug := range []string{"run", "walk", "Run"} {
			find(owner, slug, run.ID)
		}
		find(owner, "missing", fund.ID{})
	}
	must.Get(w.UpdateFundraisingEvent(ctx, w.causeToken, fund.Key{ID: event.ID}, fund.EventPatch{Slug: fund.Some("ball")}))(t)
	must.Get(w.UpdateCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, fund.CausePatch{Slug: fund.Some("wells")}))(t)
	for _, cause := range []string{"water", "wells"} {
		find(cause, "gala", event.ID)
		find(cause, "ball", event.ID)
		f, err := w.FactByName(ctx, app.System(), cause+"/gala")
		if err != nil || f.ID != event.ID {
			t.Errorf("%s/gala: got %s, %v, want the event", cause, f.ID, err)
		}
	}
	// A present slug comes first, even one of a later kind of owner.
	must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Owner", Slug: "owner", Currency: "USD"}}))(t)
	find("owner", "run", run.ID)
	other := must.Get(w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{
		Name: "Run", Slug: "run", Cause: fund.Ref{ID: must.Get(w.GetCause(ctx, app.System(), fund.Key{Slug: "owner"}))(t).ID},
	}}))(t)
	find("owner", "run", other.ID)
	find("@owner", "run", run.ID)
}

// TestMoneyFindsItsFactByWhatItWasCalled gives to the address of a campaign that was renamed.
func TestMoneyFindsItsFactByWhatItWasCalled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.rename(t, w.rename(t, w.campaign, "run"), "walk")
	must.Get(w.UpdateCurrentUser(t.Context(), w.owner, fund.UserPatch{Slug: fund.Some("owner-live")}))(t)
	d, err := w.Donate(t.Context(), app.System(), fund.DonationInput{Fact: fund.Key{Slug: "run"}, FactOwner: "@owner", Amount: "5", Currency: "USD", Name: "Ada"})
	if err != nil || d.Fact.ID != w.campaign.ID {
		t.Errorf("got %+v, %v, want a donation to the campaign", d, err)
	}
}

// TestPastSlugsTellNothingOfWhatIsHidden asks for hidden facts by what they were called: the answer is the one for what they are called.
func TestPastSlugsTellNothingOfWhatIsHidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.rename(t, w.rename(t, w.campaign, "run"), "secret-walk")
	by := func(slug string) app.FactKey {
		return app.FactKey{Key: fund.Key{Slug: slug}, User: &fund.Key{Slug: "owner"}}
	}
	hidden := func(state string) {
		t.Helper()
		_, now := w.GetFact(ctx, app.Actor{}, by("secret-walk"))
		_, before := w.GetFact(ctx, app.Actor{}, by("run"))
		_, never := w.GetFact(ctx, app.Actor{}, by("never"))
		wantKind(t, before, "not_found")
		if now == nil || before == nil || strings.ReplaceAll(now.Error(), "secret-walk", "run") != before.Error() ||
			strings.ReplaceAll(never.Error(), "never", "run") != before.Error() {
			t.Errorf("%s: got %v by the present slug, %v by the past one, %v by none: want one answer", state, now, before, never)
		}
	}
	must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)}))(t)
	hidden("unpublished")
	must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Published)}))(t)
	must.Get(w.GetFact(ctx, app.Actor{}, by("run")))(t)
	must.Get(w.TakeDown(ctx, app.System(), w.campaign.ID, "words"))(t)
	hidden("taken down")
	if f := must.Get(w.GetFact(ctx, w.owner, by("run")))(t); f.Slug != "secret-walk" {
		t.Errorf("got %q, want that its owner sees it", f.Slug)
	}
	// What a hidden cause is called now is not told either.
	must.Get(w.UpdateCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, fund.CausePatch{Slug: fund.Some("secret-wells")}))(t)
	must.Get(w.SuspendCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, "fraud"))(t)
	_, err := w.GetCause(ctx, app.Actor{}, fund.Key{Slug: "water"})
	wantKind(t, err, "not_found")
	_, below := w.GetFact(ctx, app.Actor{}, app.FactKey{Key: fund.Key{Slug: "missing"}, Kinds: app.AllKinds(), Cause: &fund.Key{Slug: "water"}})
	wantKind(t, below, "not_found")
	for _, err := range []error{err, below} {
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want the slug that was asked for", err)
		}
	}
}

// TestWhoMayTakeAPastSlug takes slugs that others of the same owner had: by choice only.
func TestWhoMayTakeAPastSlug(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.rename(t, w.rename(t, w.campaign, "run"), "walk")
	made := func(patch fund.CampaignPatch, actor app.Actor) string {
		t.Helper()
		patch.Name, patch.Cause, patch.Status = fund.Some("Run"), key(w.cause.ID), fund.Some(fund.Published)
		return must.Get(w.CreateCampaign(ctx, actor, patch))(t).Slug
	}
	if got := made(fund.CampaignPatch{}, w.owner); got != "run-2" {
		t.Errorf("got %q, want a slug that no printed link has", got)
	}
	if got := made(fund.CampaignPatch{}, w.stranger); got != "run" {
		t.Errorf("got %q, want that owners have slugs of their own", got)
	}
	if got := made(fund.CampaignPatch{Slug: fund.Some("run")}, w.owner); got != "run" {
		t.Errorf("got %q, want the slug that was chosen", got)
	}
	team := must.Get(w.CreateTeam(ctx, w.owner, fund.TeamPatch{Name: fund.Some("Cats")}))(t)
	must.Get(w.UpdateTeam(ctx, w.owner, fund.Key{ID: team.ID}, fund.TeamPatch{Slug: fund.Some("dogs")}))(t)
	if got := must.Get(w.CreateTeam(ctx, w.stranger, fund.TeamPatch{Name: fund.Some("Cats")}))(t).Slug; got != "cats-2" {
		t.Errorf("got %q, want a team without the slug that is held for another", got)
	}
	_, err := w.CreateTeam(ctx, w.stranger, fund.TeamPatch{Name: fund.Some("Cats"), Slug: fund.Some("cats")})
	wantFields(t, err, "slug is already taken")
	must.Get(w.UpdateCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, fund.CausePatch{Slug: fund.Some("wells")}))(t)
	w.Clock.Advance(2 * fund.SlugHold)
	_, err = w.CreateTeam(ctx, w.stranger, fund.TeamPatch{Name: fund.Some("Cats"), Slug: fund.Some("cats")})
	wantFields(t, err, "slug is already taken")
	_, err = w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}})
	wantFields(t, err, "slug is already taken")
}
