package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

const selectReceipt = `SELECT r.donation_id, r.cause_id, r.number, r.tries, r.problem, r.due_at, r.handed_at, r.sent_at, r.issued_at
	FROM receipts r`

// GetReceipt finds the receipt of a donation; NotFound when there is none.
func (q Queries) GetReceipt(ctx context.Context, donation fund.ID) (fund.Receipt, error) {
	return one(ctx, q.db, selecting(selectReceipt).and("r.donation_id = ?", donation), scanReceipt, thing{"receipt", donation.String()})
}

func scanReceipt(row row) (fund.Receipt, error) {
	var r fund.Receipt
	err := row.Scan(&r.DonationID, &r.CauseID, &r.Number, &r.Tries, &r.Problem, instant{&r.DueAt}, instant{&r.HandedAt},
		instant{&r.SentAt}, instant{&r.IssuedAt})
	return r, err
}
