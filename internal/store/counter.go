package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectCounter = `SELECT c.id, c.fact_id, f.currency, c.name, c.starts_at, c.ends_at, c.poll_option_id, c.via, c.relay_id, c.raised, c.created_at, c.updated_at
	FROM counters c JOIN facts f ON f.id = c.fact_id`

func scanCounter(r row) (c fund.Counter, err error) {
	err = r.Scan(&c.ID, &c.FactID, &c.Currency, &c.Name, instant{&c.StartsAt}, instant{&c.EndsAt}, &c.PollOption, &c.Via, &c.Relay, &c.Raised,
		instant{&c.CreatedAt}, instant{&c.UpdatedAt})
	return c, err
}

// ListCounters lists the counters of a fact by age. A cursor is {ID}.
func (q Queries) ListCounters(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.Counter, error) {
	all, err := keysetPage(ctx, q.db, selecting(selectCounter).and("c.fact_id = ?", fact), byID("c.id"), page, scanCounter)
	if err != nil {
		return nil, fmt.Errorf("counters of fact %s: %w", fact, err)
	}
	return all, nil
}

// GetCounter finds a counter.
func (q Queries) GetCounter(ctx context.Context, id fund.ID) (fund.Counter, error) {
	return one(ctx, q.db, selecting(selectCounter).and("c.id = ?", id), scanCounter, thing{"counter", id.String()})
}

// InsertCounter inserts a counter of a fact, and counts what there is for it.
func (t *Tx) InsertCounter(ctx context.Context, c *fund.Counter, f fund.Fact) error {
	err := t.insert(ctx, thing{"counter", c.ID.String()}, "counters", append(columns{
		{"id", c.ID}, {"fact_id", c.FactID}, {"raised", int64(0)}, {"position", int64(0)}, {"created_at", micros(c.CreatedAt)},
	}, counterRow(*c)...))
	if err != nil {
		return err
	}
	return t.recount(ctx, c, f.Kind)
}

// counterRow lists the columns of counters that an update may change.
func counterRow(c fund.Counter) columns {
	return columns{
		{"name", c.Name}, {"starts_at", micros(c.StartsAt)}, {"ends_at", nullMicros(c.EndsAt)}, {"poll_option_id", c.PollOption}, {"via", c.Via},
		{"relay_id", c.Relay}, {"updated_at", micros(c.UpdatedAt)},
	}
}

// UpdateCounter writes everything about a counter except its fact, and counts again.
func (t *Tx) UpdateCounter(ctx context.Context, c *fund.Counter, f fund.Fact) error {
	if err := t.update(ctx, thing{"counter", c.ID.String()}, updating("counters", counterRow(*c)).and("id = ?", c.ID)); err != nil {
		return err
	}
	return t.recount(ctx, c, f.Kind)
}

// DeleteCounter deletes a counter. Overlays that showed it show the one that was made last.
func (t *Tx) DeleteCounter(ctx context.Context, id fund.ID) error {
	if err := t.forgetAbout(ctx, id); err != nil {
		return err
	}
	return t.change(ctx, thing{"counter", id.String()}, "DELETE FROM counters WHERE id = $1", id)
}

// forgetAbout has the overlays that show a counter or a timer show the one that was made last.
func (t *Tx) forgetAbout(ctx context.Context, id fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "UPDATE overlays SET about_id = NULL WHERE about_id = $1", id); err != nil {
		return fmt.Errorf("overlays about %s: %w", id, err)
	}
	return nil
}

// recount adds up what a counter of a fact of the kind counts, and notes up to which event of the log that is: one statement sees the donations and the log as of
// one instant. The events of donations that this transaction has recorded are in the log before.
func (t *Tx) recount(ctx context.Context, c *fund.Counter, kind fund.Kind) error {
	if err := t.writeEvents(ctx); err != nil {
		return err
	}
	s := selecting(`UPDATE counters SET position = (SELECT COALESCE(MAX(position), 0) FROM events),
		raised = (SELECT CAST(COALESCE(SUM(d.amount - d.refunded - d.disputed), 0) AS BIGINT) FROM donations d`)
	if c.Via != "" {
		s.then("JOIN payments p ON p.donation_id = d.id")
	}
	if !c.Relay.IsZero() {
		s.then("JOIN relay_keys k ON k.donation_id = d.id")
	}
	if kind == fund.KindCause {
		s.and("d.cause_id = ?", c.FactID)
	} else {
		s.and(`d.fact_id IN (WITH RECURSIVE below (id) AS (SELECT id FROM facts WHERE id = ?
			UNION SELECT f.id FROM facts f JOIN below b ON f.parent_id = b.id) SELECT id FROM below)`, c.FactID)
	}
	s.and("d.listed").within("d.completed_at", fund.Span{After: c.StartsAt, Before: c.EndsAt}).andID("d.poll_option_id = ?", c.PollOption)
	if c.Via != "" {
		s.and("p.via = ?", c.Via)
	}
	s.andID("k.relay_id = ?", c.Relay).then(") WHERE id = ? RETURNING raised", c.ID)
	if err := t.db.QueryRowContext(ctx, s.String(), s.args...).Scan(&c.Raised); err != nil {
		return fmt.Errorf("count for counter %s: %w", c.ID, err)
	}
	return nil
}
