package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestScreenersMarkDonations makes groups, marks with them, and tries that as others, with another fact's group and one too many.
func TestScreenersMarkDonations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, at := t.Context(), campaignKey(w.campaign)
	screener, _ := w.volunteer(t, "Screener", fund.GrantScreener)
	head, _ := w.volunteer(t, "Head", fund.GrantHeadScreener)
	reader, _ := w.volunteer(t, "Reader", fund.GrantReader)
	desk, _ := w.volunteer(t, "Desk", fund.GrantDesk)
	seen := func(actor app.Actor) app.Seen { return must.Get(w.See(ctx, actor, factKey(w.campaign)))(t) }
	patch := fund.ScreeningGroupPatch{Name: fund.Some("Tonight"), Color: fund.Some[fund.GroupColor]("red")}
	for _, actor := range []app.Actor{screener, reader, desk, w.stranger} {
		_, err := w.CreateScreeningGroup(ctx, actor, at, patch)
		wantKind(t, err, "forbidden")
		wantKind(t, w.SetHighlights(ctx, actor, at, fund.HighlightsPatch{}), "forbidden")
	}
	tonight := must.Get(w.CreateScreeningGroup(ctx, head, at, patch))(t)
	key := fund.Key{ID: tonight.ID}
	_, err := w.CreateScreeningGroup(ctx, head, at, fund.ScreeningGroupPatch{Name: fund.Some(" ")})
	wantFields(t, err, "name "+fund.Blank, "color "+fund.Blank)
	must.Get(w.UpdateScreeningGroup(ctx, w.owner, key, fund.ScreeningGroupPatch{Name: fund.Some("Read tonight")}))(t)
	given := w.gift(t, "Gus", "hi")
	donation, ids := fund.Key{ID: given.ID}, []fund.ID{given.ID}
	must.Do(t, w.MarkDonation(ctx, screener, donation, tonight.ID))
	for _, actor := range []app.Actor{reader, desk, w.stranger} {
		wantKind(t, w.MarkDonation(ctx, actor, donation, tonight.ID), "forbidden")
	}
	wantKind(t, w.MarkDonation(ctx, screener, donation, given.ID), "conflict")
	for _, actor := range []app.Actor{screener, head, reader, w.owner} {
		if marks := must.Get(w.MarksOf(ctx, seen(actor), ids))(t); marks[given.ID].Name != "Read tonight" {
			t.Errorf("got %v, want the group", marks)
		}
	}
	for _, actor := range []app.Actor{desk, w.stranger} {
		_, err := w.MarksOf(ctx, seen(actor), ids)
		wantKind(t, err, "forbidden")
		_, err = w.MarkedDonations(ctx, seen(actor), tonight.ID, 9)
		wantKind(t, err, "forbidden")
	}
	if found := must.Get(w.MarkedDonations(ctx, seen(screener), tonight.ID, 9))(t); len(found) != 1 || found[0].ID != given.ID {
		t.Errorf("got %v, want the gift", found)
	}
	must.Do(t, w.MarkDonation(ctx, screener, donation, fund.ID{}))
	if marks := must.Get(w.MarksOf(ctx, seen(screener), ids))(t); len(marks) > 0 {
		t.Errorf("got %v, want none", marks)
	}
	must.Do(t, w.MarkDonation(ctx, screener, donation, tonight.ID))
	gone := w.gift(t, "Gone", "")
	must.Do(t, w.MarkDonation(ctx, screener, fund.Key{ID: gone.ID}, tonight.ID))
	must.Get(w.EraseDonation(ctx, app.System(), gone.ID))(t)
	if marks := must.Get(w.MarksOf(ctx, seen(screener), []fund.ID{gone.ID}))(t); len(marks) > 0 {
		t.Errorf("got %v of who was erased", marks)
	}
	wantKind(t, w.MarkDonation(ctx, screener, fund.Key{ID: gone.ID}, tonight.ID), "conflict")
	plain := w.gift(t, "Plain", "")
	if got := must.Get(w.ReadingsOf(ctx, seen(reader), tonight.ID))(t); len(got.Waiting) != 1 || got.Waiting[0].ID != given.ID {
		t.Errorf("got %+v to read of the group, want the gift and not %s", got.Waiting, plain.ID)
	}
	for range fund.MaxScreeningGroups - 1 {
		w.later()
		must.Get(w.CreateScreeningGroup(ctx, head, at, patch))(t)
	}
	_, err = w.CreateScreeningGroup(ctx, head, at, patch)
	wantKind(t, err, "conflict")
	wantKind(t, w.DeleteScreeningGroup(ctx, screener, key), "forbidden")
	must.Do(t, w.DeleteScreeningGroup(ctx, head, key))
	if marks := must.Get(w.MarksOf(ctx, seen(screener), ids))(t); len(marks) > 0 {
		t.Errorf("got %v of a group that is gone", marks)
	}
	must.Do(t, w.SetHighlights(ctx, head, at, fund.HighlightsPatch{Words: fund.Some([]string{"hi"}), Amount: fund.Some("5")}))
	if h := must.Get(w.HighlightsOf(ctx, seen(screener)))(t); len(h.Words) != 1 || h.Amount != 500 {
		t.Errorf("got %+v, want what was set", h)
	}
	_, err = w.HighlightsOf(ctx, seen(reader))
	wantKind(t, err, "forbidden")
}
