package app_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestTheDesk pauses, skips, pins, shows again, and takes the stage off the air.
func TestTheDesk(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	s.give("One", "5", "")
	s.run(fund.DeskPause, fund.ID{})
	s.run(fund.DeskPause, fund.ID{})
	s.quiet("a pause")
	if got := s.desk(); got.Waiting != 1 || named(got.Next[0]) != "One" || got.PausedAt.IsZero() {
		t.Errorf("got %+v, want one that waits", got)
	}
	s.run(fund.DeskResume, fund.ID{})
	one := s.start()
	s.run(fund.DeskPin, one.ID)
	s.Clock.Advance(time.Hour)
	if got := s.cue(); got.Shown == nil {
		t.Error("an alert that was pinned has ended")
	}
	s.run(fund.DeskUnpin, one.ID)
	s.quiet("an alert that is not pinned any more")
	s.run(fund.DeskAgain, one.ID)
	s.Clock.Advance(fund.DefaultAlertRest)
	s.give("Two", "5", "")
	if got := s.play(); got != "One" {
		t.Errorf("got %s, want the one that was asked for again", got)
	}
	two := s.start()
	s.run(fund.DeskSkip, two.ID)
	s.run(fund.DeskSkip, two.ID)
	s.quiet("an alert that was skipped")
	three := s.give("Three", "5", "")
	s.run(fund.DeskSkip, s.desk().Next[0].ID)
	s.Clock.Advance(fund.DefaultAlertRest)
	s.quiet("an alert that was skipped before it was shown, of " + three.Name)

	s.give("Four", "5", "")
	s.start()
	s.run(fund.DeskOff, fund.ID{})
	s.quiet("a stage that is off the air")
	if !must.Get(s.OpenOverlay(t.Context(), s.Key))(t).OffAir {
		t.Error("an overlay of a stage that is off the air does not say so")
	}
	s.give("Five", "5", "")
	s.run(fund.DeskOnEmpty, fund.ID{})
	s.Clock.Advance(fund.DefaultAlertRest)
	s.quiet("a stage that came back empty")
	s.run(fund.DeskOff, fund.ID{})
	s.give("Six", "5", "")
	s.run(fund.DeskOn, fund.ID{})
	if got := s.play(); got != "Six" {
		t.Errorf("got %s, want what came meanwhile", got)
	}
	must.Do(t, s.TestAlert(t.Context(), s.owner, factKey(s.campaign), fund.AlertSample{Name: "Sam", Amount: 100}))
	before := must.Get(s.See(t.Context(), s.owner, factKey(s.campaign)))(t).Fact().Total()
	if got := s.play(); got != "test of Sam" {
		t.Errorf("got %s, want the test", got)
	}
	if after := must.Get(s.See(t.Context(), s.owner, factKey(s.campaign)))(t).Fact().Total(); after != before {
		t.Errorf("a test raised the total from %d to %d", before, after)
	}
}

// TestAPageThatDies leaves its alert to the desk: it does not start again, and the next ones go on.
func TestAPageThatDies(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	s.give("Broken", "5", "")
	s.start()
	s.Clock.Advance(fund.AlertLasts + fund.AlertGrace + time.Millisecond)
	s.quiet("an alert that broke off")
	if got := s.desk().Ended; len(got) != 1 || !got[0].Broken(s.Now()) {
		t.Fatalf("got %+v, want the desk to say that it broke off", got)
	}
	s.give("Next", "5", "")
	if got := s.play(); got != "Next" {
		t.Errorf("got %s, want the next", got)
	}
	broken := s.desk().Ended[1]
	if broken.State != fund.AlertBroken {
		t.Errorf("got %+v, want it to be broken for good", broken)
	}
	s.run(fund.DeskAgain, broken.ID)
	if got := s.play(); got != "Broken" {
		t.Errorf("got %s, want what the desk asked for again", got)
	}
}

// TestWhoRunsAStage asks the desk for everything as everybody.
func TestWhoRunsAStage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.show(t, w.campaign)
	ctx := t.Context()
	desk, _ := w.volunteer(t, "Desk", fund.GrantDesk)
	aside, _, _ := w.alone(t, "Aside", fund.GrantDesk)
	screener, _ := w.volunteer(t, "Screener", fund.GrantScreener, fund.GrantReader)
	for name, who := range map[string]struct {
		actor app.Actor
		may   bool
	}{
		"owner": {w.owner, true}, "desk": {desk, true}, "desk without an account": {aside, true}, "screener": {screener, false}, "stranger": {w.stranger, false},
		"member of the cause": {w.causer, false}, "nobody": {app.Actor{}, false}, "the key of the overlay": {s.Actor(), false},
	} {
		seen := must.Get(w.See(ctx, who.actor, factKey(w.campaign)))(t)
		_, read := w.Desk(ctx, seen)
		for what, err := range map[string]error{
			"read": read, "pause": w.RunStage(ctx, who.actor, factKey(w.campaign), fund.DeskPause, fund.ID{}),
			"test": w.TestAlert(ctx, who.actor, factKey(w.campaign), fund.AlertSample{Name: "x"}),
		} {
			if refused := fault.Is(err, fault.Forbidden) || fault.Is(err, fault.Unauthenticated); err == nil != who.may || err != nil && !refused {
				t.Errorf("%s: got %v, want to %s it %t", name, err, what, who.may)
			}
		}
	}
	wantKind(t, w.RunStage(ctx, w.owner, factKey(w.campaign), "dance", fund.ID{}), "invalid")
	wantKind(t, w.RunStage(ctx, w.owner, factKey(w.campaign), fund.DeskSkip, fund.ID{1}), "not_found")
}

// TestTheStageOfAnEvent wants alerts of all that is donated below it, and none of another's on the stage of a campaign.
func TestTheStageOfAnEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	event, team := w.show(t, w.event.Fact), w.show(t, w.team1)
	supporting := w.supporting(t)
	must.Get(w.donate(t, fund.DonationInput{Fact: fund.Key{ID: supporting.ID}, Name: "Below"}))(t)
	event.queue()
	if got := event.play(); got != "Below" {
		t.Errorf("got %s, want what came to a campaign of the event", got)
	}
	team.quiet("a gift to another")
}

// supporting is a campaign that supports the event.
func (w *world) supporting(t *testing.T) fund.Fact {
	t.Helper()
	return w.newCampaign(t.Context(), t, fund.CampaignPatch{Name: fund.Some("Below"), Event: fund.Some(fund.Key{ID: w.event.ID}), Status: fund.Some(fund.Published)})
}
