package fund

import "time"

// Record is a paid donation as an accountant needs it.
type Record struct {
	ID     ID
	Number int64
	Fact   Ref
	Kind   Kind
	Cause  Ref
	State  DonationState
	// Amount is the donation, Refunded and Disputed the parts returned, in minor units of Currency.
	Amount, Refunded, Disputed int64
	Currency                   string
	// Name and Email are as the donor typed them, even if Anonymous hides them in public.
	Name, Email string
	Anonymous   bool
	IsMatch     bool
	// Origin is how the donation came here.
	Origin Origin
	// Reference identifies an offline donation; "" for none.
	Reference string
	// Payment is nil for offline donations. Only its names, PayoutReference, Via, FeeCover, Fee, Refunded and Disputed are set.
	Payment *Payment
	// Receipt is its number, 0 for none; ReceiptAt is when it was issued.
	Receipt   int64
	ReceiptAt time.Time
	// Receipted is what the receipt states; only records of donations have it, and nil is for one without a receipt.
	Receipted *ReceiptFacts
	// ReceiptCells are what the profile of the receipt adds to exports, by the names of its columns.
	ReceiptCells           map[string]string
	CompletedAt, UpdatedAt time.Time
	// Comment is as the donor typed it, whatever the screening. Poll, PollOption and Target are the names of the incentive selection.
	Comment, Poll, PollOption, Target string
	// ContactConsentAt is when the donor agreed to be contacted by the cause by mail; zero for never, and when that was taken back.
	ContactConsentAt time.Time
	// Claims are the claimed rewards as one text, such as "2 × Mug; 1 × Shirt: size L".
	Claims string
}

// ClaimRecord is one claimed reward as those who send it need it, with its donation.
type ClaimRecord struct {
	Claim Claim
	Record
}

// Net is what is left of the amount after refunds and disputes, in minor units.
func (r Record) Net() int64 { return r.Amount - r.Refunded - r.Disputed }

// Movement is one entry of the ledger, with the donation that it belongs to.
type Movement struct {
	ID   ID
	Kind EntryKind
	// Moved is the change, in minor units of the donation's currency.
	Moved int64
	At    time.Time
	Record
}
