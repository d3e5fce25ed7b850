package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/fault"
)

// ConnectCause says at which account of a payment provider a cause takes money.
type ConnectCause struct {
	Store
	Cause    string `help:"Slug, number or UUID of the cause." required:"" placeholder:"SLUG|ID"`
	Provider string `help:"Payment provider: ${enum} (default: ${default})." enum:"${account_providers}" default:"${account_provider}" placeholder:"NAME"`
	Account  string `help:"Its account there, such as acct_1Hb2cD3eF4gH5iJ6 at Stripe (default: that of --stripe-account)." placeholder:"ID"`
	// Stripe is the setting of serve that says that one cause alone is paid.
	Stripe struct {
		Account checkout.StripeAccount `help:"Account that the key of the server is of, where it takes payments for one cause alone." placeholder:"acct_…"`
	} `embed:"" prefix:"stripe-"`
	asJSON
}

// own is the only account that the server pays to; "" for those of all causes.
func (c ConnectCause) own() string {
	if c.Provider != stripeName {
		return ""
	}
	return string(c.Stripe.Account)
}

// stripeName is the provider that can have a charity's own account.
const stripeName = "stripe"

// Validate refuses what cannot be an account at the provider.
func (c ConnectCause) Validate() error {
	provider, err := checkout.AccountProvider(c.Provider)
	switch own := c.own(); {
	case err != nil:
	case c.Account == "" && own == "":
		err = errors.New("--account is missing")
	case c.Account != "" && own != "" && c.Account != own:
		err = fmt.Errorf("--account is not that of the server, %s (--stripe-account): it takes payments for one cause alone", own)
	case c.Account != "":
		err = provider.CheckAccount(c.Account)
	}
	return misused(err)
}

// Run connects the cause.
func (c ConnectCause) Run(ctx context.Context, t Terminal) error {
	provider, err := checkout.AccountProvider(c.Provider)
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		connect, own := a.ConnectCause, c.own()
		if own != "" {
			connect, c.Account = a.ConnectOnlyCause, own
		}
		cause, err := connect(ctx, app.System(), keyOf(c.Cause), provider, c.Account)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "There is no cause %s.", c.Cause)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				Cause    string `json:"cause"`
				Slug     string `json:"slug"`
				Provider string `json:"provider"`
				Account  string `json:"account"`
			}{cause.ID.String(), cause.Slug, c.Provider, c.Account})
		}
		_, err = fmt.Fprintf(t.Out, "%s takes money at %s, for the account %s.\n", cause.Name, provider.Title, c.Account)
		return err
	})
}

// accountProviders are the names of the providers at which causes have accounts, as an enum has them.
func accountProviders() string {
	var names []string
	for _, p := range checkout.AccountProviders() {
		names = append(names, p.Name)
	}
	return strings.Join(names, ",")
}
