package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// PendingDonation is a donation whose money has yet to arrive.
type PendingDonation struct {
	// Completion is the donation as it will be when its money arrives; it has no reference and no time.
	Completion
	// Payment names the provider, its account, and when an unpaid payment ends (DueAt).
	Payment fund.Payment
}

// Begin records a pending donation with its payment and reserves the rewards that it claims. It returns after the
// commit is durable. Money and totals do not change.
//
// A fact that is not published is a Conflict, and so is a donation of another mode than the database has; a reward
// with too little left is Invalid at rewards.N.quantity. A donation that began before is a Conflict too: read it.
func (s *Store) Begin(ctx context.Context, b PendingDonation) (fund.Donation, error) {
	g := &incomingDonation{Completion: b.Completion, begins: &b.Payment}
	if err := s.lane(b.Donation.CauseID).submit(ctx, &job{incoming: g}); err != nil {
		if _, broken := brokenKey(err); broken {
			return fund.Donation{}, thing{"donation", b.Donation.ID.String()}.refused(err)
		}
		return fund.Donation{}, err
	}
	return g.Donation, nil
}

// begin sets the state and times of a new donation, and the missing fields of its payment.
func (g *incomingDonation) begin(now time.Time) {
	d, p := &g.Donation, g.begins
	d.State = fund.DonationPending
	d.CauseID, d.EventID = g.fact.above()
	d.CreatedAt = fromMicros(micros(now))
	d.UpdatedAt = d.CreatedAt
	// What the donor wrote is judged when the money arrives, by the rules of that moment.
	d.Screening, d.ReleaseAt = fund.ScreeningShown, time.Time{}
	p.DonationID, p.Status = d.ID, fund.PaymentOpen
	if p.Reference == "" {
		p.Reference = d.ID.String()
	}
}

var insertPayments = batchStatement{insert: "payments"}

func (g *incomingDonation) paymentRow() (columns, error) {
	p, at := g.begins, micros(g.Donation.CreatedAt)
	request, err := encodeReceiptRequest(p.ReceiptRequest)
	return columns{
		{"donation_id", p.DonationID}, {"provider", p.Provider}, {"account", p.Account}, {"reference", p.Reference},
		{"status", string(p.Status)}, {"reason", p.Reason}, {"fee_cover", p.FeeCover}, {"via", p.Via}, {"return_to", p.ReturnTo}, {"due_at", nullMicros(p.DueAt)},
		{"created_at", at}, {"updated_at", at}, {"language", p.Language}, {"receipt_request", request},
	}, err
}

// encodeReceiptRequest is what a donor said for a tax receipt as it is stored; "" for nothing.
func encodeReceiptRequest(w *fund.ReceiptRequest) (string, error) {
	if w == nil {
		return "", nil
	}
	return encodeJSON(w)
}

func decodeReceiptRequest(stored string) (*fund.ReceiptRequest, error) {
	if stored == "" {
		return nil, nil
	}
	w := &fund.ReceiptRequest{}
	if err := json.Unmarshal([]byte(stored), w); err != nil {
		return nil, fmt.Errorf("request for a receipt: %w", err)
	}
	return w, nil
}

// StartPayment records the provider's reference of a donation's payment.
func (t *Tx) StartPayment(ctx context.Context, donation fund.ID, reference string) error {
	return t.change(ctx, thing{"payment", donation.String()}, "UPDATE payments SET reference = $1, updated_at = $2 WHERE donation_id = $3",
		reference, micros(t.now()), donation)
}
