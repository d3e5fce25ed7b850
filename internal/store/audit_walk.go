package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/almoner/almoner/internal/fund"
)

// auditReaders is how many connections read donations in parallel.
const auditReaders = 2

// idRange is the ids after first, up to and including last.
type idRange struct{ after, upTo []byte }

// The smallest and the largest id.
var (
	beforeIDs = []byte{}
	afterIDs  = []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")
)

// look reads a range of donations. It may be called concurrently, each time with a connection of its own.
type look func(ctx context.Context, q Queries, in idRange) error

// walkDonations calls each look with ranges that together cover every possible id, so that entries without a donation
// are seen too.
func (s *Store) walkDonations(ctx context.Context, readers []Queries, looks ...look) error {
	ranges, err := readers[0].donationRanges(ctx, s.rangeSize)
	if err != nil {
		return fmt.Errorf("ranges of donations: %w", err)
	}
	work := make(chan func(context.Context, Queries) error, len(ranges)*len(looks))
	for _, in := range ranges {
		for _, look := range looks {
			work <- func(ctx context.Context, q Queries) error { return look(ctx, q, in) }
		}
	}
	close(work)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var working sync.WaitGroup
	for _, q := range readers {
		working.Go(func() {
			for do := range work {
				if err := do(ctx, q); err != nil {
					stop(err)
				}
			}
		})
	}
	working.Wait()
	return context.Cause(ctx)
}

// donationRanges splits the ids into ranges of size donations each; one range for 0.
func (q Queries) donationRanges(ctx context.Context, size int) ([]idRange, error) {
	if size == 0 {
		return []idRange{{beforeIDs, afterIDs}}, nil
	}
	var all []idRange
	for after := beforeIDs; ; {
		var last fund.ID
		err := q.db.QueryRowContext(ctx, "SELECT id FROM donations WHERE id > $1 ORDER BY id LIMIT 1 OFFSET $2", after, size-1).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			return append(all, idRange{after, afterIDs}), nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, idRange{after, last[:]})
		after = last[:]
	}
}
