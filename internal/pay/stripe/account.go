package stripe

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/pay"
)

var _ pay.Prober = (*Provider)(nil)

// Probe asks whether Stripe knows the key. A restricted key that may do nothing with the account of the platform is known, too: what it may do with the accounts
// of causes only shows there.
func (p *Provider) Probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	list := p.client.V1CheckoutSessions.List(ctx, &stripego.CheckoutSessionListParams{ListParams: stripego.ListParams{Limit: stripego.Int64(1), Single: true}})
	err := list.Err()
	var said *stripego.Error
	switch {
	case err == nil || errors.As(err, &said) && said.HTTPStatusCode == http.StatusForbidden:
		return nil
	case said != nil && said.HTTPStatusCode == http.StatusUnauthorized:
		return fault.Wrap(faultOf(err, "key"), fault.Forbidden, "Stripe does not know the key.")
	}
	return faultOf(err, "key")
}

var accountForm = regexp.MustCompile(`^acct_[A-Za-z0-9]{5,64}$`)

// checkAccount refuses what cannot be the id of a connected account: an Invalid fault at account.
func checkAccount(account string) error {
	var wrong fault.Fields
	if !accountForm.MatchString(account) {
		wrong.Add("account", "is not an account of Stripe; it looks like acct_1Hb2cD3eF4gH5iJ6")
	}
	return wrong.Err()
}
