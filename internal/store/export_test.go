package store

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
)

// Damage changes the database behind the store's back.
func Damage(tb testing.TB, s *Store, query string, args ...any) {
	tb.Helper()
	err := s.Write(tb.Context(), fund.ID{}, func(ctx context.Context, t *Tx) error {
		_, err := t.db.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}

// SmallProjections lets each transaction of the projection change few scores, so that many are needed.
func SmallProjections(s *Store) { s.projectRows = 10 }

// Scores are all rows of the leaderboards that are not zero, as text.
func Scores(ctx context.Context, tb rapid.TB, s *Store) map[string]int64 {
	tb.Helper()
	all := map[string]int64{}
	err := s.each(ctx, "SELECT fact_id, board, period, begins, entrant_id, score FROM scores WHERE score <> 0", nil,
		func(scan func(...any) error) error {
			var k scoreKey
			var score int64
			err := scan(&k.fact, &k.board, &k.period, &k.begins, &k.entrant, &score)
			all[k.fact.String()+" "+k.place()] = score
			return err
		})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}
