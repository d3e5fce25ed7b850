package app

import (
	"context"
	"fmt"
)

// CatchUp folds everything that has happened so far into the leaderboards, which a server does by
// itself within a second. System only.
func (a *App) CatchUp(ctx context.Context, actor Actor) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	for {
		done, err := a.store.Project(ctx)
		if err != nil {
			return fmt.Errorf("leaderboards: %w", err)
		}
		if done == 0 {
			return nil
		}
	}
}
