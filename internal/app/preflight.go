package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// OnAir is how ready a fact is for a show, and how the show goes.
type OnAir struct {
	// Published, Picture, Screening and Moderator report whether the page is public, has a picture of its own, whether somebody chose how messages are screened, and
	// whether anybody was asked to screen.
	Published, Picture, Screening, Moderator bool
	// Tried is what the streamer said that works.
	Tried map[fund.Preflight]bool
	// Live reports whether the streamer is live, as they said. Session is what came since then and is left, in minor units.
	Live    bool
	Session int64
}

// GetOnAir reads how ready a fact is for a show, for those who may change it.
func (a *App) GetOnAir(ctx context.Context, s Seen) (OnAir, error) {
	f := s.fact
	if err := requireRole(ctx, a.store.Queries, s.actor, editFact, f); err != nil {
		return OnAir{}, err
	}
	known, err := a.store.OnAir(ctx, f.ID)
	if err != nil {
		return OnAir{}, err
	}
	g, err := donationSettingsOf(ctx, a.store.Queries, f.ID)
	if err != nil {
		return OnAir{}, err
	}
	grants, err := a.store.ListFactGrants(ctx, f.ID, a.Now(), fund.MaxFactGrants)
	if err != nil {
		return OnAir{}, err
	}
	o := OnAir{
		Published: f.Status == fund.Published, Picture: f.Cover != "" || f.Avatar != "", Screening: g.Screening != "", Tried: map[fund.Preflight]bool{},
		Live: f.Live(a.Now()),
	}
	for _, grant := range grants {
		o.Moderator = o.Moderator || slices.Contains(grant.Roles, fund.GrantScreener) || slices.Contains(grant.Roles, fund.GrantHeadScreener)
	}
	for _, p := range fund.Preflights() {
		o.Tried[p] = known.Has(p)
	}
	if o.Live {
		o.Session = raisedLive(f, known)
	}
	return o, nil
}

// raisedLive is what came since the streamer of a fact went live and is left, in minor units.
func raisedLive(f fund.Fact, known store.OnAir) int64 { return max(0, f.Total()-known.LiveBase) }

// RaisedLive is what a fact raised since its streamer went live and has left, in minor units; 0 while they are not.
func (a *App) RaisedLive(ctx context.Context, s Seen) (int64, error) {
	if !s.fact.Live(a.Now()) {
		return 0, nil
	}
	known, err := a.store.OnAir(ctx, s.fact.ID)
	if err != nil {
		return 0, err
	}
	return raisedLive(s.fact, known), nil
}

// ConfirmPreflight notes that something works, as those say who may change the fact.
func (a *App) ConfirmPreflight(ctx context.Context, actor Actor, key FactKey, p fund.Preflight) error {
	if p.Bit() == 0 {
		return fault.New(fault.Malformed, "Nothing to try out is called %q.", p)
	}
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.editParts(ctx, actor, f, func(ctx context.Context, tx *store.Tx, e edit) error { return tx.SetPreflight(ctx, e.fact.ID, p) })
}
