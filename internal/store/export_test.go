package store

import (
	"context"
	"testing"

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
