package fund

import "time"

// Payment is how the money of one donation comes.
type Payment struct {
	DonationID ID
	// FactID and CauseID are what was given to, and whom the money is for.
	FactID, CauseID ID
	// Provider is the name of the payment provider, Account where it sends the money, Reference its own id
	// of the payment; until it has given one, the donation's id.
	Provider, Account, Reference string
	// State is that of the donation; Status and Reason are what the provider said last.
	State  DonationState
	Status PaymentStatus
	Reason string
	// Donated is the amount of the donation, FeeCover what the donor added for the provider's fee, in minor
	// units of Currency. Both were asked for together.
	Donated, FeeCover int64
	Currency          string
	// Fee is what the provider keeps; nil while that is not known.
	Fee *int64
	// Refunded and Disputed are what went back of the whole payment.
	Refunded, Disputed int64
	// Version counts how often the provider's word was taken.
	Version int64
	// DueAt is when the provider is asked by itself; the zero time when nothing is awaited.
	DueAt                time.Time
	CreatedAt, UpdatedAt time.Time
}

// Total is what the donor was asked for, in minor units.
func (p Payment) Total() int64 { return p.Donated + p.FeeCover }

// PaymentAccount is where a cause takes money: its account at a provider.
type PaymentAccount struct {
	// Provider is the provider's name, Account its own id of the account.
	Provider, Account string
}

// PaymentStatus is how far a payment is.
type PaymentStatus string

// The states of a payment. An open one can be made; a processing one was made, and its money is on its way.
const (
	PaymentOpen       PaymentStatus = "open"
	PaymentProcessing PaymentStatus = "processing"
	PaymentPaid       PaymentStatus = "paid"
	PaymentFailed     PaymentStatus = "failed"
	PaymentCancelled  PaymentStatus = "cancelled"
	PaymentExpired    PaymentStatus = "expired"
)

// DisputeStatus is how a donor's dispute stands at the bank.
type DisputeStatus string

// The states of a dispute; "" for none. While it is open, the bank may hold the money or not.
const (
	DisputeOpen DisputeStatus = "open"
	DisputeWon  DisputeStatus = "won"
	DisputeLost DisputeStatus = "lost"
)

// PaymentState is what a provider says of a payment at one moment.
type PaymentState struct {
	Status PaymentStatus
	// Reason is why the payment failed, in words for the donor; "" where none is given.
	Reason string
	// Paid is what was paid, in minor units of Currency; 0 until Status is PaymentPaid.
	Paid     int64
	Currency string
	// Fee is what the provider keeps of it; nil while that is not known.
	Fee *int64
	// Refunded and Disputed are what of it went back in all: to the donor, and to the bank for disputes
	// that are open or lost.
	Refunded, Disputed int64
	Dispute            DisputeStatus
	// Until is when an open or processing payment is decided at the latest; the zero time for unknown.
	Until time.Time
}

// Outcome is what becomes of a donation by the word of its provider.
type Outcome struct {
	State DonationState
	// Refunded and Disputed are what of the donation is gone, in minor units.
	Refunded, Disputed int64
}

// Outcome is what becomes of the donation when its provider says s. What goes back of a payment is taken
// from the donation first, and only then from what was added for the fee. Money that had come and of which
// the provider now says that the payment failed has gone back whole.
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
		return Outcome{State: p.State, Refunded: min(p.Refunded, p.Donated), Disputed: min(p.Disputed, p.Donated)}
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

// ProviderEvent is one message of a payment provider, as the journal keeps it.
type ProviderEvent struct {
	ID ID
	// Provider sent it; EventID and Topic are its own words for it.
	Provider, EventID, Topic string
	// Account, Reference and DonationID are what it is about, as far as it says.
	Account, Reference string
	DonationID         ID
	// Header is a JSON object of the headers that came along, Body the message to the byte.
	Header string
	Body   []byte
	// Problem is why it could not be applied the last time, Tries how often that was tried.
	Problem string
	Tries   int
	// DueAt is when it is tried (again); AppliedAt is zero until it has been acted on.
	DueAt, ReceivedAt, AppliedAt time.Time
}

// Receipt says to a donor what was given, to whom, and how much of it counts for the tax office.
type Receipt struct {
	DonationID, CauseID ID
	// Number counts the receipts of the cause from 1 on.
	Number int64
	// Tries is how often its mail was tried, Problem why that failed the last time.
	Tries   int
	Problem string
	// DueAt is when the mail is tried (again), HandedAt when it was about to be given to the mail server, SentAt
	// when that confirmed it.
	DueAt, HandedAt, SentAt, IssuedAt time.Time
}

// MailState is what became of the mail of a receipt.
type MailState string

// The states of a receipt's mail: none is sent, it waits, it was sent, nobody knows, or it was refused for good.
const (
	MailNone    MailState = "none"
	MailWaiting MailState = "waiting"
	MailSent    MailState = "sent"
	MailUnknown MailState = "unknown"
	MailRefused MailState = "refused"
)

// Mail tells what became of the mail of the receipt.
func (r Receipt) Mail() MailState {
	switch {
	case !r.SentAt.IsZero():
		return MailSent
	case !r.HandedAt.IsZero():
		return MailUnknown
	case !r.DueAt.IsZero():
		return MailWaiting
	case r.Problem != "":
		return MailRefused
	default:
		return MailNone
	}
}

// The reasons why payments fail, as they are stored and as the APIs show them. Pages have their own texts for them.
const (
	ReasonCanceled          = "The payment was canceled."
	ReasonDeclined          = "The card was declined."
	ReasonFailed            = "The payment failed."
	ReasonInsufficientFunds = "The card or account has insufficient funds."
	ReasonInterrupted       = "The payment was interrupted."
	ReasonNotConfirmed      = "The payment was not confirmed."
	ReasonNotStarted        = "The payment could not be started."
	ReasonReturned          = "The e-check was returned unpaid."
)

// PaymentReasons lists every reason, for tests that range over them.
func PaymentReasons() []string {
	return []string{
		ReasonCanceled, ReasonDeclined, ReasonFailed, ReasonInsufficientFunds,
		ReasonInterrupted, ReasonNotConfirmed, ReasonNotStarted, ReasonReturned,
	}
}
