package live_test

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/live"
)

// artist draws the numbers from 1 on, each when it is told to go on.
type artist struct {
	drawn int
	goOn  chan struct{}
	until time.Time
}

func (a *artist) draw(context.Context) (string, time.Time, error) {
	a.drawn++
	number := strconv.Itoa(a.drawn)
	<-a.goOn
	return number, a.until, nil
}

// ask has pages ask for what the artist draws; drawings are what they get.
func (a *artist) ask(t *testing.T, s *live.Sharing[string, string], pages int, drawings chan<- string) {
	t.Helper()
	for range pages {
		go func() {
			got, err := s.Get(t.Context(), "key", a.draw)
			if err != nil {
				t.Error(err)
			}
			drawings <- got
		}()
	}
	synctest.Wait()
}

// counted counts what pages got.
func counted(drawings <-chan string, pages int) map[string]int {
	got := map[string]int{}
	for range pages {
		got[<-drawings]++
	}
	return got
}

// TestPagesShareDrawings has many pages ask while one drawing is made: they get one more together, which began after they asked.
func TestPagesShareDrawings(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, a, drawings := live.NewSharing[string, string](nil), &artist{goOn: make(chan struct{})}, make(chan string)
		const pages = 500
		a.ask(t, s, 1, drawings)
		a.ask(t, s, pages, drawings)
		close(a.goOn)
		if got := counted(drawings, pages+1); a.drawn != 2 || got["1"] != 1 || got["2"] != pages {
			t.Errorf("got %d drawings, and %v of each, want the first for one page, and one more for all others", a.drawn, got)
		}
		synctest.Wait()
		if n := live.SharedKeys(s); n != 0 {
			t.Errorf("got %d keys held for nobody", n)
		}
	})
}

// TestPagesShareWhatDidNotChange has pages ask for the same while nothing happens: one drawing serves them all, until something happens, or until it ends.
func TestPagesShareWhatDidNotChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var here atomic.Int64
		s, a, drawings := live.NewSharing[string, string](here.Load), &artist{goOn: make(chan struct{})}, make(chan string)
		const pages = 50
		a.ask(t, s, pages, drawings)
		a.goOn <- struct{}{}
		if got := counted(drawings, pages); got["1"] != pages {
			t.Errorf("got %v, want the first drawing for all", got)
		}
		a.ask(t, s, pages, drawings)
		if got := counted(drawings, pages); got["1"] != pages {
			t.Errorf("got %v while nothing happened, want the first drawing for all", got)
		}
		here.Add(1)
		a.ask(t, s, pages, drawings)
		here.Add(1) // while it is drawn: who asks from then on gets another one
		a.ask(t, s, pages, drawings)
		a.until = time.Now().Add(time.Second)
		a.goOn <- struct{}{}
		a.goOn <- struct{}{}
		if got := counted(drawings, 2*pages); got["2"] != pages || got["3"] != pages {
			t.Errorf("got %v after something happened, want one drawing for those who asked before the second thing, and one for those after it", got)
		}
		time.Sleep(time.Second)
		a.ask(t, s, 1, drawings)
		a.until = time.Time{}
		a.goOn <- struct{}{}
		if got := counted(drawings, 1); got["4"] != 1 {
			t.Errorf("got %v after the drawing ended, want a new one", got)
		}
		time.Sleep(live.DrawnFor)
		a.ask(t, s, 1, drawings)
		a.goOn <- struct{}{}
		if got := counted(drawings, 1); got["5"] != 1 {
			t.Errorf("got %v of an old drawing, want a new one", got)
		}
	})
}

// TestADrawingThatPanics ends the drawing for its page, and not the server.
func TestADrawingThatPanics(t *testing.T) {
	t.Parallel()
	s := live.NewSharing[string, string](nil)
	_, err := s.Get(t.Context(), "", func(context.Context) (string, time.Time, error) { panic("out of paint") })
	if err == nil || !strings.Contains(err.Error(), "out of paint") {
		t.Errorf("got %v, want what happened", err)
	}
}
