package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// LegacyRelayKey is another service's name for a donation.
type LegacyRelayKey struct{ Provider, UUID string }

// GetLegacyRelay finds a donation by another service's name for it. Anybody with a token who knows the name may see the public view of the
// donation; of one that is no longer listed only the state of its money, without donor and comment.
func (a *App) GetLegacyRelay(ctx context.Context, actor Actor, key LegacyRelayKey) (fund.LegacyRelay, error) {
	if err := RequireToken(actor); err != nil {
		return fund.LegacyRelay{}, err
	}
	l, err := a.store.GetLegacyRelay(ctx, key.Provider, key.UUID)
	if err == nil && !l.Donation.Listed() {
		l.Donation.Name, l.Donation.Comment, l.Donation.Email = "", "", ""
	}
	return l, asRequested(err, "legacy relay of "+key.Provider, key.UUID)
}

// PutLegacyRelay records another service's name for a donation. System only.
func (a *App) PutLegacyRelay(ctx context.Context, actor Actor, l fund.LegacyRelay) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	if err := l.Check().Err(); err != nil {
		return err
	}
	return a.write(ctx, actor, l.Donation.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.PutLegacyRelay(ctx, l)
	})
}
