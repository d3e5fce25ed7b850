package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const selectReceipt = `SELECT r.donation_id, r.cause_id, r.number, r.tries, r.problem, r.due_at, r.handed_at, r.sent_at, r.issued_at
	FROM receipts r`

// The conditions match those of the indexes, so that no list or count scans all receipts.
const (
	receiptWaits   = "due_at IS NOT NULL"
	receiptUnknown = "handed_at IS NOT NULL AND sent_at IS NULL"
	receiptRefused = "due_at IS NULL AND handed_at IS NULL AND sent_at IS NULL AND problem <> ''"
)

// ReceiptsCounted is the highest count of receipts in a state.
const ReceiptsCounted = 10_000

// GetReceipt finds the receipt of a donation; NotFound when there is none.
func (q Queries) GetReceipt(ctx context.Context, donation fund.ID) (fund.Receipt, error) {
	return one(ctx, q.db, selecting(selectReceipt).and("r.donation_id = ?", donation), scanReceipt, thing{"receipt", donation.String()})
}

// DueReceipts lists receipts whose mail is to be sent now, those that waited longest first.
func (q Queries) DueReceipts(ctx context.Context, now time.Time, limit int) ([]fund.Receipt, error) {
	s := selecting(selectReceipt).and("r.due_at <= ?", micros(now)).then("ORDER BY r.due_at LIMIT ?", limit)
	receipts, err := list(ctx, q.db, s, scanReceipt)
	if err != nil {
		return nil, fmt.Errorf("due receipts: %w", err)
	}
	return receipts, nil
}

// ListReceipts lists receipts that need an operator, by the ids of their donations: those with fund.MailUnknown or
// those with fund.MailRefused. Mail that is being sent right now is unknown, too.
func (q Queries) ListReceipts(ctx context.Context, state fund.MailState, page fund.Page) ([]fund.Receipt, error) {
	condition, err := receiptCondition(state)
	if err != nil {
		return nil, err
	}
	receipts, err := keysetPage(ctx, q.db, selecting(selectReceipt).and(condition), byID("r.donation_id"), page, scanReceipt)
	if err != nil {
		return nil, fmt.Errorf("%s receipts: %w", state, err)
	}
	return receipts, nil
}

// CountReceipts counts receipts whose mail waits, is unknown or was refused, up to ReceiptsCounted.
func (q Queries) CountReceipts(ctx context.Context, state fund.MailState) (int, error) {
	condition, err := receiptCondition(state)
	if err != nil {
		return 0, err
	}
	var n int
	s := selecting("SELECT COUNT(*) FROM (SELECT 1 FROM receipts").and(condition).then("LIMIT ?) AS counted", ReceiptsCounted)
	if err := q.db.QueryRowContext(ctx, s.String(), s.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count %s receipts: %w", state, err)
	}
	return n, nil
}

// CountUnknownReceipts counts receipts whose mail was handed to the mail server and never confirmed, up to
// ReceiptsCounted.
func (q Queries) CountUnknownReceipts(ctx context.Context) (int, error) {
	return q.CountReceipts(ctx, fund.MailUnknown)
}

func receiptCondition(state fund.MailState) (string, error) {
	switch state {
	case fund.MailWaiting:
		return receiptWaits, nil
	case fund.MailUnknown:
		return receiptUnknown, nil
	case fund.MailRefused:
		return receiptRefused, nil
	default:
		return "", fault.New(fault.Malformed, "Receipts whose mail is %q are not listed.", state)
	}
}

// MoveReceipt changes the mail state of a receipt. It is Stale when the stored receipt no longer equals from.
func (t *Tx) MoveReceipt(ctx context.Context, from, to fund.Receipt) error {
	what := thing{"receipt", from.DonationID.String()}
	err := t.update(ctx, what, updating("receipts", columns{
		{"tries", to.Tries}, {"problem", to.Problem}, {"due_at", nullMicros(to.DueAt)},
		{"handed_at", nullMicros(to.HandedAt)}, {"sent_at", nullMicros(to.SentAt)},
	}).and("donation_id = ?", from.DonationID).and("due_at IS NOT DISTINCT FROM ?", nullMicros(from.DueAt)).
		and("handed_at IS NOT DISTINCT FROM ?", nullMicros(from.HandedAt)).
		and("sent_at IS NOT DISTINCT FROM ?", nullMicros(from.SentAt)))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Stale, "The mail of the receipt of donation %s has changed meanwhile; look at it again.", from.DonationID)
	}
	return err
}

func scanReceipt(row row) (fund.Receipt, error) {
	var r fund.Receipt
	err := row.Scan(&r.DonationID, &r.CauseID, &r.Number, &r.Tries, &r.Problem, instant{&r.DueAt}, instant{&r.HandedAt},
		instant{&r.SentAt}, instant{&r.IssuedAt})
	return r, err
}
