package stage

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/almoner/almoner/internal/live"
)

// TestPagesShareFrames has many pages ask while one frame is drawn: they get one more together, which began after they asked.
func TestPagesShareFrames(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sharing{next: map[frameKey]*drawing{}}
		goOn, drawn := make(chan struct{}), 0
		got := map[string]int{}
		frames := make(chan string)
		ask := func() {
			f, err := s.frame(t.Context(), frameKey{"key", "en"}, func(context.Context) (live.Frame, error) {
				drawn++
				body := strconv.Itoa(drawn)
				<-goOn
				return live.Frame{Body: []byte(body)}, nil
			})
			if err != nil {
				t.Error(err)
			}
			frames <- string(f.Body)
		}
		const pages = 500
		go ask()
		synctest.Wait()
		for range pages {
			go ask()
		}
		synctest.Wait()
		close(goOn)
		for range pages + 1 {
			got[<-frames]++
		}
		if drawn != 2 || got["1"] != 1 || got["2"] != pages {
			t.Errorf("got %d frames drawn, and %v of each, want the first for one page, and one more for all others", drawn, got)
		}
		synctest.Wait()
		if len(s.next) != 0 {
			t.Errorf("got %d frames about to be drawn for nobody", len(s.next))
		}
	})
}

// TestAFrameThatPanics ends the drawing for its page, and not the server.
func TestAFrameThatPanics(t *testing.T) {
	t.Parallel()
	s := &sharing{next: map[frameKey]*drawing{}}
	_, err := s.frame(t.Context(), frameKey{}, func(context.Context) (live.Frame, error) { panic("out of paint") })
	if err == nil || !strings.Contains(err.Error(), "out of paint") {
		t.Errorf("got %v, want what happened", err)
	}
}
