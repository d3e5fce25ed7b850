package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

const timerColumns = `id, fact_id, name, state, started_at, ends_at, remaining, length, granted, per_unit, per_donation, carry, COALESCE(max_length, 0), latest_end, factor,
	factor_from, factor_until, offline, matches, refunds, end_reported, created_at, updated_at, position`

// runningTimer is a timer with the position of the last event of the log that is in it.
type runningTimer struct {
	fund.Timer

	position int64
}

func scanTimer(r row) (t runningTimer, err error) {
	var left, length, granted, perUnit, perDonation, maxLength int64
	err = r.Scan(&t.ID, &t.FactID, &t.Name, &t.State, instant{&t.StartedAt}, instant{&t.EndsAt}, &left, &length, &granted, &perUnit, &perDonation, &t.Carry, &maxLength,
		instant{&t.LatestEnd}, &t.Factor, instant{&t.FactorFrom}, instant{&t.FactorUntil}, &t.Offline, &t.Matches, &t.Refunds,
		instant{&t.EndReported}, instant{&t.CreatedAt}, instant{&t.UpdatedAt}, &t.position)
	t.Left = time.Duration(left) * time.Microsecond
	t.Length, t.Granted, t.PerUnit = time.Duration(length)*time.Second, time.Duration(granted)*time.Second, time.Duration(perUnit)*time.Second
	t.PerDonation, t.MaxLength = time.Duration(perDonation)*time.Second, time.Duration(maxLength)*time.Second
	return t, err
}

// timerRow lists the columns of timers that an update may change.
func (t runningTimer) row() columns {
	return columns{
		{"name", t.Name}, {"state", string(t.State)}, {"started_at", nullMicros(t.StartedAt)}, {"ends_at", nullMicros(t.EndsAt)}, {"remaining", t.Left.Microseconds()},
		{"length", int64(t.Length / time.Second)}, {"granted", int64(t.Granted / time.Second)}, {"per_unit", int64(t.PerUnit / time.Second)},
		{"per_donation", int64(t.PerDonation / time.Second)}, {"carry", t.Carry}, {"max_length", int64(t.MaxLength / time.Second)},
		{"latest_end", nullMicros(t.LatestEnd)}, {"factor", t.Factor}, {"factor_from", nullMicros(t.FactorFrom)}, {"factor_until", nullMicros(t.FactorUntil)},
		{"offline", t.Offline}, {"matches", t.Matches}, {"refunds", t.Refunds}, {"end_reported", nullMicros(t.EndReported)}, {"position", t.position}, {"updated_at", micros(t.UpdatedAt)},
	}
}

// ListTimers lists the timers of a fact by age. A cursor is {ID}.
func (q Queries) ListTimers(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.Timer, error) {
	all, err := keysetPage(ctx, q.db, selecting("SELECT "+timerColumns+" FROM timers").and("fact_id = ?", fact), byID("id"), page, scanTimer)
	if err != nil {
		return nil, fmt.Errorf("timers of fact %s: %w", fact, err)
	}
	timers := make([]fund.Timer, len(all))
	for i, one := range all {
		timers[i] = one.Timer
	}
	return timers, nil
}

// GetTimer finds a timer.
func (q Queries) GetTimer(ctx context.Context, id fund.ID) (fund.Timer, error) {
	t, err := one(ctx, q.db, selecting("SELECT "+timerColumns+" FROM timers").and("id = ?", id), scanTimer, thing{"timer", id.String()})
	return t.Timer, err
}

// InsertTimer inserts a timer, which is off.
func (t *Tx) InsertTimer(ctx context.Context, one fund.Timer) error {
	return t.insert(ctx, thing{"timer", one.ID.String()}, "timers", append(columns{
		{"id", one.ID}, {"fact_id", one.FactID}, {"created_at", micros(one.CreatedAt)},
	}, runningTimer{Timer: one}.row()...))
}

// ChangeTimer changes a timer, in which there is all of the log before that.
func (t *Tx) ChangeTimer(ctx context.Context, id fund.ID, change func(*fund.Timer) error) (fund.Timer, error) {
	what := thing{"timer", id.String()}
	s := selecting("SELECT "+timerColumns+" FROM timers").and("id = ?", id).then(t.store.dialect.lockRows())
	timer, err := one(ctx, t.db, s, scanTimer, what)
	if err != nil {
		return fund.Timer{}, err
	}
	if err := t.catchUp(ctx, &timer); err != nil {
		return fund.Timer{}, err
	}
	if err := change(&timer.Timer); err != nil {
		return fund.Timer{}, err
	}
	return timer.Timer, t.update(ctx, what, updating("timers", timer.row()).and("id = ?", id))
}

// catchUp folds the rest of the log into a timer.
func (t *Tx) catchUp(ctx context.Context, timer *runningTimer) error {
	if err := t.writeEvents(ctx); err != nil {
		return err
	}
	if timer.State != fund.TimerRunning && timer.State != fund.TimerPaused {
		last, err := t.LastPosition(ctx)
		timer.position = last
		return err
	}
	// What the projection has read is in all timers.
	if read, err := t.projected(ctx, tallies, ""); err == nil {
		timer.position = max(timer.position, read)
	}
	for {
		events, err := t.EventsAfter(ctx, timer.position, FanOutEvents)
		if err != nil || len(events) == 0 {
			return err
		}
		if _, err := t.take(ctx, []*runningTimer{timer}, events); err != nil {
			return err
		}
		timer.position = events[len(events)-1].Position
	}
}

// take folds events into timers, and returns those that changed.
func (t *Tx) take(ctx context.Context, timers []*runningTimer, events []fund.Event) (changed []*runningTimer, err error) {
	var ids, facts []fund.ID
	for _, e := range events {
		if countsMoney(e) && slices.ContainsFunc(timers, func(one *runningTimer) bool { return slices.Contains(e.Facts, one.FactID) }) {
			ids = append(ids, e.Subject)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	for _, one := range timers {
		facts = append(facts, one.FactID)
	}
	units, err := t.unitsOf(ctx, facts)
	if err != nil {
		return nil, err
	}
	counted, err := t.countedDonations(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, one := range timers {
		is, gifts := false, fund.TimerEntry{TimerID: one.ID, Act: fund.TimerGifts}
		for _, e := range events {
			d, known := counted[e.Subject]
			if !known || !countsMoney(e) || e.Position <= one.position || !slices.Contains(e.Facts, one.FactID) {
				continue
			}
			before := one.Granted
			if one.Take(e, d, units[one.FactID]) {
				is = true
			}
			if by := one.Granted - before; by != 0 {
				gifts.By, gifts.Gifts, gifts.At = gifts.By+by, gifts.Gifts+1, e.At
			}
		}
		if gifts.Gifts > 0 {
			if err := t.logGifts(ctx, gifts); err != nil {
				return nil, err
			}
		}
		if is {
			changed = append(changed, one)
		}
	}
	return changed, nil
}

// unitsOf is how many minor units one unit of the currency of each fact has.
func (q Queries) unitsOf(ctx context.Context, facts []fund.ID) (map[fund.ID]int64, error) {
	units := map[fund.ID]int64{}
	err := q.eachOf(ctx, "SELECT id, currency FROM facts WHERE id IN ", facts, func(scan func(...any) error) error {
		var id fund.ID
		var currency string
		if err := scan(&id, &currency); err != nil {
			return err
		}
		digits, err := money.Digits(currency)
		units[id] = 1
		for range digits {
			units[id] *= 10
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("currencies of facts: %w", err)
	}
	return units, nil
}

// tallyTimers folds events into the timers of their facts that run or are paused.
func (t *Tx) tallyTimers(ctx context.Context, events []fund.Event, now time.Time) error {
	var facts []fund.ID
	for _, e := range events {
		if countsMoney(e) {
			facts = append(facts, e.Facts...)
		}
	}
	var timers []*runningTimer
	err := t.eachIn(ctx, func(in string) string {
		return "SELECT " + timerColumns + " FROM timers WHERE state IN ('" + string(fund.TimerRunning) + "', '" + string(fund.TimerPaused) + "') AND fact_id IN " + in
	}, unique(facts), func(scan func(...any) error) error {
		one, err := scanTimer(scanned(scan))
		timers = append(timers, &one)
		return err
	})
	if err != nil || len(timers) == 0 {
		return err
	}
	changed, err := t.take(ctx, timers, events)
	if err != nil {
		return err
	}
	for _, one := range changed {
		one.position = max(one.position, events[len(events)-1].Position)
		if err := t.update(ctx, thing{"timer", one.ID.String()}, updating("timers", one.row()).and("id = ?", one.ID)); err != nil {
			return err
		}
		above, err := t.ChainIDs(ctx, one.FactID)
		if err != nil {
			return err
		}
		t.Append(fund.Event{Topic: fund.TopicTimerProgressed, Subject: one.ID, Facts: above, At: now})
	}
	return nil
}

// DeleteTimer deletes a timer with its log. Overlays that showed it show the one that was made last.
func (t *Tx) DeleteTimer(ctx context.Context, id fund.ID) error {
	if err := t.forgetAbout(ctx, id); err != nil {
		return err
	}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM timer_entries WHERE timer_id = $1", id); err != nil {
		return fmt.Errorf("log of timer %s: %w", id, err)
	}
	return t.change(ctx, thing{"timer", id.String()}, "DELETE FROM timers WHERE id = $1", id)
}
