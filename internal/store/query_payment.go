package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectPayment = `SELECT p.donation_id, d.fact_id, d.cause_id, p.provider, p.account, p.reference, d.state, p.status, p.reason,
	d.amount, p.fee_cover, d.currency, p.fee, p.payout_reference, p.refunded, p.disputed, p.via, p.return_to, p.version, p.due_at, p.created_at, p.updated_at, p.language, p.receipt_request
	FROM payments p JOIN donations d ON d.id = p.donation_id`

// GetPayment finds the payment of a donation; NotFound for a donation without one.
func (q Queries) GetPayment(ctx context.Context, donation fund.ID) (fund.Payment, error) {
	return one(ctx, q.db, selecting(selectPayment).and("p.donation_id = ?", donation), scanPayment, thing{"payment", donation.String()})
}

// FindPayment finds a payment by the provider's reference.
func (q Queries) FindPayment(ctx context.Context, provider, reference string) (fund.Payment, error) {
	s := selecting(selectPayment).and("p.provider = ?", provider).and("p.reference = ?", reference)
	return one(ctx, q.db, s, scanPayment, thing{"payment", reference})
}

func scanPayment(r row) (fund.Payment, error) {
	var p fund.Payment
	var fee sql.NullInt64
	var request string
	err := r.Scan(&p.DonationID, &p.FactID, &p.CauseID, &p.Provider, &p.Account, &p.Reference, &p.State, &p.Status, &p.Reason,
		&p.Donated, &p.FeeCover, &p.Currency, &fee, &p.PayoutReference, &p.Refunded, &p.Disputed, &p.Via, &p.ReturnTo, &p.Version, instant{&p.DueAt}, instant{&p.CreatedAt},
		instant{&p.UpdatedAt}, &p.Language, &request)
	if err != nil {
		return p, err
	}
	if fee.Valid {
		p.Fee = &fee.Int64
	}
	p.ReceiptRequest, err = decodeReceiptRequest(request)
	return p, err
}

// PostponePayment sets when the provider is asked about a payment; the zero time for never.
func (t *Tx) PostponePayment(ctx context.Context, donation fund.ID, until time.Time) error {
	return t.change(ctx, thing{"payment", donation.String()}, "UPDATE payments SET due_at = $1 WHERE donation_id = $2", nullMicros(until), donation)
}
