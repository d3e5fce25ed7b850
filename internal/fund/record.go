package fund

import "time"

// Record is a donation whose money came, as an accountant needs it.
type Record struct {
	ID     ID
	Number int64
	Fact   Ref
	Kind   Kind
	Cause  Ref
	State  DonationState
	// Amount is the donation, Refunded and Disputed what of it went back, in minor units of Currency.
	Amount, Refunded, Disputed int64
	Currency                   string
	// Name and Email are as the donor typed them, also where Anonymous asks not to show them.
	Name, Email string
	Anonymous   bool
	IsMatch     bool
	// Reference names the money that came without a payment provider; "" for nothing.
	Reference string
	// Payment is nil for money that came without a payment provider; only what the provider and the donor
	// paid is known of it: names, FeeCover, Fee, Refunded and Disputed.
	Payment *Payment
	// Receipt is 0 for none, ReceiptAt when it was issued.
	Receipt                int64
	ReceiptAt              time.Time
	CompletedAt, UpdatedAt time.Time
}

// Net is what is left of the amount after refunds and disputes, in minor units.
func (r Record) Net() int64 { return r.Amount - r.Refunded - r.Disputed }

// Movement is one entry of the ledger, with the donation that it belongs to.
type Movement struct {
	ID   ID
	Kind EntryKind
	// Moved is by how much the money changed, in minor units of the donation's currency.
	Moved int64
	At    time.Time
	Record
}
