package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// pruneEvery is how often old deliveries are looked for.
const pruneEvery = time.Hour

// FanOut makes webhook deliveries of the next events of the log, and returns how many events it read; 0 when it has caught up. Once an hour it
// deletes deliveries that are older than fund.WebhookKept.
func (a *App) FanOut(ctx context.Context) (int, error) {
	done, err := a.store.FanOut(ctx, a.Now(), a.newID)
	if err != nil {
		return 0, err
	}
	if done > 0 {
		a.runner.Wake(fund.WorkDelivery)
		return done, nil
	}
	return a.pruneDeliveries(ctx)
}

// pruneDeliveries deletes some old deliveries, and returns how many.
func (a *App) pruneDeliveries(ctx context.Context) (int, error) {
	now := a.Now()
	if at := a.pruneAt.Load(); now.UnixMicro() < at {
		return 0, nil
	}
	n, err := a.store.PruneDeliveries(ctx, now.Add(-fund.WebhookKept))
	if err == nil && n == 0 {
		a.pruneAt.Store(now.Add(pruneEvery).UnixMicro())
	}
	return int(n), err
}
