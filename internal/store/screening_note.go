package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// RenameDonation writes the name of a donation that is shown, and what the donor gave.
func (t *Tx) RenameDonation(ctx context.Context, d fund.Donation, now time.Time) error {
	return t.change(ctx, thing{"donation", d.ID.String()}, "UPDATE donations SET name = $1, given_name = $2, updated_at = $3 WHERE id = $4", d.Name, d.Given, micros(now), d.ID)
}

// PutScreeningNote writes what screeners tell each other about a donation; "" takes it away.
func (t *Tx) PutScreeningNote(ctx context.Context, n fund.ScreeningNote) error {
	var err error
	if n.Text == "" {
		_, err = t.db.ExecContext(ctx, "DELETE FROM screening_notes WHERE donation_id = $1", n.About)
	} else {
		_, err = t.db.ExecContext(ctx, `INSERT INTO screening_notes (donation_id, note, written_by, written_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (donation_id) DO UPDATE SET note = excluded.note, written_by = excluded.written_by, written_at = excluded.written_at`,
			n.About, n.Text, n.By.ID, micros(n.At))
	}
	if err != nil {
		return fmt.Errorf("note about donation %s: %w", n.About, err)
	}
	return nil
}

// ScreeningNotes are the notes about donations to a fact, by donation.
func (q Queries) ScreeningNotes(ctx context.Context, fact fund.ID, donations []fund.ID) (map[fund.ID]fund.ScreeningNote, error) {
	found := map[fund.ID]fund.ScreeningNote{}
	if len(donations) == 0 {
		return found, nil
	}
	condition, args := anyID("s.donation_id", donations)
	s := selecting("SELECT s.donation_id, s.note, s.written_by, "+screenerName+", s.written_at FROM screening_notes s JOIN donations d ON d.id = s.donation_id"+writerOf).
		and(condition, args...).and("d.fact_id = ?", fact)
	_, err := list(ctx, q.db, s, func(r row) (n fund.ScreeningNote, err error) {
		err = r.Scan(&n.About, &n.Text, &n.By.ID, &n.By.Name, instant{&n.At})
		found[n.About] = n
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("notes about donations: %w", err)
	}
	return found, nil
}

// PutHandover writes what one shift tells the next one.
func (t *Tx) PutHandover(ctx context.Context, n fund.ScreeningNote) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO handover_notes (fact_id, note, version, written_by, written_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (fact_id) DO UPDATE SET note = excluded.note, version = excluded.version, written_by = excluded.written_by, written_at = excluded.written_at`,
		n.About, n.Text, n.Version, n.By.ID, micros(n.At))
	if err != nil {
		return fmt.Errorf("hand-over at fact %s: %w", n.About, err)
	}
	return nil
}

// Handover is what one shift at a fact tells the next one; the zero note for nothing.
func (q Queries) Handover(ctx context.Context, fact fund.ID) (n fund.ScreeningNote, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT s.fact_id, s.note, s.version, s.written_by, "+screenerName+", s.written_at FROM handover_notes s"+writerOf+" WHERE s.fact_id = $1", fact).
		Scan(&n.About, &n.Text, &n.Version, &n.By.ID, &n.By.Name, instant{&n.At})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return n, fmt.Errorf("hand-over at fact %s: %w", fact, err)
	}
	return n, nil
}

// InsertScreeningDecision remembers a decision, and forgets all of its screener but the last ones.
func (t *Tx) InsertScreeningDecision(ctx context.Context, d fund.ScreeningDecision, most int) error {
	row := columns{{"id", d.ID}, {"fact_id", d.FactID}, {"screener_id", d.Screener}, {"donation_id", d.DonationID}, {"was", string(d.Was)}, {"became", string(d.Became)}, {"passed", d.Passed}}
	if err := t.insert(ctx, thing{"decision", d.ID.String()}, "screening_decisions", row); err != nil {
		return err
	}
	_, err := t.db.ExecContext(ctx, `DELETE FROM screening_decisions WHERE fact_id = $1 AND screener_id = $2 AND id < (
		SELECT id FROM screening_decisions WHERE fact_id = $1 AND screener_id = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)`, d.FactID, d.Screener, most-1)
	if err != nil {
		return fmt.Errorf("decisions of screener %s: %w", d.Screener, err)
	}
	return nil
}

// LastScreeningDecision is the last decision of a screener at a fact; NotFound for none.
func (q Queries) LastScreeningDecision(ctx context.Context, fact, screener fund.ID) (fund.ScreeningDecision, error) {
	s := selecting("SELECT id, fact_id, screener_id, donation_id, was, became, passed FROM screening_decisions").and("fact_id = ?", fact).and("screener_id = ?", screener).
		then("ORDER BY id DESC LIMIT 1")
	return one(ctx, q.db, s, func(r row) (d fund.ScreeningDecision, err error) {
		err = r.Scan(&d.ID, &d.FactID, &d.Screener, &d.DonationID, &d.Was, &d.Became, &d.Passed)
		return d, err
	}, thing{"decision of the screener", screener.String()})
}

// DeleteScreeningDecision forgets a decision.
func (t *Tx) DeleteScreeningDecision(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"decision", id.String()}, "DELETE FROM screening_decisions WHERE id = $1", id)
}

// KeepLease gives a donation that waits to a screener, even if another one had it.
func (t *Tx) KeepLease(ctx context.Context, l fund.ScreeningLease) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO screening_leases (donation_id, fact_id, screener_id, ends_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (donation_id) DO UPDATE SET screener_id = excluded.screener_id, ends_at = excluded.ends_at`, l.DonationID, l.FactID, l.Screener.ID, micros(l.EndsAt))
	if err != nil {
		return fmt.Errorf("lease of donation %s: %w", l.DonationID, err)
	}
	return nil
}
