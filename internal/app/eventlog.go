package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// pruneLog deletes a piece of the log of events that is old enough. What is left is due again at once.
func (a *App) pruneLog(ctx context.Context, _ fund.ID) error {
	return a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PruneEvents(ctx, a.Now())
		return err
	})
}
