package feed

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// TestRareProjectionsRestWhileDonationsArrive looks again and again for eleven seconds at a log that never stops growing.
func TestRareProjectionsRestWhileDonationsArrive(t *testing.T) {
	t.Parallel()
	for what, of := range map[string]struct {
		more bool
		want int
	}{
		"all that there was": {false, 3},
		"a full transaction": {true, 55},
	} {
		synctest.Test(t, func(t *testing.T) {
			folds := 0
			p := rarely("rare", func(context.Context) (store.Folded, error) {
				folds++
				return store.Folded{Events: 9, More: of.more}, nil
			})
			for range 55 {
				must.Get(p.Fold(t.Context()))(t)
				time.Sleep(projectPause)
			}
			if folds != of.want {
				t.Errorf("after %s: got %d folds, want %d", what, folds, of.want)
			}
		})
	}
}
