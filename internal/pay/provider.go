package pay

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// Provider takes donors' money its own way. All that is believed of a payment is the state that LookUp
// gives: a provider event only says that it is worth asking. So it does not matter in which order provider events come,
// how often, and what they claim.
//
// Errors are faults: Unavailable when the provider cannot be asked now, NotFound when it does not know
// the payment, PaymentFailed when it refuses what it was told to do, Unauthenticated for a provider event that
// is not its own. A call with the same ids again does nothing twice. Donors see no message of these: what they can change
// about a payment that was not started, the rule says (fund.ProviderMinimum and the like), and why a payment failed, one of
// fund.PaymentReasons in its state.
type Provider interface {
	// Name is what the provider is called in addresses and in the database: "sandbox", "stripe".
	Name() string
	// Start makes a payment for a pending donation, which the donor then makes at Started.URL.
	Start(ctx context.Context, o Order) (Started, error)
	// Resume is where a payment goes on that was started and that nobody has made yet.
	Resume(ctx context.Context, p Ref) (url string, err error)
	// Decode verifies that a provider event is the provider's own, at that instant, and reads what it is about.
	Decode(raw Raw, now time.Time) (Event, error)
	// LookUp asks for the present state of a payment.
	LookUp(ctx context.Context, p Ref) (fund.PaymentState, error)
	// Cancel ends a payment that nobody has made. What became of it then, LookUp tells.
	Cancel(ctx context.Context, p Ref) error
	// Refund gives back part of a payment.
	Refund(ctx context.Context, r Refund) error
	// Concede gives up a dispute that is open: the money stays with the donor.
	Concede(ctx context.Context, p Ref) error
}

// Disputer is a Provider whose payments can be disputed on demand, for trials.
type Disputer interface {
	// Dispute lets the donor's bank dispute what is left of a payment.
	Dispute(ctx context.Context, p Ref) error
}

// Host is a Provider whose payment page is on this server and which reports when a donor opens it, for orders that ask for
// it (Order.Unopened). Donors get to the pages of others through an address of this server instead.
type Host interface {
	// HostsPage does nothing.
	HostsPage()
}

// Prober is a Provider at another company, which can be asked whether it lets this server in.
type Prober interface {
	// Probe asks. It is Forbidden where the key is wrong or lacks a right, and Unavailable where nobody answers.
	Probe(ctx context.Context) error
}

// Namer is a Provider whose payments have references that are known before they are started, so that none has to be
// stored afterwards.
type Namer interface {
	// NameOf is the reference of a donation's payment, always the same.
	NameOf(donation fund.ID) string
}

// Finder is a Provider whose provider events do not always name the donation or our reference, such as those of a
// dispute. It asks the other end what they are about.
type Finder interface {
	// Find is the donation that an account's payment is for, by the reference that a provider event gave; the zero id
	// for a payment that is not ours.
	Find(ctx context.Context, p Ref) (fund.ID, error)
}

// Ref names a payment.
type Ref struct {
	// Donation is what is paid for.
	Donation fund.ID
	// Account is where the money goes at the provider, Reference its own id of the payment.
	Account, Reference string
}

// Order is a payment to be made.
type Order struct {
	Donation fund.ID
	// Account is that of the cause at the provider; "" where there are none.
	Account string
	// Donated is what is given, FeeCover what the donor adds for the provider's fee, in minor units of Currency.
	Donated, FeeCover int64
	Currency          string
	// FactName and CauseName are what the donor is shown, Email where the provider may write to; "" for nowhere.
	FactName, CauseName, Email string
	// InstantOnly leaves out methods of payment whose money takes days to come.
	InstantOnly bool
	// DoneURL and BackURL are where the donor comes back to: after paying, and without.
	DoneURL, BackURL string
	// Session and Address tell one donor's browser and network from others, for the shield.
	Session, Address string
	// ExpiresAt is when the payment ends if nobody has made it.
	ExpiresAt time.Time
	// Unopened is set when the payment ends early unless its page is opened; see Host.
	Unopened bool
}

// Total is what the donor pays, in minor units.
func (o Order) Total() int64 { return o.Donated + o.FeeCover }

// Started is a payment that waits for its donor.
type Started struct {
	// Reference is the provider's own id of the payment, URL where the donor makes it.
	Reference, URL string
}

// Refund is money to give back.
type Refund struct {
	Ref
	// Amount is in minor units of the payment.
	Amount int64
	// Key is the same when the same refund is asked for again.
	Key string
}

// Raw is a provider event as it came.
type Raw struct {
	// Header is what of the headers may be stored; see Profile.EventHeaders.
	Header map[string][]string
	Body   []byte
}

// Event says that something happened to a payment.
type Event struct {
	// ID is the provider's own id of the provider event, Topic what it calls it.
	ID, Topic string
	// Ref is what it is about, as far as the provider event says. With neither a donation nor a reference it is
	// about nothing that concerns us, such as a new bank account.
	Ref
}

// OfAccount reports whether the provider event is about the account of a cause rather than a payment: then the account is its reference.
func (n Event) OfAccount() bool { return n.Account != "" && n.Reference == n.Account }

// Concerns reports whether the provider event is about a payment, or an account, at all.
func (n Event) Concerns() bool { return n.Reference != "" || !n.Donation.IsZero() }
