package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectReceipt = `SELECT r.donation_id, r.cause_id, r.number, r.issued_at, m.id, COALESCE(m.kind, ''), COALESCE(m.recipient, ''),
	COALESCE(m.tries, 0), COALESCE(m.problem, ''), m.due_at, m.handed_at, m.sent_at, m.created_at FROM receipts r`

// GetReceipt finds the receipt of a donation, with its mail; NotFound when there is none.
func (q Queries) GetReceipt(ctx context.Context, donation fund.ID) (fund.Receipt, error) {
	s := selecting(selectReceipt+" LEFT JOIN mails m ON m.id = r.donation_id").and("r.donation_id = ?", donation)
	return one(ctx, q.db, s, scanReceipt, thing{"receipt", donation.String()})
}

// ListReceipts lists receipts that need an operator, by the ids of their donations: those with fund.MailUnknown or
// those with fund.MailRefused. Mail that is being sent right now is unknown, too.
func (q Queries) ListReceipts(ctx context.Context, state fund.MailState, page fund.Page) ([]fund.Receipt, error) {
	s, err := selecting(selectReceipt+" JOIN mails m ON m.id = r.donation_id").mails(fund.MailReceipt, state)
	if err != nil {
		return nil, err
	}
	receipts, err := keysetPage(ctx, q.db, s, byID("m.id"), page, scanReceipt)
	if err != nil {
		return nil, fmt.Errorf("%s receipts: %w", state, err)
	}
	return receipts, nil
}

func scanReceipt(row row) (fund.Receipt, error) {
	var r fund.Receipt
	m := &r.Mail
	err := row.Scan(&r.DonationID, &r.CauseID, &r.Number, instant{&r.IssuedAt}, &m.ID, &m.Kind, &m.Recipient, &m.Tries, &m.Problem,
		instant{&m.DueAt}, instant{&m.HandedAt}, instant{&m.SentAt}, instant{&m.CreatedAt})
	m.About = m.ID
	return r, err
}
