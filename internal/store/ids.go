package store

import (
	"context"
	"fmt"
	"sync"
)

// legacyBlock is how many donation ids a node reserves at once on PostgreSQL. The rest of a block is lost when the
// node stops.
const legacyBlock = 500

// legacyIDs holds the reserved ids of donations.
type legacyIDs struct {
	mu         sync.Mutex
	next, last int64
}

// legacyID returns the next legacy id of a kind.
func (t *Tx) legacyID(ctx context.Context, kind string) (int64, error) {
	return takeIDs(ctx, t.db, kind, 1)
}

// donationIDs returns n legacy ids for donations, in ascending order.
func (t *Tx) donationIDs(ctx context.Context, n int) ([]int64, error) {
	ids := make([]int64, 0, n)
	if !t.store.dialect.reservesIDs() {
		first, err := takeIDs(ctx, t.db, "donation", n)
		for i := range n {
			ids = append(ids, first+int64(i))
		}
		return ids, err
	}
	reserved := &t.store.legacy
	reserved.mu.Lock()
	defer reserved.mu.Unlock()
	for len(ids) < n {
		if reserved.next > reserved.last || reserved.next == 0 {
			first, err := takeIDs(ctx, classified{on: t.store.readers}, "donation", legacyBlock)
			if err != nil {
				return nil, err
			}
			reserved.next, reserved.last = first, first+legacyBlock-1
		}
		ids = append(ids, reserved.next)
		reserved.next++
	}
	return ids, nil
}

// takeIDs advances the sequence of a kind by n and returns the first of the new ids.
func takeIDs(ctx context.Context, db querier, kind string, n int) (int64, error) {
	var last int64
	err := db.QueryRowContext(ctx, `INSERT INTO sequences (kind, last) VALUES ($1, $2)
		ON CONFLICT (kind) DO UPDATE SET last = sequences.last + excluded.last RETURNING last`, kind, n).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("legacy id of a %s: %w", kind, err)
	}
	return last - int64(n) + 1, nil
}
