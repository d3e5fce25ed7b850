package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// MatchQuery chooses the donation matches of a list; what is not set does not choose.
type MatchQuery struct {
	Created, Updated fund.Span
	// Status is store.MatchActive or store.MatchCompleted.
	Status string
}

// ListMatches lists the donation matches of a fact, oldest first. A cursor is {ID}.
func (a *App) ListMatches(ctx context.Context, actor Actor, key FactKey, query MatchQuery, page fund.Page) ([]fund.DonationMatch, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListMatches(ctx, store.MatchFilter{
		Fact: f.ID, Created: query.Created, Updated: query.Updated, Status: query.Status, Now: a.Now(),
	}, oldestFirst(page))
}

// GetMatch finds one donation match of a fact that the actor may see.
func (a *App) GetMatch(ctx context.Context, actor Actor, key fund.Key) (fund.DonationMatch, error) {
	m, err := a.store.GetMatch(ctx, key.ID)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	_, err = a.seenFact(ctx, actor, m.FactID)
	return m, asAsked(err, "donation match", key.String())
}
