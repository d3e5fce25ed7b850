package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// writeDates writes the new dates of a cause.
func (t *Tx) writeDates(ctx context.Context, r *redating, before int64) error {
	entries := batchStatement{update: "ledger"}
	for _, e := range r.entries {
		entries.add(columns{{"id", e.id}, {"at", r.to[e.at]}})
	}
	completed := batchStatement{update: "donations"}
	statements := []batchStatement{entries, completed}
	for _, d := range r.donations {
		statements[1].add(columns{{"id", d.id}, {"completed_at", r.to[d.at]}})
		statements = append(statements, receiptDates(d, r.to[d.at])...)
	}
	for _, table := range []struct{ update, from string }{
		{"donations SET updated_at = $1 WHERE updated_at = $2 AND id = $3", "SELECT id, updated_at FROM donations WHERE cause_id = $1 AND updated_at > $2"},
		{"donations SET created_at = $1 WHERE created_at = $2 AND id = $3", "SELECT id, created_at FROM donations WHERE cause_id = $1 AND created_at > $2"},
		{"donation_matches SET completed_at = $1 WHERE completed_at = $2 AND id = $3", `SELECT m.id, m.completed_at FROM donation_matches m
			JOIN facts f ON f.id = m.fact_id WHERE f.cause_id = $1 AND m.completed_at > $2`},
		{"donation_matches SET updated_at = $1 WHERE updated_at = $2 AND id = $3", `SELECT m.id, m.updated_at FROM donation_matches m
			JOIN facts f ON f.id = m.fact_id WHERE f.cause_id = $1 AND m.updated_at > $2`},
		{"milestones SET reached_at = $1 WHERE reached_at = $2 AND id = $3", `SELECT m.id, m.reached_at FROM milestones m
			JOIN facts f ON f.id = m.fact_id WHERE f.cause_id = $1 AND m.reached_at > $2`},
	} {
		more, err := t.mapped(ctx, r, table.from, table.update)
		if err != nil {
			return err
		}
		statements = append(statements, more...)
	}
	last := before
	for _, at := range r.to {
		last = max(last, at)
	}
	statements = append(statements,
		batchStatement{text: "UPDATE facts SET last_gift_at = $1 WHERE id = $2", args: []any{last, r.cause}},
		batchStatement{ // the leaderboards are folded again from the ledger
			text: "UPDATE projections SET position = $1, halfway = '' WHERE name = $2 AND position >= 0", args: []any{neverBegun, leaderboards},
		},
		batchStatement{text: "DELETE FROM projections WHERE name = $1", args: []any{raisedHours}}) // so are the hours
	if err := t.store.dialect.run(ctx, t, statements...); err != nil {
		return err
	}
	for _, d := range r.donations {
		if err := t.redateReceipt(ctx, d, r.to[d.at]); err != nil {
			return err
		}
	}
	for _, fact := range r.facts {
		t.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: fact, Facts: []fund.ID{fact}, At: fromMicros(r.now)})
	}
	return t.recountMatches(ctx, r)
}

// receiptDates are the new dates of a donation's receipt, and of its mail that waits for the old one.
func receiptDates(d dated, to int64) []batchStatement {
	return []batchStatement{
		{text: "UPDATE receipts SET issued_at = $1 WHERE donation_id = $2 AND issued_at = $3", args: []any{to, d.id, d.at}},
		{text: "UPDATE mails SET due_at = $1 WHERE id = $2 AND due_at = $3", args: []any{to, d.id, d.at}},
	}
}

// redateReceipt issues a receipt with the new date of a donation in the place of a valid one that states the old date, which is void from then on. What was
// issued is frozen, and a wrong date may be in another year.
func (t *Tx) redateReceipt(ctx context.Context, d dated, to int64) error {
	last, err := t.lastReceipt(ctx, d.id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || !last.Valid() || micros(last.Facts.PaidAt) != d.at {
		return err
	}
	facts := last.Facts
	if facts.PaidAt = fromMicros(to); micros(facts.FirstIssuedAt) == d.at {
		facts.FirstIssuedAt = facts.PaidAt
	}
	_, err = t.reissue(ctx, last, facts, fund.VoidRedated)
	return err
}

// mapped are the updates of one kind of date that is ahead of now: it becomes what its stamp became, or else now.
func (t *Tx) mapped(ctx context.Context, r *redating, from, update string) (statements []batchStatement, err error) {
	err = t.each(ctx, from, []any{r.cause, r.now}, func(scan func(...any) error) error {
		var d dated
		err := scan(&d.id, &d.at)
		to, known := r.to[d.at]
		if !known {
			to = r.now
		}
		statements = append(statements, batchStatement{text: "UPDATE " + update, args: []any{to, d.at, d.id}})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("dates ahead of now: %w", err)
	}
	return statements, nil
}

// recountMatches counts the donations within the windows of matches again, now that they have other dates. What an ended
// match counted stays, as the matcher has paid.
func (t *Tx) recountMatches(ctx context.Context, r *redating) error {
	matches, err := list(ctx, t.db, selecting(`SELECT m.id, m.starts_at, m.ends_at, m.completed_at FROM donation_matches m
		JOIN facts f ON f.id = m.fact_id`).and("f.cause_id = ?", r.cause), func(r row) (m fund.DonationMatch, err error) {
		err = r.Scan(&m.ID, instant{&m.StartsAt}, instant{&m.EndsAt}, instant{&m.CompletedAt})
		return m, err
	})
	if err != nil {
		return fmt.Errorf("matches of cause %s: %w", r.cause, err)
	}
	for _, m := range matches {
		if m.CompletedAt.IsZero() {
			err = t.countMatched(ctx, m)
		} else {
			_, err = t.db.ExecContext(ctx, "UPDATE donation_matches AS m SET raised = ("+matchFold+") WHERE m.id = $1", m.ID)
		}
		if err != nil {
			return fmt.Errorf("match %s: %w", m.ID, err)
		}
	}
	return nil
}
