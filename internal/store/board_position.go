package store

import (
	"context"
	"database/sql"
	"errors"
)

// Projected is the log position that the leaderboards include; 0 when they were never built.
func (q Queries) Projected(ctx context.Context) (int64, error) {
	p, err := q.progress(ctx, "")
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return max(p.position, 0), err
}
