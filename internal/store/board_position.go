package store

import (
	"context"
	"database/sql"
	"errors"
)

// Projected is the position up to which the leaderboards have the event log; 0 when they were
// never begun.
func (q Queries) Projected(ctx context.Context) (int64, error) {
	p, err := q.progress(ctx, "")
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return p.position, err
}
