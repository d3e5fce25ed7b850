package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// tallies is the name of the projection that keeps counters and timers.
const tallies = "tallies.1"

// tallied selects what counts donations.
const tallied = "SELECT 1 FROM counters UNION ALL SELECT 1 FROM timers WHERE state = '" + string(fund.TimerPaused) + "' UNION ALL SELECT 1 FROM timers WHERE state = '" + string(fund.TimerRunning) + "'"

// CountDonations brings all counters and timers up to date with the next events of the log, and returns how many events it has read; 0 when it has caught up, nobody counts, or
// another node is at work. Each counter knows up to which event it has counted, so that none counts twice.
func (s *Store) CountDonations(ctx context.Context, now time.Time) (done int, err error) {
	return s.follow(ctx, projection{tallies, tallied, s.beginTallies, func(_ context.Context, events []fund.Event) (projected, error) {
		return func(ctx context.Context, t *Tx) error {
			if err := t.tally(ctx, events, now); err != nil {
				return err
			}
			return t.tallyTimers(ctx, events, now)
		}, nil
	}})
}

// beginTallies begins at the begin of the log: counters that there are know what they have counted of it, and where there are none, it is skipped.
func (s *Store) beginTallies(ctx context.Context) error {
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := t.db.ExecContext(ctx, "INSERT INTO projections (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING", tallies); err != nil {
			return fmt.Errorf("begin %s: %w", tallies, err)
		}
		return nil
	})
}

// countsMoney reports whether an event moved money that counters count.
func countsMoney(e fund.Event) bool {
	return e.Topic.ChangesScores() && e.Topic.Object() == fund.ObjectDonation && !e.Test
}

// countsAnew reports whether counters have to be added up again after an event: they were set up, or a fact moved with all that it had raised.
func countsAnew(e fund.Event) bool {
	return e.Topic == fund.TopicCounterCreated || e.Topic == fund.TopicCounterChanged || e.Topic == fund.TopicFactLeft || e.Topic == fund.TopicFactJoined
}

// tally folds events into the counters of their facts.
func (t *Tx) tally(ctx context.Context, events []fund.Event, now time.Time) error {
	var facts, donations []fund.ID
	for _, e := range events {
		if countsMoney(e) {
			donations = append(donations, e.Subject)
		}
		if countsMoney(e) || countsAnew(e) {
			facts = append(facts, e.Facts...)
		}
	}
	counters, err := t.lockCounters(ctx, facts)
	if err != nil || len(counters) == 0 {
		return err
	}
	counted, err := t.countedDonations(ctx, donations)
	if err != nil {
		return err
	}
	for _, e := range events {
		for _, c := range counters {
			if slices.Contains(e.Facts, c.FactID) {
				c.see(e, counted)
			}
		}
	}
	return t.moveCounters(ctx, counters, events[len(events)-1].Position, now)
}

// runningCounter is a counter whose row is locked.
type runningCounter struct {
	fund.Counter

	kind     fund.Kind
	position int64
	was      int64
	// anew is set for one that is to be added up again.
	anew bool
}

// see counts an event of the counter's fact.
func (c *runningCounter) see(e fund.Event, counted map[fund.ID]fund.CountedDonation) {
	d, known := counted[e.Subject]
	switch {
	case countsAnew(e):
		ofAnother := e.Topic.Object() == fund.ObjectCounter && e.Subject != c.ID
		c.anew = c.anew || !ofAnother
	case !countsMoney(e) || !known:
	case d.Erased && c.Via != "":
		c.anew = true
	case e.Position > c.position && c.Counts(d):
		c.Raised += e.Amount
	}
}

// lockCounters locks the counters of facts.
func (t *Tx) lockCounters(ctx context.Context, facts []fund.ID) ([]*runningCounter, error) {
	var all []*runningCounter
	err := t.eachIn(ctx, func(in string) string {
		return `SELECT id, fact_id, starts_at, ends_at, poll_option_id, via, relay_id, raised, position, (SELECT kind FROM facts f WHERE f.id = fact_id)
			FROM counters WHERE fact_id IN ` + in
	}, unique(facts), func(scan func(...any) error) error {
		c := &runningCounter{}
		err := scan(&c.ID, &c.FactID, instant{&c.StartsAt}, instant{&c.EndsAt}, &c.PollOption, &c.Via, &c.Relay, &c.Raised, &c.position, &c.kind)
		c.was = c.Raised
		all = append(all, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("counters of facts: %w", err)
	}
	return all, nil
}

// countedDonations reads what counters ask of donations.
func (q Queries) countedDonations(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.CountedDonation, error) {
	found := map[fund.ID]fund.CountedDonation{}
	err := q.eachOf(ctx, `SELECT d.id, d.completed_at, d.poll_option_id, COALESCE(p.via, ''), k.relay_id, d.origin, d.is_match, d.erased_at IS NOT NULL
		FROM donations d LEFT JOIN payments p ON p.donation_id = d.id LEFT JOIN relay_keys k ON k.donation_id = d.id WHERE d.id IN `, ids,
		func(scan func(...any) error) error {
			var d fund.CountedDonation
			err := scan(&d.ID, instant{&d.CompletedAt}, &d.PollOption, &d.Via, &d.Relay, &d.Origin, &d.IsMatch, &d.Erased)
			found[d.ID] = d
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("donations to count: %w", err)
	}
	return found, nil
}

// moveCounters writes the counters that moved, which know the log up to a position, and appends events of them.
func (t *Tx) moveCounters(ctx context.Context, counters []*runningCounter, position int64, now time.Time) error {
	for _, c := range counters {
		switch {
		case c.anew:
			if err := t.recount(ctx, &c.Counter, c.kind); err != nil {
				return err
			}
		case c.Raised != c.was:
			err := t.change(ctx, thing{"counter", c.ID.String()}, "UPDATE counters SET raised = $1, position = $2 WHERE id = $3", c.Raised, max(position, c.position), c.ID)
			if err != nil {
				return err
			}
		}
		if c.Raised == c.was {
			continue
		}
		facts, err := t.ChainIDs(ctx, c.FactID)
		if err != nil {
			return err
		}
		t.Append(fund.Event{Topic: fund.TopicCounterProgressed, Subject: c.ID, Facts: facts, Detail: fund.Detail{Total: c.Raised}, At: now})
	}
	return nil
}
