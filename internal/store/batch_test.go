package store_test

import (
	"testing"

	"github.com/almoner/almoner/internal/store"
)

func TestRowsOfAStatementListTheSameColumns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows   [][]string
		panics bool
	}{
		"same columns":      {rows: [][]string{{"id", "name"}, {"id", "name"}}},
		"another order":     {rows: [][]string{{"id", "name"}, {"name", "id"}}, panics: true},
		"a column too few":  {rows: [][]string{{"id", "name"}, {"id"}}, panics: true},
		"a column too many": {rows: [][]string{{"id"}, {"id", "name"}}, panics: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if got := recover() != nil; got != c.panics {
					t.Errorf("got panic %t, want %t", got, c.panics)
				}
			}()
			store.AddRows(c.rows...)
		})
	}
}
