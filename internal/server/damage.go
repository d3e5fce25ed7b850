package server

import (
	"context"
	"time"
)

const (
	// maxDamage is how many damaged places of the database are logged.
	maxDamage = 10
	// damageEvery is how often the database file is searched for damage, which reads it whole.
	damageEvery = 24 * time.Hour
)

// watchDamage searches at the start and once a day from then on, until ctx ends or there is damage.
func (n *Node) watchDamage(ctx context.Context) error {
	for {
		if n.checkDatabase(ctx); n.damaged.Load() {
			<-ctx.Done()
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(damageEvery):
		}
	}
}

// checkDatabase looks, beside the requests, whether the database is damaged. SQLite itself would find out only when somebody reads the
// place, maybe after months, when no good copy is left.
func (n *Node) checkDatabase(ctx context.Context) {
	damage, err := n.store.QuickCheck(ctx)
	switch {
	case ctx.Err() != nil:
	case len(damage) > 0:
		n.damaged.Store(true)
		n.Log.ErrorContext(ctx, "the database file is damaged: stop the server and put a good copy in its place", "places", len(damage),
			"damage", damage[:min(len(damage), maxDamage)])
	case err != nil:
		n.Log.WarnContext(ctx, "the database could not be checked for damage", "error", err)
	}
}
