package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/postal"
)

// PaymentAccount is a cause's account at a payment provider.
type PaymentAccount struct {
	CauseID ID
	// Provider is the provider's name, Account its id of the account; "" while it is being made.
	Provider, Account string
	// Creation names the making of an account through this server; zero for one that an operator named. Mode is the money that it was made for; "" for unknown.
	Creation ID
	Mode     Mode
	// Approved reports whether an operator approved it, or does not have to.
	Approved bool
	// State is what the provider last said of it, CheckedAt when; the zero time before it was asked.
	State     AccountState
	CheckedAt time.Time
	// EndedAt is when the cause disconnected it; the zero time while it did not.
	EndedAt time.Time
	// Version counts what was learnt of the account.
	Version int64
}

// Held reports whether the cause has an account for money of that kind.
func (a PaymentAccount) Held(money Mode) bool {
	return a.Account != "" && a.EndedAt.IsZero() && (a.Mode == "" || a.Mode == money)
}

// TakesPayments reports whether money of that kind can be paid to the account, as far as is known. A provider that was not asked yet is asked by the first payment.
func (a PaymentAccount) TakesPayments(money Mode) bool {
	return a.Held(money) && a.Approved && (a.CheckedAt.IsZero() || a.State.Charges)
}

// AccountState is what a payment provider says of an account.
type AccountState struct {
	// Submitted reports whether the provider's form was finished, Charges whether payments can be made to the account, and Payouts whether its money goes on to the bank.
	Submitted, Charges, Payouts bool
	// Country is a code of ISO 3166; "" for unknown.
	Country string
	// Due is what the provider still wants, Late what it waited for too long, and Checked what it looks at now.
	Due, Late, Checked []AccountNeed
	// Until is when the account is closed unless it has what is due; the zero time for never.
	Until time.Time
	// Closed is why the account is closed; "" where it is not.
	Closed AccountClosure
}

// AccountNeed is something that a payment provider wants of an account, in its kind. The set is closed.
type AccountNeed string

// The needs.
const (
	NeedBank         AccountNeed = "bank"
	NeedTerms        AccountNeed = "terms"
	NeedActivity     AccountNeed = "activity"
	NeedOrganization AccountNeed = "organization"
	NeedPerson       AccountNeed = "person"
	NeedDocument     AccountNeed = "document"
	NeedOther        AccountNeed = "other"
)

// AccountNeeds lists every need.
func AccountNeeds() []AccountNeed {
	return []AccountNeed{NeedOrganization, NeedActivity, NeedPerson, NeedDocument, NeedBank, NeedTerms, NeedOther}
}

// AccountClosure is why a payment provider closed an account. The set is closed.
type AccountClosure string

// The closures: something is due, the provider looks at what it has, refused the account for good, or was told by this server's operator to pause it.
const (
	ClosedDue      AccountClosure = "due"
	ClosedReview   AccountClosure = "review"
	ClosedRejected AccountClosure = "rejected"
	ClosedPaused   AccountClosure = "paused"
	ClosedOther    AccountClosure = "other"
)

// CountryRule is how a payment provider takes donations to a country. The set is closed.
type CountryRule string

// The rules: it takes them, takes those to some organizations only, or none.
const (
	CountryOpen    CountryRule = ""
	CountryLimited CountryRule = "limited"
	CountryRefused CountryRule = "refused"
)

// NoDonations is what is wrong with a country in which the payment provider takes no donations.
const NoDonations = "is where the payment provider takes no donations"

// CheckCountry wants a code of ISO 3166.
func CheckCountry(wrong *fault.Fields, path string, code *string) {
	country, known := postal.Find(*code)
	switch {
	case invisible(*code):
		wrong.Add(path, Blank)
	case !known:
		wrong.Add(path, NotCountry)
	default:
		*code = country.Code
	}
}

// PaymentsMails lists the kinds of mails about payment accounts.
func PaymentsMails() []MailKind {
	return []MailKind{MailPaymentsProposed, MailPaymentsReady, MailPaymentsStopped, MailPaymentsEnded}
}
