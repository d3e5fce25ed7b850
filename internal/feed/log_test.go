package feed_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/feed"
)

// TestAnEventFromBothSourcesEntersOnce delivers events in process while the same ones are being read from the log.
func TestAnEventFromBothSourcesEntersOnce(t *testing.T) {
	t.Parallel()
	for name, inProcess := range map[string]int{"none": 0, "some": 2, "all": 5} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openStore(t)
			appendEvents(t, db, 5)
			events, err := db.EventsAfter(t.Context(), 0, 5)
			if err != nil {
				t.Fatal(err)
			}
			f := feed.New(feed.Options{Store: db})
			s := f.Subscribe(0)
			// A read checks its context after the feed has chosen where it reads from.
			ctx := &hooked{Context: t.Context(), then: func() { f.Committed(events[:inProcess]) }}
			if err := f.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			read(t, s, 1, 5)
			if got := f.Position(); got != 5 {
				t.Errorf("got position %d, want 5", got)
			}
			appendEvents(t, db, 1)
			if err := f.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			read(t, s, 6, 6)
			if events, err := next(ended(t), t, s); err == nil {
				t.Errorf("got %v, want nothing more", events)
			}
		})
	}
}

// TestNoEventRepeatsWhileManyCommit reads the log all the time while others commit.
func TestNoEventRepeatsWhileManyCommit(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	f := feed.New(feed.Options{Store: db})
	db.OnCommit(f.Committed)
	s := f.Subscribe(0)
	var committing sync.WaitGroup
	for range 4 {
		committing.Go(func() {
			for range 50 {
				appendEvents(t, db, 1)
			}
		})
	}
	done := make(chan struct{})
	go func() { committing.Wait(); close(done) }()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	read(t, s, 1, 200)
}

func TestCommittedTakesOnlyWhatComesNext(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	appendEvents(t, db, 3)
	events, err := db.EventsAfter(t.Context(), 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	f := feed.New(feed.Options{Store: db})
	for _, c := range []struct {
		from, to int
		want     int64
	}{{0, 0, 0}, {1, 2, 0}, {0, 2, 2}, {0, 1, 2}, {1, 2, 2}, {0, 3, 2}, {2, 3, 3}} {
		if f.Committed(events[c.from:c.to]); f.Position() != c.want {
			t.Errorf("events %d to %d: got position %d, want %d", c.from+1, c.to, f.Position(), c.want)
		}
	}
	read(t, f.Subscribe(0), 1, 3)
}

// TestALogThatCannotBeReadIsReported has the database closed under the feed.
func TestALogThatCannotBeReadIsReported(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out := &lines{on: "event log cannot be read", then: cancel}
	if err := feed.New(feed.Options{Store: db, Log: slog.New(slog.NewTextHandler(out, nil))}).Run(ctx); err != nil {
		t.Errorf("got %v, want nil when its context ends", err)
	}
	if out.seen != 1 {
		t.Errorf("got %d warnings, want one", out.seen)
	}
}

// TestALogThatStaysUnreadableIsReportedOnce reads it a hundred times.
func TestALogThatStaysUnreadableIsReportedOnce(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	out := &lines{on: "event log cannot be read", then: func() {}}
	f := feed.New(feed.Options{Store: db, Log: slog.New(slog.NewTextHandler(out, nil))})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := f.Run(&asked{Context: ctx, wake: f.Wake, left: 100, cancel: cancel}); err != nil {
		t.Errorf("got %v, want nil when its context ends", err)
	}
	if out.seen != 1 {
		t.Errorf("got %d warnings, want one", out.seen)
	}
}

// asked is a context that wakes the feed each time it is asked whether it has ended, and ends after a number of times.
type asked struct {
	context.Context
	mu     sync.Mutex
	left   int
	wake   func()
	cancel func()
}

// Err wakes the feed.
func (a *asked) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left--; a.left == 0 {
		a.cancel()
	}
	a.wake()
	return a.Context.Err()
}

// lines is a log that does something when a text is written to it.
type lines struct {
	mu   sync.Mutex
	on   string
	then func()
	seen int
}

// Write takes one line.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.Contains(string(line), l.on) {
		l.seen++
		l.then()
	}
	return len(line), nil
}

// hooked is a context that runs a function on the first call of Done.
type hooked struct {
	context.Context
	once sync.Once
	then func()
}

// Done runs the function.
func (a *hooked) Done() <-chan struct{} {
	a.once.Do(a.then)
	return a.Context.Done()
}
