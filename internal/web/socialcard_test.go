package web_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/web"
)

// TestCardsAreDrawnAFifthOfTheTime asks for a card after the other, each of which takes a tenth of a second, and for one that is kept.
func TestCardsAreDrawnAFifthOfTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const drawing, cards = 100 * time.Millisecond, 9
		shelf, began := web.NewCardShelf(time.Now), time.Now()
		draw := func() ([]byte, error) {
			time.Sleep(drawing)
			return []byte("card"), nil
		}
		for i := range byte(cards) {
			must.Get(shelf.Get(t.Context(), i, draw))(t)
		}
		if got, want := time.Since(began), (5*(cards-1)+1)*drawing; got != want {
			t.Errorf("got %d cards after %s, want them after %s", cards, got, want)
		}
		began = time.Now()
		must.Get(shelf.Get(t.Context(), cards-1, draw))(t)
		if took := time.Since(began); took > 0 {
			t.Errorf("got a card that is kept after %s, want it at once", took)
		}
		time.Sleep(time.Second) // the last rest
	})
}
