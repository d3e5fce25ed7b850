package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestRecordsOfManyPagesComeOnce reads two full pages and one more.
func TestRecordsOfManyPagesComeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		const many = 2001
		donations := make([]store.Completion, many)
		for i := range donations {
			donations[i] = a.donation(int64(i + 1))
			donations[i].At = epoch.Add(time.Duration(i/3) * time.Second)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.CompleteAll(ctx, donations) })
		filter := store.RecordFilter{Fact: a.cause.ID}
		records, entries := map[fund.ID]bool{}, map[fund.ID]bool{}
		err := s.EachRecord(t.Context(), filter, func(r fund.Record) error { records[r.ID] = true; return nil })
		if err == nil {
			err = s.EachMovement(t.Context(), filter, func(m fund.Movement) error { entries[m.ID] = m.Moved == m.Amount; return nil })
		}
		if err != nil || len(records) != many || len(entries) != many {
			t.Errorf("got %d records and %d entries, %v, want %d of each", len(records), len(entries), err, many)
		}
		ctx, stop := context.WithCancel(t.Context())
		seen := 0
		err = s.EachRecord(ctx, filter, func(fund.Record) error {
			if seen++; seen == 1 {
				stop()
			}
			return nil
		})
		if err == nil || seen == many {
			t.Errorf("got %v after %d records, want an end before the last", err, seen)
		}
	})
}
