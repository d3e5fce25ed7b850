// Package pay is where payment providers live. A Provider takes donors' money its own way and tells of it by
// provider events; what became of a payment, the use cases ask it. It knows no use case and no store.
//
// A Taker is the short way, without a payment, for trials and tests: what it is told of is complete at once.
package pay

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// Sandbox is the name of the provider that moves no money.
const Sandbox = "sandbox"

// Taker records complete donations in the name of somebody who was let in.
type Taker interface {
	// Take records a donation. When it returns without an error, the donation is durable; the
	// same Reference again gives the donation that was recorded first. Its errors are faults.
	Take(ctx context.Context, in fund.DonationInput) (fund.Donation, error)
}

// Authenticate tells who a bearer token speaks for, as somebody who may record donations. Its
// errors are faults: Unauthenticated, or Forbidden without the scope.
type Authenticate func(ctx context.Context, bearer string) (Taker, error)
