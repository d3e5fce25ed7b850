package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// DonationsOf lists the donations that were made with a mail address, in any state, the oldest first. Case is of no matter.
func (q Queries) DonationsOf(ctx context.Context, email string, page fund.Page) ([]fund.Donation, error) {
	s := selecting(selectDonation).and("LOWER(d.email) = ?", fund.LoginEmail(email)).and("d.email <> ''")
	donations, err := keysetPage(ctx, q.db, s, byID("d.id"), page, scanDonation)
	if err == nil {
		err = q.addClaims(ctx, donations)
	}
	if err != nil {
		return nil, fmt.Errorf("donations of a donor: %w", err)
	}
	return donations, nil
}

const selectErasure = "SELECT e.donation_id, e.asked_at, e.looks, e.due_at FROM erasures e"

func scanErasure(r row) (e fund.Erasure, err error) {
	err = r.Scan(&e.Donation, instant{&e.AskedAt}, &e.Looks, instant{&e.DueAt})
	return e, err
}

// GetErasure finds the erasure of a donation that its donor asked for.
func (q Queries) GetErasure(ctx context.Context, donation fund.ID) (fund.Erasure, error) {
	return one(ctx, q.db, selecting(selectErasure).and("e.donation_id = ?", donation), scanErasure, thing{"erasure", donation.String()})
}

// DueErasures lists erasures that are due, those that waited longest first.
func (q Queries) DueErasures(ctx context.Context, now time.Time, limit int) ([]fund.Erasure, error) {
	s := selecting(selectErasure).and("e.due_at <= ?", micros(now)).then("ORDER BY e.due_at, e.donation_id LIMIT ?", limit)
	due, err := list(ctx, q.db, s, scanErasure)
	if err != nil {
		return nil, fmt.Errorf("due erasures: %w", err)
	}
	return due, nil
}

// PutErasures stores how far erasures are.
func (t *Tx) PutErasures(ctx context.Context, erasures ...fund.Erasure) error {
	rows := batchStatement{insert: "erasures", merge: "ON CONFLICT (donation_id) DO UPDATE SET looks = excluded.looks, due_at = excluded.due_at"}
	for _, e := range erasures {
		rows.add(columns{{"donation_id", e.Donation}, {"asked_at", micros(e.AskedAt)}, {"looks", int64(e.Looks)}, {"due_at", nullMicros(e.DueAt)}})
	}
	if err := t.store.dialect.run(ctx, t, rows); err != nil {
		return fmt.Errorf("erasures: %w", err)
	}
	return nil
}

// Shred destroys what was overwritten or deleted, as far as the database can, and reports whether that is done: on SQLite not while somebody still
// reads what was there before. On PostgreSQL the server does it when it vacuums.
func (s *Store) Shred(ctx context.Context) (done bool, err error) { return s.dialect.shred(ctx) }

// keptRecord is what receipts_kept stores of a donor. Its keys never change their meaning.
type keptRecord struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	// Asked are answers to what the profile of the receipt asked.
	Asked map[string]string `json:"asked,omitempty"`
}

// KeepReceipt stores what a receipt said of its donor. What is stored already stays.
func (t *Tx) KeepReceipt(ctx context.Context, k fund.KeptReceipt) error {
	record, err := encodeJSON(keptRecord{k.Name, k.Email, k.Asked})
	if err != nil {
		return err
	}
	s := inserting("receipts_kept", columns{
		{"donation_id", k.DonationID}, {"cause_id", k.CauseID}, {"number", k.Number}, {"record", record}, {"delete_at", micros(k.DeleteAt)},
	}).then("ON CONFLICT (donation_id) DO NOTHING")
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return thing{"kept receipt", k.DonationID.String()}.refused(err)
	}
	return nil
}

// ListKeptReceipts lists what is kept of a cause's receipts whose donors were erased, by their numbers. A cursor is {Number}.
func (q Queries) ListKeptReceipts(ctx context.Context, cause fund.ID, page fund.Page) ([]fund.KeptReceipt, error) {
	s := selecting("SELECT k.donation_id, k.cause_id, k.number, k.record, k.delete_at FROM receipts_kept k").and("k.cause_id = ?", cause)
	all, err := keysetPage(ctx, q.db, s, byNumber("k.number"), page, func(r row) (k fund.KeptReceipt, err error) {
		var record keptRecord
		err = r.Scan(&k.DonationID, &k.CauseID, &k.Number, jsonColumn{&record}, instant{&k.DeleteAt})
		k.Name, k.Email, k.Asked = record.Name, record.Email, record.Asked
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("kept receipts of cause %s: %w", cause, err)
	}
	return all, nil
}

// DropKeptReceipt deletes what was kept of the receipt of a donation, if its day has come, and reports whether it did.
func (t *Tx) DropKeptReceipt(ctx context.Context, donation fund.ID, now time.Time) (dropped bool, err error) {
	result, err := t.db.ExecContext(ctx, "DELETE FROM receipts_kept WHERE donation_id = $1 AND delete_at <= $2", donation, micros(now))
	if err != nil {
		return false, fmt.Errorf("kept receipt of donation %s: %w", donation, err)
	}
	rows, err := result.RowsAffected()
	return rows > 0, err
}
