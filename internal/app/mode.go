package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Mode is what the money here is: as the first donation fixed it, and before that as this node's provider would have
// it; "" where there is neither. While the database does not answer it is the last one that was read.
func (a *App) Mode(ctx context.Context) fund.Mode {
	mode, err := a.store.Mode(ctx)
	if err != nil {
		a.log.WarnContext(ctx, "mode cannot be read", "error", err)
	}
	if mode == "" {
		return a.store.OwnMode()
	}
	return mode
}

// TakesDonations reports whether donors can pay here: a payment provider is set up, and its money is that of the
// database.
func (a *App) TakesDonations(ctx context.Context) bool {
	return a.payments.Provider != nil && a.requireDonations(ctx) == nil
}

// requireDonations refuses donations where this node's provider has none of the money of the database, as a Conflict.
func (a *App) requireDonations(ctx context.Context) error {
	if own := a.store.OwnMode(); own == "" || own != a.Mode(ctx) {
		return fault.New(fault.Conflict, "Giving is not open yet: no payment provider is set up on this server.")
	}
	return nil
}

// requireByHand refuses donations without a payment where the server takes none. Real ones need no provider.
func (a *App) requireByHand(ctx context.Context) error {
	if a.Mode(ctx) == fund.ModeLive {
		return nil
	}
	return a.requireDonations(ctx)
}
