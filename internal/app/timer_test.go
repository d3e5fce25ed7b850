package app_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// everyEntry asks for the whole log of a timer.
var everyEntry = fund.Page{Limit: 100}

// clock is a timer of the world's campaign.
type clock struct {
	*world
	t  *testing.T
	id fund.Key
}

// timer makes a timer of an hour and starts it.
func (w *world) timer(t *testing.T, patch fund.TimerPatch) clock {
	t.Helper()
	patch.Name, patch.Length = fund.Some("Marathon"), fund.Some(time.Hour)
	made := must.Get(w.CreateTimer(t.Context(), w.owner, campaignKey(w.campaign), patch))(t)
	c := clock{w, t, fund.Key{ID: made.ID}}
	c.run(fund.TimerStart, 0)
	return c
}

func (c clock) run(act fund.TimerAct, by time.Duration) fund.Timer {
	c.t.Helper()
	return must.Get(c.RunTimer(c.t.Context(), c.owner, c.id, fund.TimerRun{Act: act, By: by}))(c.t)
}

// give donates, and returns the donation.
func (c clock) give(amount string) fund.Donation {
	c.t.Helper()
	return must.Get(c.donate(c.t, fund.DonationInput{Amount: amount}))(c.t)
}

// left wants what is left once all was counted.
func (c clock) left(when string, want time.Duration) {
	c.t.Helper()
	c.count(c.t)
	if got := must.Get(c.GetTimer(c.t.Context(), c.owner, c.id))(c.t).LeftAt(c.Clock.Now()); got != want {
		c.t.Errorf("%s: got %v, want %v", when, got, want)
	}
}

// TestDonationsAddToATimer has rests, a pause, a restart, the end and a new start.
func TestDonationsAddToATimer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.timer(t, fund.TimerPatch{PerUnit: fund.Some(time.Second), PerDonation: fund.Some(10 * time.Second)})
	c.left("started", time.Hour)
	for range 3 {
		c.give("0.50")
	}
	c.left("rests are carried on", time.Hour+31*time.Second)
	w.Clock.Advance(time.Minute)
	c.run(fund.TimerPause, 0)
	w.Clock.Advance(time.Hour)
	c.give("0.50")
	w.Restart(nil)
	c.left("paused", time.Hour+31*time.Second-time.Minute+11*time.Second)
	c.give("1") // which nothing has counted yet
	c.run(fund.TimerResume, 0)
	w.Clock.Advance(53 * time.Second)
	c.left("resumed", 59*time.Minute+11*time.Second-11*time.Second)
	c.run(fund.TimerAdd, -58*time.Minute)
	w.Clock.Advance(time.Minute - time.Microsecond)
	c.give("1")
	c.left("the last moment", 11*time.Second+time.Microsecond)
	w.Clock.Advance(11*time.Second + time.Microsecond)
	c.give("100")
	c.left("too late", 0)
	_, err := w.RunTimer(t.Context(), w.owner, c.id, fund.TimerRun{Act: fund.TimerResume})
	wantKind(t, err, "invalid")
	c.run(fund.TimerStart, 0)
	c.left("started again", time.Hour)
	w.Clock.Advance(time.Hour - time.Second)
	c.give("1") // which nothing has counted when somebody comes
	w.Clock.Advance(2 * time.Second)
	c.run(fund.TimerAdd, time.Minute)
	c.left("kept going by what was not counted yet", 70*time.Second)
}

// TestWhatATimerLeavesOut has offline donations, imports, refunds, limits and a factor.
func TestWhatATimerLeavesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	now := w.Clock.Now()
	plain := w.timer(t, fund.TimerPatch{PerUnit: fund.Some(time.Second)})
	w.later()
	all := w.timer(t, fund.TimerPatch{PerUnit: fund.Some(time.Second), PerDonation: fund.Some(time.Minute), Offline: fund.Some(true), Refunds: fund.Some(true)})
	w.later()
	limited := w.timer(t, fund.TimerPatch{PerUnit: fund.Some(fund.MaxTimerRate), MaxLength: fund.Some(2 * time.Hour)})
	w.later()
	latest := w.timer(t, fund.TimerPatch{PerUnit: fund.Some(fund.MaxTimerRate), LatestEnd: fund.Some(w.Clock.Now().Add(90 * time.Minute))})
	w.later()
	double := w.timer(t, fund.TimerPatch{
		PerUnit: fund.Some(time.Second), Factor: fund.Some[int64](2), FactorFrom: fund.Some(now.Add(time.Minute)), FactorUntil: fund.Some(now.Add(2 * time.Minute)),
	})
	gone := func(started time.Duration) time.Duration { return w.Clock.Now().Sub(now) - started }
	must.Get(w.RecordOffline(t.Context(), app.System(), campaignKey(w.campaign), fund.DonationInput{Amount: "10"}))(t)
	plain.left("offline", time.Hour-gone(0))
	all.left("offline that adds", time.Hour+70*time.Second-gone(time.Millisecond))
	w.Clock.Advance(time.Minute - gone(0))
	d := c0(t, w)
	double.left("twice", time.Hour+20*time.Second-gone(4*time.Millisecond))
	must.Get(w.RefundDonation(t.Context(), app.System(), fund.Key{ID: d.ID}, ""))(t)
	plain.left("a refund", time.Hour+10*time.Second-gone(0))
	all.left("a refund that takes off", time.Hour+70*time.Second-gone(time.Millisecond))
	w.Clock.Advance(2*time.Minute - gone(0))
	c0(t, w)
	double.left("once", time.Hour+30*time.Second-gone(4*time.Millisecond))
	limited.left("as long as it may be", 2*time.Hour-gone(2*time.Millisecond))
	if got := must.Get(w.GetTimer(t.Context(), w.owner, latest.id))(t); got.EndsAt.After(got.LatestEnd) || got.LatestEnd.Sub(got.EndsAt) >= time.Second {
		t.Errorf("got an end at %v, want it within the last second before %v", got.EndsAt, got.LatestEnd)
	}
}

// c0 gives 10.
func c0(t *testing.T, w *world) fund.Donation {
	t.Helper()
	return must.Get(w.donate(t, fund.DonationInput{Amount: "10"}))(t)
}

// TestTwoNodesTime has two nodes count and a helper add time while donations come: each adds once.
func TestTwoNodesTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.timer(t, fund.TimerPatch{PerDonation: fund.Some(time.Second)}), w.Node(nil)
	const rounds = 20
	var running sync.WaitGroup
	for _, node := range []*app.App{w.App, other} {
		running.Go(func() {
			for range rounds {
				if _, err := node.CountDonations(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Go(func() {
		for range rounds {
			if _, err := other.RunTimer(t.Context(), w.owner, c.id, fund.TimerRun{Act: fund.TimerAdd, By: time.Minute}); err != nil {
				t.Error(err)
			}
		}
	})
	for range rounds {
		c.give("1")
	}
	running.Wait()
	c.left("all", time.Hour+rounds*(time.Minute+time.Second))
}

// TestWhoRunsTimers tries all, what they may not say, and the log of what they did.
func TestWhoRunsTimers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, at := t.Context(), campaignKey(w.campaign)
	c := w.timer(t, fund.TimerPatch{})
	patch := fund.TimerPatch{Name: fund.Some("Run"), Length: fund.Some(time.Minute)}
	for _, one := range []struct {
		actor app.Actor
		want  string
	}{{w.owner, ""}, {w.causer, "forbidden"}, {w.stranger, "forbidden"}, {app.Actor{}, "unauthenticated"}} {
		_, err := w.CreateTimer(ctx, one.actor, at, patch)
		wantKind(t, err, one.want)
		_, err = w.UpdateTimer(ctx, one.actor, c.id, fund.TimerPatch{})
		wantKind(t, err, one.want)
		_, err = w.RunTimer(ctx, one.actor, c.id, fund.TimerRun{Act: fund.TimerAdd, By: time.Minute})
		wantKind(t, err, one.want)
		_, err = w.TimerLog(ctx, one.actor, c.id, everyEntry)
		wantKind(t, err, one.want)
		if one.want != "" {
			wantKind(t, w.DeleteTimer(ctx, one.actor, c.id), one.want)
		}
	}
	for field, wrong := range map[string]fund.TimerPatch{
		"name": {Name: fund.Some(" ")}, "starting_length": {Length: fund.Some(fund.MaxTimerLength + time.Second)}, "per_unit": {PerUnit: fund.Some(-time.Second)},
		"per_donation": {PerDonation: fund.Some(fund.MaxTimerRate + time.Second)}, "max_length": {MaxLength: fund.Some(time.Second)},
		"factor": {Factor: fund.Some[int64](fund.MaxTimerFactor + 1)}, "factor_until": {FactorFrom: fund.Some(w.Clock.Now()), FactorUntil: fund.Some(w.Clock.Now())},
	} {
		_, err := w.UpdateTimer(ctx, w.owner, c.id, wrong)
		if f := fault.From(err); f.Kind != fault.Invalid || f.Fields[0].Path != field {
			t.Errorf("got %v, want it refused at %s", err, field)
		}
	}
	for _, by := range []time.Duration{0, fund.MaxTimerLength + time.Second, -fund.MaxTimerLength - time.Second} {
		_, err := w.RunTimer(ctx, w.owner, c.id, fund.TimerRun{Act: fund.TimerAdd, By: by})
		wantKind(t, err, "invalid")
	}
	acts := must.Get(w.Acts(ctx, app.System(), c.id.ID, fund.Page{Limit: 9}))(t)
	if len(acts) != 4 || acts[0].Act != fund.ActRunTimer || acts[0].Detail["seconds"] != "60" || acts[0].Actor != w.owner.User || acts[1].Act != fund.ActUpdateTimer ||
		acts[2].Detail["do"] != "start" || acts[3].Act != fund.ActCreateTimer || acts[3].Detail["fact"] != w.campaign.ID.String() {
		t.Errorf("got %+v, want what the owner did, the minute last", acts)
	}
	for range fund.MaxTimers - 2 {
		w.later()
		must.Get(w.CreateTimer(ctx, w.owner, at, patch))(t)
	}
	_, err := w.CreateTimer(ctx, w.owner, at, patch)
	wantKind(t, err, "conflict")
	must.Do(t, w.DeleteTimer(ctx, w.owner, c.id))
	if last := must.Get(w.Acts(ctx, app.System(), c.id.ID, fund.Page{Limit: 1}))(t); len(last) != 1 || last[0].Act != fund.ActDeleteTimer {
		t.Errorf("got %+v, want that it was deleted", last)
	}
}

// ends are the ends of timers that the log of events has after a position.
func (c clock) ends(after int64) (n int) {
	c.t.Helper()
	for _, e := range must.Get(c.Store.EventsAfter(c.t.Context(), after, 999))(c.t) {
		if e.Topic == fund.TopicTimerEnded && e.Subject == c.id.ID {
			n++
		}
	}
	return n
}

// TestATimerEndsOnce has two nodes report that a timer ran out: late, not before what came in time is counted, once, and again after another start.
func TestATimerEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.timer(t, fund.TimerPatch{PerDonation: fund.Some(time.Minute)})
	other := w.Node(nil)
	position := w.position(ctx, t)
	report := func() {
		t.Helper()
		var both sync.WaitGroup
		both.Go(func() { w.DoDue(ctx, fund.WorkEnding) })
		both.Go(func() { other.DoDue(ctx, fund.WorkEnding) })
		both.Wait()
		w.DoDue(ctx, fund.WorkEnding)
	}
	want := func(when string, ends int) {
		t.Helper()
		if got := c.ends(position); got != ends {
			t.Errorf("%s: got %d ends, want %d", when, got, ends)
		}
	}
	w.Clock.Advance(time.Hour - time.Microsecond)
	report()
	c.give("1") // which nothing has counted yet
	w.Clock.Advance(time.Second)
	report()
	want("made longer", 0)
	w.Clock.Advance(time.Hour) // no node was up
	report()
	want("over", 1)
	if due, _, err := w.Store.CountWork(ctx, fund.WorkEnding, w.Now()); due != 0 || err != nil {
		t.Errorf("got %d rows of work, %v, want nothing left", due, err)
	}
	log := must.Get(w.TimerLog(ctx, w.owner, c.id, everyEntry))(t)
	if timer := must.Get(w.GetTimer(ctx, w.owner, c.id))(t); log[0].Act != fund.TimerEnd || !log[0].At.Equal(timer.EndsAt) || !timer.EndsAt.Before(w.Clock.Now().Add(-58*time.Minute)) {
		t.Errorf("got %+v, want when it really ended (%v)", log[0], timer.EndsAt)
	}
	w.Clock.Advance(-2 * time.Hour) // as a node whose clock is late, or a payment that took long to be saved
	c.give("1")
	w.Clock.Advance(2 * time.Hour)
	c.left("what came to light after the end", 0)
	report()
	want("what came to light after the end", 1)
	c.run(fund.TimerStart, 0)
	c.run(fund.TimerPause, 0)
	w.Clock.Advance(2 * time.Hour)
	report()
	want("paused", 1)
	c.run(fund.TimerResume, 0)
	w.Clock.Advance(2 * time.Hour)
	c.run(fund.TimerStart, 0)
	want("started again before that was reported", 2)
	w.Clock.Advance(time.Hour)
	c.give("1") // too late
	c.count(t)
	report()
	want("over again", 3)
}

// TestTheLogOfATimer has what somebody did and why, and donations that came one after the other as one entry.
func TestTheLogOfATimer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	c := w.timer(t, fund.TimerPatch{PerDonation: fund.Some(time.Minute), MaxLength: fund.Some(time.Hour + 150*time.Second), Refunds: fund.Some(true)})
	c.give("1")
	c.count(t)
	c.give("1")
	c.count(t)
	last := c.give("1") // half of it, and then nothing
	c.give("1")
	must.Get(c.RunTimer(ctx, w.owner, c.id, fund.TimerRun{Act: fund.TimerAdd, By: -90 * time.Second, Reason: " He slept.\t"}))(t)
	must.Get(w.RefundDonation(ctx, app.System(), fund.Key{ID: last.ID}, ""))(t)
	c.count(t)
	log := must.Get(w.TimerLog(ctx, w.owner, c.id, everyEntry))(t)
	var got []string
	for _, e := range log {
		got = append(got, fmt.Sprintf("%d %s %v %d %q %q", e.Number, e.Act, e.By, e.Gifts, e.Reason, e.Name))
	}
	name := must.Get(w.GetUser(ctx, app.System(), fund.Key{ID: w.owner.User}))(t).Username
	want := []string{`4 gifts -1m0s 1 "" ""`, `3 add -1m30s 0 "He slept." "` + name + `"`, `2 gifts 2m30s 3 "" ""`, `1 start 0s 0 "" "` + name + `"`}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if page := must.Get(w.TimerLog(ctx, w.owner, c.id, fund.Page{Limit: 2, Before: &fund.Cursor{Number: 4}}))(t); len(page) != 2 || page[0].Number != 3 || page[1].Number != 2 {
		t.Errorf("got %+v, want the two entries before the fourth", page)
	}
	long := strings.Repeat("ü", fund.MaxTimerReason)
	must.Get(c.RunTimer(ctx, w.owner, c.id, fund.TimerRun{Act: fund.TimerAdd, By: time.Second, Reason: long}))(t)
	_, err := c.RunTimer(ctx, w.owner, c.id, fund.TimerRun{Act: fund.TimerAdd, By: time.Second, Reason: long + "x"})
	wantFields(t, err, "reason "+fund.TooLong(fund.MaxTimerReason))
	must.Do(t, w.DeleteTimer(ctx, w.owner, c.id))
}

// TestAnActThatIsSentAgain does nothing: what was added meanwhile stays, and neither log has it twice.
func TestAnActThatIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.timer(t, fund.TimerPatch{PerDonation: fund.Some(time.Minute)})
	c.give("1")
	again := func(what string, state fund.TimerState, left time.Duration, acts ...fund.TimerAct) {
		t.Helper()
		before := w.position(t.Context(), t)
		for _, act := range acts {
			if got := c.run(act, 0); got.State != state {
				t.Errorf("%s: got %s, want %s", what, got.State, state)
			}
		}
		c.left(what, left)
		for _, e := range w.events(t.Context(), t, before) {
			if e.Topic == fund.TopicTimerChanged {
				t.Errorf("%s: got %v, want nothing reported", what, e)
			}
		}
	}
	again("started", fund.TimerRunning, time.Hour+time.Minute, fund.TimerStart, fund.TimerResume)
	c.run(fund.TimerPause, 0)
	again("paused", fund.TimerPaused, time.Hour+time.Minute, fund.TimerPause)
	if log := must.Get(w.TimerLog(t.Context(), w.owner, c.id, everyEntry))(t); len(log) != 3 {
		t.Errorf("got %+v, want the start, the donation and the pause", log)
	}
	w.wantActs(t, c.id.ID, fund.ActRunTimer, fund.ActRunTimer, fund.ActCreateTimer)
	c.run(fund.TimerStart, 0)
	c.left("started again", time.Hour)
	_, err := c.RunTimer(t.Context(), w.owner, c.id, fund.TimerRun{Act: fund.TimerStart, Reason: strings.Repeat("x", fund.MaxTimerReason+1)})
	wantKind(t, err, "invalid")
}
