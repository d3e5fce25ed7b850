package app_test

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestAChangeIsMadeOnlyIfItsConditionHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	named := func(actor app.Actor, want string) app.Actor {
		return actor.OnlyIf(func(ctx context.Context, now *app.App) error {
			f, err := now.GetFact(ctx, w.owner, campaignKey(w.campaign))
			if err == nil && f.Name != want {
				err = fault.New(fault.Stale, "It is called %s.", f.Name)
			}
			return err
		})
	}
	for _, c := range []struct {
		as         app.Actor
		was, patch string
		want       string
	}{
		{w.owner, "Walk", "Swim", "stale"},
		{w.owner, "Walk", "", "stale"},
		{w.stranger, "Walk", "Swim", "forbidden"},
		{app.Actor{}, "Walk", "Swim", "unauthenticated"},
		{w.owner, "Run", "", "invalid"},
		{w.owner, "Run", "Swim", ""},
		{w.owner, "Run", "Fly", "stale"},
		{w.owner, "Swim", "Fly", ""},
	} {
		_, err := w.UpdateCampaign(t.Context(), named(c.as, c.was), campaignKey(w.campaign), fund.CampaignPatch{Name: fund.Some(c.patch)})
		wantKind(t, err, c.want)
	}
	f, err := w.GetFact(t.Context(), w.owner, campaignKey(w.campaign))
	must.Do(t, err)
	if f.Name != "Fly" {
		t.Errorf("got %q, want the name of the last change that was allowed, Fly", f.Name)
	}
	wantKind(t, w.DeleteCampaign(t.Context(), named(w.owner, "Swim"), campaignKey(w.campaign)), "stale")
	must.Do(t, w.DeleteCampaign(t.Context(), named(w.owner, "Fly"), campaignKey(w.campaign)))
	wantKind(t, w.DeleteCampaign(t.Context(), named(w.owner, "Fly"), campaignKey(w.campaign)), "not_found")
}
