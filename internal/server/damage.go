package server

import "context"

// maxDamage is how many damaged places of the database are logged.
const maxDamage = 10

// watchDamage is checkDatabase as a worker, which ends with the node.
func (n *Node) watchDamage(ctx context.Context) error {
	n.checkDatabase(ctx)
	<-ctx.Done()
	return nil
}

// checkDatabase looks once, beside the requests, whether the database is damaged. SQLite itself would find out only when somebody reads the
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
