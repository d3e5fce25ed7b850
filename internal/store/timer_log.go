package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// ListTimerEntries lists the log of a timer. A cursor is {Number}.
func (q Queries) ListTimerEntries(ctx context.Context, timer fund.ID, page fund.Page) ([]fund.TimerEntry, error) {
	s := selecting("SELECT s.timer_id, s.number, s.at, s.act, s.seconds, s.gifts, s.reason, s.actor_id, "+screenerName+
		" FROM timer_entries s LEFT JOIN users u ON u.id = s.actor_id LEFT JOIN fact_grants g ON g.id = s.actor_id").
		and("s.timer_id = ?", timer)
	all, err := keysetPage(ctx, q.db, s, byNumber("s.number"), page, func(r row) (e fund.TimerEntry, err error) {
		var seconds int64
		err = r.Scan(&e.TimerID, &e.Number, instant{&e.At}, &e.Act, &seconds, &e.Gifts, &e.Reason, &e.Actor, &e.Name)
		e.By = time.Duration(seconds) * time.Second
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("log of timer %s: %w", timer, err)
	}
	return all, nil
}

// LogTimer appends to the log of a timer whose row is locked.
func (t *Tx) LogTimer(ctx context.Context, e fund.TimerEntry) error {
	err := t.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(number), 0) + 1 FROM timer_entries WHERE timer_id = $1", e.TimerID).Scan(&e.Number)
	if err != nil {
		return fmt.Errorf("log of timer %s: %w", e.TimerID, err)
	}
	return t.insert(ctx, thing{"log of timer", e.TimerID.String()}, "timer_entries", columns{
		{"timer_id", e.TimerID}, {"number", e.Number}, {"at", micros(e.At)}, {"act", string(e.Act)}, {"seconds", int64(e.By / time.Second)}, {"gifts", e.Gifts},
		{"reason", e.Reason}, {"actor_id", e.Actor},
	})
}

// logGifts appends donations to the log of a timer: to its last entry, if that is of donations, too.
func (t *Tx) logGifts(ctx context.Context, e fund.TimerEntry) error {
	result, err := t.db.ExecContext(ctx, `UPDATE timer_entries SET seconds = seconds + $1, gifts = gifts + $2, at = $3 WHERE timer_id = $4 AND act = $5
		AND number = (SELECT MAX(number) FROM timer_entries WHERE timer_id = $6)`, int64(e.By/time.Second), e.Gifts, micros(e.At), e.TimerID, string(e.Act), e.TimerID)
	if err != nil {
		return fmt.Errorf("log of timer %s: %w", e.TimerID, err)
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return t.LogTimer(ctx, e)
}
