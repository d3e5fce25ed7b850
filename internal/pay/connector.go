package pay

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// Connector is a Provider at which causes make accounts of their own through this server.
type Connector interface {
	Provider
	// MakeAccount makes an account without anything in it. The same key is the same account.
	MakeAccount(ctx context.Context, o AccountOrder) (account string, err error)
	// Onboard makes a link to the provider's form for an account, which is good once and for minutes. It is a secret of who asked for it.
	Onboard(ctx context.Context, o Onboarding) (url string, err error)
	// LookUpAccount asks for the present state of an account. It is Gone where the account does not let this server act for it any more.
	LookUpAccount(ctx context.Context, account string) (fund.AccountState, error)
	// Ends reports whether provider events of a topic say that an account was disconnected.
	Ends(topic string) bool
	// DonationsIn is how the provider takes donations to causes of a country.
	DonationsIn(country string) fund.CountryRule
}

// AccountOrder is an account to be made.
type AccountOrder struct {
	// Key is the same when the same account is asked for again.
	Key string
	// Cause is whose account it is to be.
	Cause fund.ID
	// Country is a code of ISO 3166; an account keeps it.
	Country string
	// Name, Email and Website fill in the form; "" for nothing.
	Name, Email, Website string
}

// Onboarding is a way to the provider's form for an account and back.
type Onboarding struct {
	// Key is different for each link.
	Key, Account string
	// ReturnURL is where the browser comes back to, whatever was done, and RefreshURL where it comes to with a link that is not good any more.
	ReturnURL, RefreshURL string
}
