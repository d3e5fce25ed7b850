package app_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// deskKey makes a key of the desk of the show, and opens it.
func (s *show) deskKey() (string, fund.DeskKey, app.DeskVisit) {
	s.t.Helper()
	text, key, err := s.MakeDeskKey(s.t.Context(), s.owner, factKey(s.fact), "Deck")
	must.Do(s.t, err)
	return text, key, must.Get(s.OpenDesk(s.t.Context(), text, netip.MustParseAddr("192.0.2.7")))(s.t)
}

// TestADeskKeyRunsOneDesk wants a key to run the desk of its fact, with a line in the log of acts for each act, to do and see nothing else, and nothing once it
// ended.
func TestADeskKeyRunsOneDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	s := w.show(t, w.campaign)
	w.show(t, w.team1)
	text, key, visit := s.deskKey()
	run := func(on fund.Fact, act fund.DeskAct) error {
		return w.RunStage(ctx, visit.Actor(), factKey(on), act, fund.ID{})
	}
	must.Do(t, run(w.campaign, fund.DeskPause))
	must.Do(t, w.TestAlert(ctx, visit.Actor(), factKey(w.campaign), fund.AlertSample{Name: "x"}))
	must.Get(w.Desk(ctx, visit.Seen()))(t)
	for i, want := range []string{"test", "pause"} {
		acts := must.Get(w.Acts(ctx, app.System(), w.campaign.ID, fund.Page{Limit: 2}))(t)
		if got := acts[i]; got.Act != fund.ActRunStage || got.Actor != key.ID || got.Role != "desk" || got.Detail["act"] != want || got.Address != "192.0.2.7" {
			t.Errorf("got %+v, want %s by the key", got, want)
		}
	}
	w.wantActs(t, key.ID, fund.ActMakeDeskKey)
	refused := map[string]error{
		"another desk":     run(w.team1, fund.DeskPause),
		"more keys":        func() error { _, _, err := w.MakeDeskKey(ctx, visit.Actor(), factKey(w.campaign), "x"); return err }(),
		"the end of a key": w.EndDeskKey(ctx, visit.Actor(), factKey(w.campaign), key.ID),
		"its keys":         func() error { _, err := w.ListDeskKeys(ctx, visit.Seen()); return err }(),
		"overlays":         func() error { _, err := w.ListOverlays(ctx, visit.Seen()); return err }(),
		"settings":         func() error { _, err := w.GetAlertSettings(ctx, visit.Actor(), factKey(w.campaign)); return err }(),
		"readings":         func() error { _, err := w.ReadingsOf(ctx, visit.Seen(), fund.ID{}); return err }(),
		"grants":           func() error { _, err := w.ListGrants(ctx, visit.Actor(), factKey(w.campaign)); return err }(),
	}
	for what, err := range refused {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: got %v, want it refused", what, err)
		}
	}
	if rights := must.Get(w.RightsAt(ctx, visit.Actor(), w.campaign))(t); !rights.Desk || rights.Stage || rights.Screen || rights.Edit || rights.Read {
		t.Errorf("got %+v, want the desk alone", rights)
	}
	if listed := must.Get(w.ListDeskKeys(ctx, must.Get(w.See(ctx, w.owner, factKey(w.campaign)))(t)))(t); len(listed) != 1 || listed[0].UsedAt.IsZero() {
		t.Errorf("got %+v, want a key that was used", listed)
	}
	for _, who := range []app.Actor{w.stranger, w.causer, {}, s.Actor()} {
		if _, _, err := w.MakeDeskKey(ctx, who, factKey(w.campaign), "x"); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("got %v for %+v, want no key", err, who)
		}
	}
	must.Do(t, w.EndDeskKey(ctx, w.owner, factKey(w.campaign), key.ID))
	w.wantActs(t, key.ID, fund.ActEndDeskKey, fund.ActMakeDeskKey)
	wantKind(t, run(w.campaign, fund.DeskResume), "forbidden")
	for _, wrong := range []string{text, "", s.Key, key.ID.String()} {
		_, err := w.OpenDesk(ctx, wrong, netip.Addr{})
		wantKind(t, err, "unauthenticated")
	}
}

// TestDeskKeysAreLimited makes as many as there may be.
func TestDeskKeysAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range fund.MaxDeskKeys {
		_, _, err := w.MakeDeskKey(t.Context(), w.owner, factKey(w.campaign), fmt.Sprint("Key", i))
		must.Do(t, err)
	}
	_, _, err := w.MakeDeskKey(t.Context(), w.owner, factKey(w.campaign), "More")
	wantKind(t, err, "conflict")
	_, _, err = w.MakeDeskKey(t.Context(), w.owner, factKey(w.campaign), "")
	wantKind(t, err, "invalid")
}

// TestActsThatNameNoAlert are about what is shown now, or was shown last.
func TestActsThatNameNoAlert(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	s.run(fund.DeskSkip, fund.ID{})
	s.run(fund.DeskAgain, fund.ID{})
	s.run(fund.DeskPin, fund.ID{})
	s.quiet("acts with no alert")
	s.give("One", "5", "")
	s.give("Two", "5", "")
	s.run(fund.DeskSkip, fund.ID{})
	if got := s.desk().Waiting; got != 2 {
		t.Errorf("got %d that wait after a skip while nothing was shown, want both", got)
	}
	s.start()
	s.run(fund.DeskPin, fund.ID{})
	s.Clock.Advance(time.Minute)
	if s.cue().Shown == nil {
		t.Error("what was shown was not pinned")
	}
	s.run(fund.DeskUnpin, fund.ID{})
	s.Clock.Advance(fund.DefaultAlertRest)
	s.start()
	s.run(fund.DeskSkip, fund.ID{})
	s.run(fund.DeskSkip, fund.ID{})
	s.give("Skipped", "5", "")
	s.run(fund.DeskSkip, s.desk().Next[0].ID)
	s.run(fund.DeskAgain, fund.ID{})
	s.run(fund.DeskAgain, fund.ID{})
	s.Clock.Advance(fund.DefaultAlertRest)
	if got := s.play(); got != "Two" {
		t.Errorf("got %s again, want what was shown last", got)
	}
	s.quiet("what was asked for twice")
}
