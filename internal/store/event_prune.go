package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// PrunedEvents is how many events one transaction deletes at most: others wait for as long as that takes.
	PrunedEvents = 1000
	// KeptEvents is how many of the newest events stay, however old they are: readers of the log recognize it by the last event that they saw,
	// and after a quiet time one may be a few events behind.
	KeptEvents = 1000
)

// prunable is the last position that all projections include and that is not among the newest events. Without a projection, or while one is made
// again, that is none.
var prunable = fmt.Sprintf(`(SELECT CASE WHEN MIN(p.position) < m.last - %[1]d THEN MIN(p.position) ELSE m.last - %[1]d END
	FROM projections p CROSS JOIN (SELECT MAX(position) AS last FROM events) m GROUP BY m.last)`, KeptEvents)

// PruneEvents deletes the oldest events that are older than fund.EventRetention, at most PrunedEvents, and returns their number. It keeps the order:
// an event that follows one that is not old enough stays. Events that a projection has yet to read stay, and so do the newest KeptEvents.
func (t *Tx) PruneEvents(ctx context.Context, now time.Time) (deleted int64, err error) {
	first, err := t.FirstPosition(ctx)
	if err != nil || first == 0 {
		return 0, err
	}
	done, err := t.db.ExecContext(ctx, `DELETE FROM events WHERE position < $1 AND position <= `+prunable+` AND position < COALESCE(
		(SELECT MIN(e.position) FROM events e WHERE e.position < $1 AND e.at > $2), $1)`, first+PrunedEvents, micros(now.Add(-fund.EventRetention)))
	if err != nil {
		return 0, fmt.Errorf("delete old events: %w", err)
	}
	return done.RowsAffected()
}
