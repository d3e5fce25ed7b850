package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// CountDonations brings the counters up to date with the next events of the log, and returns how many events it read; 0 when it has caught up.
func (a *App) CountDonations(ctx context.Context) (int, error) {
	return a.store.CountDonations(ctx, a.Now())
}

// Counters lists the counters of a fact, the oldest first. A cursor is {ID}.
func (a *App) Counters(ctx context.Context, s Seen, page fund.Page) ([]fund.Counter, error) {
	return a.store.ListCounters(ctx, s.fact.ID, oldestFirst(page))
}

// allCounters are the counters of a fact, the oldest first.
func allCounters(ctx context.Context, q store.Queries, fact fund.ID) ([]fund.Counter, error) {
	return q.ListCounters(ctx, fact, fund.Page{Limit: fund.MaxCounters, Order: fund.OldestFirst})
}

// GetCounter finds a counter of a fact that the actor may see.
func (a *App) GetCounter(ctx context.Context, actor Actor, key fund.Key) (fund.Counter, error) {
	c, _, err := a.seenCounter(ctx, actor, key)
	return c, err
}

// seenCounter finds a counter and its fact. If the actor may not see the fact, the counter is NotFound.
func (a *App) seenCounter(ctx context.Context, actor Actor, key fund.Key) (fund.Counter, fund.Fact, error) {
	c, err := a.store.GetCounter(ctx, key.ID)
	if err != nil {
		return fund.Counter{}, fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, c.FactID)
	if fault.Is(err, fault.NotFound) {
		err = missing("counter", key)
	}
	if err != nil {
		return fund.Counter{}, fund.Fact{}, err
	}
	return c, f, nil
}

// setStageParts runs work on what the stage of a fact shows, for those who set it up.
func (a *App) setStageParts(ctx context.Context, actor Actor, f fund.Fact, work func(context.Context, *store.Tx, edit) error) error {
	return a.writeBelow(ctx, actor, f, requireChange(actor, setStage), work)
}

// CreateCounter makes a counter, which counts at once what there is. More than fund.MaxCounters at once are a Conflict.
func (a *App) CreateCounter(ctx context.Context, actor Actor, key FactKey, patch fund.CounterPatch) (fund.Counter, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Counter{}, err
	}
	var c fund.Counter
	err = a.setStageParts(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error {
		all, err := allCounters(ctx, tx.Queries, e.fact.ID)
		if err := room(fund.MaxCounters, "counters")(len(all), err); err != nil {
			return err
		}
		c = fund.Counter{ID: e.id, FactID: e.fact.ID, Currency: e.fact.Currency, CreatedAt: e.now}
		if err := applyCounter(ctx, tx, actor, &c, patch, e); err != nil {
			return err
		}
		e.report(fund.TopicCounterCreated, c.ID, fund.Detail{})
		if err := tx.InsertCounter(ctx, &c, e.fact); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onStagePart(fund.ActCreateCounter, c.ID, e.fact, e.now))
	})
	if err != nil {
		return fund.Counter{}, fmt.Errorf("new counter: %w", err)
	}
	return c, nil
}

// applyCounter changes a counter. An option is one of a poll of its fact, a relay one of the actor's application.
func applyCounter(ctx context.Context, tx *store.Tx, actor Actor, c *fund.Counter, patch fund.CounterPatch, e edit) error {
	wrong := patch.Apply(c, e.now)
	if patch.PollOption.Set {
		c.PollOption = fund.ID{}
		if key := patch.PollOption.Value; key != (fund.Key{}) {
			option, problem, err := optionOf(ctx, tx.Queries, e.fact, key)
			if err != nil {
				return err
			}
			if c.PollOption = option; problem != "" {
				wrong.Add("poll_option", problem)
			}
		}
	}
	if patch.Relay.Set {
		c.Relay = fund.ID{}
		if key := patch.Relay.Value; key != (fund.Key{}) {
			r, err := ownRelay(ctx, tx.Queries, actor, key)
			if known, err := found(err); err != nil {
				return err
			} else if !known {
				wrong.Add("relay", fund.Missing)
			}
			c.Relay = r.ID
		}
	}
	return wrong.Err()
}

// optionOf is an option of a poll of the fact, or why it is none.
func optionOf(ctx context.Context, q store.Queries, f fund.Fact, key fund.Key) (option fund.ID, problem string, err error) {
	poll, err := q.GetPollByOption(ctx, key)
	if known, err := found(err); err != nil {
		return option, "", err
	} else if !known {
		return option, fund.Missing, nil
	}
	if poll.FactID != f.ID {
		return option, fund.OtherFact, nil
	}
	for _, o := range poll.Options {
		if o.ID == key.ID || key.LegacyID != 0 && o.LegacyID == key.LegacyID {
			option = o.ID
		}
	}
	return option, "", nil
}

// UpdateCounter changes a counter, which adds up again what it counts.
func (a *App) UpdateCounter(ctx context.Context, actor Actor, key fund.Key, patch fund.CounterPatch) (fund.Counter, error) {
	return a.changeCounter(ctx, actor, key, fund.ActUpdateCounter, func(ctx context.Context, tx *store.Tx, c *fund.Counter, e edit) error {
		if err := applyCounter(ctx, tx, actor, c, patch, e); err != nil {
			return err
		}
		e.report(fund.TopicCounterChanged, c.ID, fund.Detail{})
		return tx.UpdateCounter(ctx, c, e.fact)
	})
}

// DeleteCounter removes a counter.
func (a *App) DeleteCounter(ctx context.Context, actor Actor, key fund.Key) error {
	_, err := a.changeCounter(ctx, actor, key, fund.ActDeleteCounter, func(ctx context.Context, tx *store.Tx, c *fund.Counter, e edit) error {
		e.report(fund.TopicCounterRemoved, c.ID, fund.Detail{})
		return tx.DeleteCounter(ctx, c.ID)
	})
	return err
}

// changeCounter changes a counter in one write, and logs that as an act.
func (a *App) changeCounter(
	ctx context.Context, actor Actor, key fund.Key, act fund.Act, work func(context.Context, *store.Tx, *fund.Counter, edit) error,
) (fund.Counter, error) {
	_, f, err := a.seenCounter(ctx, actor, key)
	if err != nil {
		return fund.Counter{}, err
	}
	var c fund.Counter
	err = a.setStageParts(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error {
		if c, err = tx.GetCounter(ctx, key.ID); err != nil {
			return err
		}
		if err := work(ctx, tx, &c, e); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onStagePart(act, c.ID, e.fact, e.now))
	})
	if err != nil {
		return fund.Counter{}, fmt.Errorf("counter %s: %w", key, err)
	}
	return c, nil
}

// ShownCounter is the counter that an overlay shows: the one that it is about, or the one that was made last of those that count now; nil for none. It is another one
// from until on if nothing happens; the zero time for never.
func (a *App) ShownCounter(ctx context.Context, v OverlayVisit) (shown *fund.Counter, until time.Time, err error) {
	all, err := allCounters(ctx, a.store.Queries, v.FactID)
	now := a.Now()
	for i, c := range all {
		if v.About == c.ID {
			return &all[i], time.Time{}, err
		}
		if !v.About.IsZero() {
			continue
		}
		if c.Active(now) {
			shown = &all[i]
		}
		for _, at := range []time.Time{c.StartsAt, c.EndsAt} {
			if at.After(now) && (until.IsZero() || at.Before(until)) {
				until = at
			}
		}
	}
	return shown, until, err
}
