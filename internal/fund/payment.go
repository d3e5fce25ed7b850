package fund

import "time"

// Payment is the payment of one donation.
type Payment struct {
	DonationID ID
	// FactID is the fact donated to, CauseID the cause that receives the money.
	FactID, CauseID ID
	// Provider is the name of the payment provider, Account the account it pays out to, Reference its id of the payment, or the donation's
	// id until it has assigned one.
	Provider, Account, Reference string
	// State is the donation's; Status and Reason are the provider's latest.
	State  DonationState
	Status PaymentStatus
	Reason string
	// Donated is the amount of the donation, FeeCover what the donor added for the provider's fee, in minor units of Currency. Both are
	// charged together.
	Donated, FeeCover int64
	Currency          string
	// Fee is the provider's fee; nil while unknown.
	Fee *int64
	// PayoutReference names the movement into the account as the provider's reports of payouts do; "" while unknown.
	PayoutReference string
	// Refunded and Disputed are what was returned of the whole payment.
	Refunded, Disputed int64
	// Via is what the link said that led the donor to the form, and ReturnTo where its site wants the donor back; "" for none.
	Via, ReturnTo string
	// Version counts the updates from the provider.
	Version int64
	// DueAt is when the provider is next polled; the zero time if nothing is pending.
	DueAt                time.Time
	CreatedAt, UpdatedAt time.Time
	// Language is that of the page that the donor paid from, as a language tag; "" for unknown.
	Language string
	// ReceiptRequest is what a donor said who wants a tax receipt; nil for one who does not.
	ReceiptRequest *ReceiptRequest
}

// Total is what the donor was charged, in minor units.
func (p Payment) Total() int64 { return p.Donated + p.FeeCover }

// Awaited reports whether the donor has yet to make the payment, as far as is known here.
func (p Payment) Awaited() bool { return p.State == DonationPending && p.Status == PaymentOpen }

// PaymentStatus is how far a payment is.
type PaymentStatus string

// The states of a payment. An open one can still be paid; a processing one was made and awaits its money.
const (
	PaymentOpen       PaymentStatus = "open"
	PaymentProcessing PaymentStatus = "processing"
	PaymentPaid       PaymentStatus = "paid"
	PaymentFailed     PaymentStatus = "failed"
	PaymentCancelled  PaymentStatus = "cancelled"
	PaymentExpired    PaymentStatus = "expired"
)

// DisputeStatus is the state of a donor's dispute at the bank.
type DisputeStatus string

// The states of a dispute; "" for none. The bank may or may not hold the money of an open one.
const (
	DisputeOpen DisputeStatus = "open"
	DisputeWon  DisputeStatus = "won"
	DisputeLost DisputeStatus = "lost"
)

// PaymentState is a payment's state at its provider at one moment.
type PaymentState struct {
	Status PaymentStatus
	// Reason is why the payment failed, worded for the donor; "" if not given.
	Reason string
	// Paid is what was paid, in minor units of Currency; 0 until Status is PaymentPaid.
	Paid     int64
	Currency string
	// Fee is the provider's fee; nil while unknown.
	Fee *int64
	// PayoutReference names the movement into the account as the provider's reports of payouts do; "" while unknown.
	PayoutReference string
	// Refunded and Disputed are the totals returned: to the donor, and to the bank for disputes that are open or lost.
	Refunded, Disputed int64
	Dispute            DisputeStatus
	// Email is the address that the payer gave the provider; "" for none. It is not verified.
	Email string
	// Until is the deadline by which an open or processing payment is decided; the zero time if unknown.
	Until time.Time
}

// Outcome is a donation's new state according to its provider.
type Outcome struct {
	State DonationState
	// Refunded and Disputed are the parts of the donation that were returned, in minor units.
	Refunded, Disputed int64
}

// Outcome is the donation's new state when its provider reports s. Returned money is taken from the donation first, and only then from the
// fee cover. A completed payment that the provider now reports as failed was returned in full.
func (p Payment) Outcome(s PaymentState) Outcome {
	switch s.Status {
	case PaymentPaid:
		return p.paid(s)
	case PaymentFailed, PaymentCancelled, PaymentExpired:
		if p.State.Arrived() {
			return Outcome{State: DonationRefunded, Refunded: p.Donated}
		}
		return Outcome{State: DonationState(s.Status)}
	default:
		return Outcome{State: p.State, Refunded: min(p.Refunded, p.Donated), Disputed: min(p.Disputed, p.Donated-min(p.Refunded, p.Donated))}
	}
}

func (p Payment) paid(s PaymentState) Outcome {
	o := Outcome{State: DonationCompleted, Refunded: min(s.Refunded, p.Donated)}
	o.Disputed = min(s.Disputed, p.Donated-o.Refunded)
	switch {
	case s.Dispute == DisputeOpen:
		o.State = DonationDisputed
	case o.Disputed > 0:
		o.State = DonationLost
	case o.Refunded == p.Donated:
		o.State = DonationRefunded
	case o.Refunded > 0:
		o.State = DonationPartiallyRefunded
	}
	return o
}

// ProviderEvent is one event of a payment provider, as stored in the journal.
type ProviderEvent struct {
	ID ID
	// Provider is the sender; EventID and Topic are the provider's names for the event.
	Provider, EventID, Topic string
	// Account, Reference and DonationID identify the payment, as far as the event says.
	Account, Reference string
	DonationID         ID
	// Header is a JSON object of the stored headers, Body the exact bytes of the message.
	Header string
	Body   []byte
	// Problem is why the last try failed, Tries the number of tries.
	Problem string
	Tries   int
	// DueAt is the time of the next try; AppliedAt is zero until the event has been applied.
	DueAt, ReceivedAt, AppliedAt time.Time
	// Dismissal is why an operator dismissed the event, which then counts as applied; "" for none.
	Dismissal string
}

// OfAccount reports whether the event is about the account of a cause rather than a payment: then the account is its reference.
func (n ProviderEvent) OfAccount() bool { return n.Account != "" && n.Reference == n.Account }

// Strip forgets what the event said, which is not needed to apply it: the provider is asked then.
func (n *ProviderEvent) Strip() { n.Header, n.Body = "{}", []byte{} }

// The reasons why payments fail, as they are stored and as the APIs show them. Pages have their own texts for them. A card that its bank
// reported lost or stolen is declined without a reason, so that a thief learns nothing.
const (
	ReasonCanceled          = "The payment was canceled."
	ReasonCardDetails       = "The card number, the expiry date, the security code or the postal code is wrong."
	ReasonCardExpired       = "The card has expired."
	ReasonCardLimit         = "The card has reached its limit."
	ReasonCardUnsupported   = "The card cannot be used for this payment."
	ReasonDeclined          = "The card was declined."
	ReasonFailed            = "The payment failed."
	ReasonInsufficientFunds = "The card or account has insufficient funds."
	ReasonInterrupted       = "The payment was interrupted."
	ReasonIssuerUnavailable = "The bank could not be reached."
	ReasonNotConfirmed      = "The payment was not confirmed."
	ReasonNotStarted        = "The payment could not be started."
	ReasonReturned          = "The e-check was returned unpaid."
)

// PaymentReasons lists every reason, for tests that range over them.
func PaymentReasons() []string {
	return []string{
		ReasonCanceled, ReasonCardDetails, ReasonCardExpired, ReasonCardLimit, ReasonCardUnsupported, ReasonDeclined, ReasonFailed,
		ReasonInsufficientFunds, ReasonInterrupted, ReasonIssuerUnavailable, ReasonNotConfirmed, ReasonNotStarted, ReasonReturned,
	}
}
