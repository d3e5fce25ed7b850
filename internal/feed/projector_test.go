package feed_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

func TestProjectorFollowsTheLog(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	f := feed.New(feed.Options{Store: db})
	db.OnCommit(f.Committed)
	groups := make(chan int, 64)
	db.OnGroup(func(size int) { groups <- size })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- feed.NewProjector(f, feed.Leaderboards(db)).Run(ctx) }()
	<-groups // the leaderboards are begun
	for range 3 {
		appendEvents(t, db, 2)
		<-groups // the events
		<-groups // their projection, woken by them
	}
	if left, err := db.Project(t.Context()); left != 0 || err != nil {
		t.Errorf("got %d events left, %v, want that the projector folded all", left, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("got %v, want no error at the end", err)
	}
}

// TestProjectorWithNothingToDoRests has a projector that finds nothing to do look at once after a quiet while, and not at each of many groups, also one that people wait for.
func TestProjectorWithNothingToDoRests(t *testing.T) {
	t.Parallel()
	for pause, looks := range map[time.Duration]int64{0: 9, feed.SoonPause: 69} {
		t.Run(pause.String(), func(t *testing.T) { rests(t, pause, looks) })
	}
}

// rests wants a number of looks while 140 groups are committed within a second.
func rests(t *testing.T, pause time.Duration, wanted int64) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := feed.New(feed.Options{Store: openStore(t)})
		var looks atomic.Int64
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			done <- feed.NewProjector(f, feed.Projection{Name: "nothing", Pause: pause, Fold: func(context.Context) (int, error) {
				looks.Add(1)
				return 0, nil
			}}).Run(ctx)
		}()
		position := int64(0)
		commit := func() {
			position++
			f.Committed([]fund.Event{{Position: position}})
			synctest.Wait()
		}
		want := func(when string, want int64) {
			t.Helper()
			if got := looks.Swap(0); got != want {
				t.Errorf("%s: got %d looks, want %d", when, got, want)
			}
		}
		synctest.Wait()
		want("at the start", 1)
		time.Sleep(500 * time.Millisecond)
		commit()
		want("a group after a quiet while", 1)
		for range 140 {
			time.Sleep(7 * time.Millisecond)
			commit()
		}
		want("140 groups in a second", wanted)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("got %v, want no error at the end", err)
		}
	})
}
