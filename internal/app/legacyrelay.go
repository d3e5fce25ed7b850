package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// LegacyRelayKey is what another service calls a donation.
type LegacyRelayKey struct{ Provider, UUID string }

// GetLegacyRelay finds a donation by the name that another service gave it. Whoever has a token
// and knows the name may see it, as strangers see donations: of one that left the lists only what
// became of its money, without who gave it and what they said.
func (a *App) GetLegacyRelay(ctx context.Context, actor Actor, key LegacyRelayKey) (fund.LegacyRelay, error) {
	if err := RequireToken(actor); err != nil {
		return fund.LegacyRelay{}, err
	}
	l, err := a.store.GetLegacyRelay(ctx, key.Provider, key.UUID)
	if err == nil && !l.Donation.Listed() {
		l.Donation.Name, l.Donation.Comment, l.Donation.Email = "", "", ""
	}
	return l, asAsked(err, "legacy relay of "+key.Provider, key.UUID)
}

// PutLegacyRelay notes what another service calls a donation. System only.
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
