package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestMilestonesChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, here := t.Context(), campaignKey(w.campaign)
	_, err := w.donate(t, fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "10"})
	must.Do(t, err)
	m, err := w.CreateMilestone(ctx, w.owner, here, fund.MilestonePatch{Name: fund.Some("M"), Amount: fund.Some("100")})
	must.Do(t, err)
	key := app.MilestoneKey{Campaign: here, Milestone: fund.Key{LegacyID: m.LegacyID}}
	for _, c := range []struct {
		patch   fund.MilestonePatch
		reached bool
	}{
		{fund.MilestonePatch{Name: fund.Some("N")}, false},
		{fund.MilestonePatch{Amount: fund.Some("5")}, true},
		{fund.MilestonePatch{Enabled: fund.Some(false)}, true},
		{fund.MilestonePatch{Amount: fund.Some("1000")}, false},
	} {
		got, err := w.UpdateMilestone(ctx, w.owner, key, c.patch)
		must.Do(t, err)
		read, err := w.GetMilestone(ctx, app.Actor{}, key)
		must.Do(t, err)
		if got.ReachedAt.IsZero() == c.reached || read != got {
			t.Errorf("%+v: got %+v, read %+v, want reached %t", c.patch, got, read, c.reached)
		}
	}
	_, err = w.UpdateMilestone(ctx, w.stranger, key, fund.MilestonePatch{})
	wantKind(t, err, "forbidden")
	elsewhere := app.MilestoneKey{Campaign: campaignKey(w.team1), Milestone: key.Milestone}
	wantKind(t, w.DeleteMilestone(ctx, app.System(), elsewhere), "not_found")
	must.Do(t, w.DeleteMilestone(ctx, w.owner, key))
	wantKind(t, w.DeleteMilestone(ctx, w.owner, key), "not_found")
}
