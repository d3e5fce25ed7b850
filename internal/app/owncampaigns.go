package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// OwnCampaigns lists all campaigns of the actor's user, drafts too, oldest first. A cursor is {ID}.
func (a *App) OwnCampaigns(ctx context.Context, actor Actor, page fund.Page) ([]fund.Fact, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	filter := store.FactFilter{
		User: actor.User, Kinds: []fund.Kind{fund.KindCampaign}, Statuses: append(shown(), fund.Unpublished),
	}
	return a.store.ListFacts(ctx, filter, oldestFirst(page))
}
