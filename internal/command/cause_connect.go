package command

import (
	"context"
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
	Account  string `help:"Its account there, such as acct_1Hb2cD3eF4gH5iJ6 at Stripe." required:"" placeholder:"ID"`
	asJSON
}

// Validate refuses what cannot be an account at the provider.
func (c ConnectCause) Validate() error {
	provider, err := checkout.AccountProvider(c.Provider)
	if err == nil {
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
		cause, err := a.ConnectCause(ctx, app.System(), keyOf(c.Cause), provider, c.Account)
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
