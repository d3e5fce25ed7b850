package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// Ending is a table of parts of facts that end by time.
type Ending string

// The parts of facts that end by time.
const (
	EndingPolls   Ending = "polls"
	EndingTargets Ending = "targets"
	EndingRewards Ending = "rewards"
)

// endingRows are what ends by time and was not reported yet: parts of facts, timers that run or ran out, and facts that are live.
const endingRows = `(SELECT id, ends_at FROM polls WHERE enabled AND COALESCE(end_reported, 0) <> ends_at
	UNION ALL SELECT id, ends_at FROM targets WHERE enabled AND COALESCE(end_reported, 0) <> ends_at
	UNION ALL SELECT id, ends_at FROM rewards WHERE enabled AND COALESCE(end_reported, 0) <> ends_at AND NOT always_active
	UNION ALL SELECT id, ends_at FROM timers WHERE COALESCE(end_reported, 0) <> ends_at
	UNION ALL SELECT id, live_until FROM facts WHERE live_until IS NOT NULL)`

// ReportEnd notes that the end of a part is reported, if it has passed by an instant and was not. It returns whether that was so.
func (t *Tx) ReportEnd(ctx context.Context, of Ending, id fund.ID, now time.Time) (due bool, err error) {
	result, err := t.db.ExecContext(ctx, "UPDATE "+string(of)+
		" SET end_reported = ends_at WHERE id = $1 AND ends_at <= $2 AND COALESCE(end_reported, 0) <> ends_at", id, micros(now))
	if err != nil {
		return false, fmt.Errorf("end of %s %s: %w", of, id, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("end of %s %s: %w", of, id, err)
	}
	return n > 0, nil
}
