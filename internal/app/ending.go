package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ending is a part of a fact whose time is over: the states before and after that.
type ending struct {
	of   store.Ending
	fact fund.ID
	step step
}

// reportEnding reports that the time of a poll, target, reward, timer or live stream is over, once: nobody does anything then.
func (a *App) reportEnding(ctx context.Context, id fund.ID) error {
	part, err := a.endingOf(ctx, id)
	known, err := found(err)
	switch {
	case err != nil:
		return err
	case !known:
		if timer, err := a.endTimerDue(ctx, id); timer || err != nil {
			return err
		}
		return a.endLiveDue(ctx, id)
	}
	f, err := a.store.GetFact(ctx, factByID(part.fact))
	if err != nil {
		return err
	}
	return a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		due, err := tx.ReportEnd(ctx, part.of, id, now)
		if err != nil || !due {
			return err
		}
		facts, err := factsShowing(ctx, tx.Queries, f)
		if err != nil {
			return err
		}
		event := part.step.event(id)
		event.Facts, event.At = facts, now
		tx.Append(event)
		return nil
	})
}

// endingOf finds the part with the id, and what its end changes.
func (a *App) endingOf(ctx context.Context, id fund.ID) (ending, error) {
	key, now := fund.Key{ID: id}, a.Now()
	p, err := a.store.GetPoll(ctx, key)
	if known, err := found(err); known || err != nil {
		return ending{store.EndingPolls, p.FactID, step{fund.TopicPollChanged, fund.StateOpen, fund.StateClosed}}, err
	}
	t, err := a.store.GetTarget(ctx, key)
	if known, err := found(err); known || err != nil {
		fact := t.FactID
		t.EndsAt = time.Time{}
		return ending{store.EndingTargets, fact, step{fund.TopicTargetChanged, t.State(now), fund.StateEnded}}, err
	}
	r, err := a.store.GetReward(ctx, key)
	fact := r.FactID
	r.EndsAt = time.Time{}
	return ending{store.EndingRewards, fact, step{fund.TopicRewardChanged, r.State(now), fund.StateEnded}}, err
}

// changedEnd is what a change of a part does to its end: the states, and the end before and after.
type changedEnd struct {
	of        store.Ending
	step      step
	was, ends time.Time
	// off reports that the part was switched off before, and that it ended was reported then.
	off bool
}

// settleEnd notes that the end of the part has been reported, by the change or before it, so that it is not reported again.
func (e edit) settleEnd(ctx context.Context, tx *store.Tx, id fund.ID, c changedEnd) error {
	over := c.step.to == fund.StateClosed || c.step.to == fund.StateEnded
	unchanged := c.step.from == c.step.to && c.was.Equal(c.ends) && !c.off
	if !over || c.ends.After(e.now) || unchanged {
		return nil
	}
	_, err := tx.ReportEnd(ctx, c.of, id, e.now)
	return err
}
