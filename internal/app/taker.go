package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// taker records complete donations on behalf of an actor.
type taker struct {
	app   *App
	actor Actor
}

// Take records a donation.
func (t taker) Take(ctx context.Context, in fund.DonationInput) (fund.Donation, error) {
	return t.app.Donate(ctx, t.actor, in)
}

// AuthenticateTaker authenticates a bearer token that may record donations without a payment. It is Unauthenticated for an invalid token,
// and Forbidden for one without the scope.
func (a *App) AuthenticateTaker(ctx context.Context, bearer string) (pay.Taker, error) {
	actor, err := a.Authenticate(ctx, bearer)
	if err != nil {
		return nil, err
	}
	if err := requireSandbox(actor); err != nil {
		return nil, err
	}
	return taker{app: a, actor: actor}, nil
}
