package store

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// issuer is the cause whose receipts a group issues.
type issuer struct {
	charity fund.ReceiptCharity
	profile string
	last    int64
}

// issueReceipts gives the donations of a group whose money arrives their receipts, which state what is true now and have the next numbers of
// their causes. The causes are locked.
func (t *Tx) issueReceipts(ctx context.Context, incoming []*incomingDonation) error {
	issuers := map[fund.ID]*issuer{}
	for _, g := range incoming {
		if g.settles == nil {
			continue
		}
		by, known := issuers[g.fact.causeID]
		if !known {
			var err error
			if by, err = t.issuer(ctx, g.fact.causeID); err != nil {
				return err
			}
			issuers[g.fact.causeID] = by
		}
		by.last++
		g.issue(by)
	}
	return nil
}

func (t *Tx) issuer(ctx context.Context, cause fund.ID) (*issuer, error) {
	c, err := t.GetCause(ctx, fund.Key{ID: cause})
	if err != nil {
		return nil, err
	}
	last, err := t.lastReceiptNumber(ctx, cause)
	return &issuer{charity: fund.CharityOf(c), profile: c.Profile(), last: last}, err
}

// issue completes the receipt of a donation.
func (g *incomingDonation) issue(by *issuer) {
	d, r := &g.Donation, &g.settles.receipt
	r.Receipt = fund.Receipt{DonationID: d.ID, CauseID: d.CauseID, Number: by.last, IssuedAt: d.CompletedAt}
	f := &r.Facts
	f.Profile, f.Language, f.Charity = g.settles.profile(by.profile), g.settles.Payment.Language, by.charity
	f.Donor = g.settles.request.DonorOn(d.Name, g.settles.email)
	f.PaidAt, f.FirstIssuedAt, f.Currency, f.Donated = d.CompletedAt, d.CompletedAt, d.Currency, d.Amount
	for _, c := range d.Claims {
		f.Rewards = append(f.Rewards, rewardOn(c, g.settles.values[c.ID]))
	}
}

// profile is that of a donation's receipt: the cause's, unless only donors get it who answered its questions.
func (s *settled) profile(of string) string {
	if slices.Contains(s.OnRequest, of) && (s.request == nil || s.request.Profile != of) {
		return fund.PlainReceipts
	}
	return of
}

// replacementProfile is that of a receipt in the place of one of another profile: the same, whatever the cause gives by now, so that only donors who asked
// for a profile have its receipts. Nothing is issued as fund.LegacyReceipts any more.
func replacementProfile(of string) string {
	if of == fund.LegacyReceipts {
		return fund.PlainReceipts
	}
	return of
}

// rewardOn is a claim on a receipt; value is that of one, nil if unknown.
func rewardOn(c fund.Claim, value *int64) fund.ReceiptReward {
	r := fund.ReceiptReward{Name: c.Reward.Name, Quantity: c.Quantity}
	if value != nil {
		all := *value * c.Quantity
		r.Value = &all
	}
	return r
}

func with(values map[fund.ID]*int64, claim fund.ID, value *int64) map[fund.ID]*int64 {
	if values == nil {
		values = map[fund.ID]*int64{}
	}
	values[claim] = value
	return values
}

// restateAfter restates the receipt of a donation after its provider reported that money went back, or that it came again.
func (t *Tx) restateAfter(ctx context.Context, st Settlement, to fund.DonationState) error {
	p := st.Payment
	p.Refunded, p.Disputed = st.Reported.Refunded, st.Reported.Disputed
	switch st.Reported.Status {
	case fund.PaymentPaid:
		return t.restate(ctx, p.DonationID, fund.ReturnedOf(p, to))
	case fund.PaymentFailed, fund.PaymentCancelled, fund.PaymentExpired:
		return t.restate(ctx, p.DonationID, p.Total())
	default:
		return nil
	}
}
