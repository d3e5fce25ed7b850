package live

import (
	"context"
	"errors"
	"slices"

	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

// replay is a Watch whose events are still read from the log.
type replay struct {
	Watch
	events *feed.Subscription
	first  bool
	// at is the position of the last event that was looked at.
	at int64
	// sent are facts that were watched beside this.
	sent []sent
}

// sent is a fact whose events were sent, up to the position until.
type sent struct {
	watched
	fact  fund.ID
	until int64
}

// page renders the next page of a replay.
func (c *Conn) page(ctx context.Context, r *replay) ([]*Message, error) {
	events, err := r.events.Next(ctx)
	switch {
	case errors.Is(err, feed.ErrSlow):
		r.events = c.hub.feed.Subscribe(r.events.Position())
		return nil, nil
	case errors.Is(err, feed.ErrReset):
		return nil, &End{Reason: ReasonReset, Retry: ReasonReset.retry()}
	case err != nil:
		return nil, err
	}
	events = c.reached(r, events)
	var messages []*Message
	for i := range events {
		if !c.due(r, &events[i]) {
			continue
		}
		m, err := c.hub.render(ctx, c.audience, &events[i])
		if err != nil {
			return nil, err
		}
		if m.Body != nil {
			messages = append(messages, m)
		}
	}
	return messages, nil
}

// reached cuts off the events that the hub has not passed on yet: those it may be about to queue for another fact.
func (c *Conn) reached(r *replay, events []fund.Event) []fund.Event {
	here := c.hub.Here().Cursor.Position
	for i := range events {
		if events[i].Position > here {
			r.events = c.hub.feed.Subscribe(events[i].Position - 1)
			return events[:i]
		}
	}
	return events
}

// due reports whether a replay has to send an event.
func (c *Conn) due(r *replay, e *fund.Event) bool {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	r.at = e.Position
	return r.matches(e) && !c.delivered(e) && !r.wasSent(e)
}

// goLive lets the hub queue the events from now on, once the replay has reached it. What may have hidden a fact meanwhile is looked at.
func (c *Conn) goLive(ctx context.Context, r *replay) (done bool, err error) {
	for {
		reached, done := c.tryLive(r)
		if done || !reached {
			return done, nil
		}
		era := c.hub.era.Load()
		if err := c.checkSight(ctx, r); err != nil {
			return false, err
		}
		r.From.era = era
	}
}

// tryLive reports whether a replay has reached the hub, and whether the hub queues its events now.
func (c *Conn) tryLive(r *replay) (reached, done bool) {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return true, true
	}
	if r.events.Position() < h.cursor.Position {
		return false, false
	}
	if h.era.Load() != r.From.era {
		return true, false
	}
	c.adopt(r)
	return true, true
}

// adopt lets the hub queue the events of a replay. The caller holds both locks.
func (c *Conn) adopt(r *replay) {
	for _, fact := range r.Facts {
		c.facts[fact] = &watched{from: r.From.Cursor.Position, types: r.Types}
		c.hub.watch(c, fact)
	}
	c.replays = slices.Delete(c.replays, 0, 1) // which lets go of its first message
}

// checkSight ends watching those facts of a replay that the receiver may not see any more.
func (c *Conn) checkSight(ctx context.Context, r *replay) error {
	c.mu.Lock()
	facts := r.Facts
	c.mu.Unlock()
	var gone []fund.ID
	for _, fact := range facts {
		seen, err := c.hub.Sees(ctx, c.audience.actor(), fact)
		if err != nil {
			return err
		}
		if !seen {
			gone = append(gone, fact)
		}
	}
	if len(gone) > 0 {
		c.Unwatch(gone...)
		c.Send(&Message{Gone: gone})
	}
	return nil
}

func (r *replay) has(fact fund.ID) bool {
	return slices.Contains(r.Facts, fact)
}

// wasSent reports whether an event was sent because of a fact that is not watched any more.
func (r *replay) wasSent(e *fund.Event) bool {
	return slices.ContainsFunc(r.sent, func(s sent) bool {
		return e.Position > s.from && e.Position <= s.until && s.types.has(e.Topic) && slices.Contains(e.Facts, s.fact)
	})
}

// remove takes a fact out. The old slice stays as it was, because others may be reading it.
func (r *replay) remove(fact fund.ID) {
	r.Facts = slices.DeleteFunc(slices.Clone(r.Facts), func(one fund.ID) bool { return one == fact })
}

func (r *replay) matches(e *fund.Event) bool {
	if !r.Types.has(e.Topic) {
		return false
	}
	return slices.ContainsFunc(e.Facts, r.has)
}
