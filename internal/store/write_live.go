package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// SetLive writes since when and until when a fact is live, and what it had raised when that began. It is a Conflict when the fact takes no donations any more.
func (t *Tx) SetLive(ctx context.Context, f fund.Fact) error {
	what := thing{kindNoun(f.Kind), f.ID.String()}
	err := t.change(ctx, what, "UPDATE facts SET live_base = CASE WHEN live_from = $1 THEN live_base ELSE raised + supported END, live_from = $1, live_until = $2 WHERE id = $3 AND status = $4 AND approval = "+approved,
		micros(f.LiveFrom), micros(f.LiveUntil), f.ID, string(fund.Published))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "The %s was unpublished or taken down meanwhile.", what.noun)
	}
	return err
}

// EndLive ends that a fact is live. It returns whether it was.
func (t *Tx) EndLive(ctx context.Context, fact fund.ID) (was bool, err error) {
	return t.endLive(ctx, selecting("UPDATE facts SET live_from = NULL, live_until = NULL").and("id = ?", fact).and("live_until IS NOT NULL"))
}

// EndLiveBy is EndLive for a fact whose time is over by an instant.
func (t *Tx) EndLiveBy(ctx context.Context, fact fund.ID, now time.Time) (was bool, err error) {
	return t.endLive(ctx, selecting("UPDATE facts SET live_from = NULL, live_until = NULL").and("id = ?", fact).and("live_until <= ?", micros(now)))
}

func (t *Tx) endLive(ctx context.Context, s *statement) (was bool, err error) {
	result, err := t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return false, fmt.Errorf("end of a live stream: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("end of a live stream: %w", err)
	}
	return n > 0, nil
}

// cutLive has the time of everything that is live end at once: of a fact, or of all facts of a cause. Background work reports it.
func (t *Tx) cutLive(ctx context.Context, id fund.ID) error {
	now := micros(t.now())
	_, err := t.db.ExecContext(ctx, "UPDATE facts SET live_until = $1 WHERE live_until > $2 AND (id = $3 OR cause_id = $4)", now, now, id, id)
	if err != nil {
		return fmt.Errorf("end of the live streams of %s: %w", id, err)
	}
	return nil
}

// keepLive ends that a changed fact is live where it cannot be any more, or lets it be so no longer than the fact lasts.
func (t *Tx) keepLive(ctx context.Context, was factLinks, f fund.Fact) error {
	if was.liveUntil.IsZero() {
		return nil
	}
	f.LiveUntil, f.Approval = was.liveUntil, fund.Approved // what is not approved was cut before
	if f.Live(t.now()) {
		if f.LimitLive(); f.LiveUntil.Equal(was.liveUntil) {
			return nil
		}
		return t.change(ctx, thing{kindNoun(f.Kind), f.ID.String()}, "UPDATE facts SET live_until = $1 WHERE id = $2", micros(f.LiveUntil), f.ID)
	}
	if ended, err := t.EndLive(ctx, f.ID); err != nil || !ended {
		return err
	}
	found, err := t.lockFacts(ctx, []fund.ID{f.ID})
	if err != nil {
		return fmt.Errorf("facts above %s: %w", f.ID, err)
	}
	t.Append(fund.Event{Topic: fund.TopicFactLiveEnded, Subject: f.ID, Facts: found.showing(f.ID), At: t.now()})
	return nil
}

// ListLive lists facts that everybody may see and that are live, those that will be longest first: who said so last. Some may be outside of their dates.
func (q Queries) ListLive(ctx context.Context, now time.Time, limit int) ([]fund.Fact, error) {
	s := selecting(selectFact).and("f.live_until > ?", micros(now)).and("f.status || '' = ?", string(fund.Published)).and(approvedFact).
		then("ORDER BY f.live_until DESC LIMIT ?", limit)
	facts, err := list(ctx, q.db, s, scanFact)
	if err != nil {
		return nil, fmt.Errorf("list facts that are live: %w", err)
	}
	return facts, nil
}

// CountLive counts the other facts of the owner of a fact that are live. The transaction of a change to the fact holds others back only for the same cause.
func (t *Tx) CountLive(ctx context.Context, f fund.Fact, now time.Time) (live int, err error) {
	owner := f.QuotaOwner()
	err = t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM facts WHERE live_until > $1 AND (owner_id = $2 OR id = $3) AND id <> $4",
		micros(now), owner, owner, f.ID).Scan(&live)
	if err != nil {
		return 0, fmt.Errorf("live streams of %s: %w", owner, err)
	}
	return live, nil
}
