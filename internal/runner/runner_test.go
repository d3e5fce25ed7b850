package runner_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/runner"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
	"github.com/almoner/almoner/internal/testpg"
)

func TestMain(m *testing.M) { testpg.Main(m) }

const work = fund.WorkProviderEvent

// world is a database with rows of work.
type world struct {
	*store.Store
	clock *testclock.Clock
	log   strings.Builder
	made  byte
}

func newWorld(t *testing.T, url string) *world {
	t.Helper()
	return &world{
		Store: storetest.OpenAt(t, url, store.Options{}), clock: testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)),
	}
}

// add adds a row that is due.
func (w *world) add(t *testing.T, due time.Time) fund.ID {
	t.Helper()
	w.made++
	id := fund.ID{0: 1, 15: w.made}
	must.Do(t, w.SaveProviderEvent(t.Context(), fund.ProviderEvent{ID: id, Provider: "p", EventID: fmt.Sprint(w.made), Header: "{}", Body: []byte{}, DueAt: due, ReceivedAt: due}))
	return id
}

// finish makes a row be done.
func (w *world) finish(ctx context.Context, row fund.ID) error {
	return w.Write(ctx, row, func(ctx context.Context, tx *store.Tx) error { return tx.ProviderEventApplied(ctx, row) })
}

func (w *world) due(t *testing.T) int {
	t.Helper()
	return len(must.Get(w.DueWork(t.Context(), work, w.clock.Now(), 1000))(t))
}

// runner is one node that works with do.
func (w *world) runner(do func(context.Context, fund.ID) error, change ...func(*runner.Options)) *runner.Runner {
	o := runner.Options{
		Store: w.Store, Now: w.clock.Now, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		Kinds: []runner.Kind{{Work: work, Do: do, AtOnce: 2, Lease: time.Minute}},
	}
	for _, c := range change {
		c(&o)
	}
	return runner.New(o)
}

// tally counts how often each row was worked on.
type tally struct {
	mu   sync.Mutex
	rows map[fund.ID]int
	// each gets every row.
	each chan fund.ID
}

func newTally() *tally { return &tally{rows: map[fund.ID]int{}, each: make(chan fund.ID, 1000)} }

func (c *tally) count(row fund.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows[row]++
	c.each <- row
}

func (c *tally) wantOnce(t *testing.T, rows int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.rows) != rows {
		t.Errorf("got %d rows worked on, want %d", len(c.rows), rows)
	}
	for row, n := range c.rows {
		if n != 1 {
			t.Errorf("row %s: got it worked on %d times, want once", row, n)
		}
	}
}

// TestNodesShareTheWork has two nodes with connections of their own, which run, or make a round at the same moment.
func TestNodesShareTheWork(t *testing.T) {
	t.Parallel()
	const rows = 60
	for name, running := range map[string]bool{"rounds": false, "running": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := storetest.Database(t)
			one, other := newWorld(t, url), newWorld(t, url)
			for range rows {
				one.add(t, one.clock.Now())
			}
			seen := newTally()
			ctx, stop := context.WithCancel(t.Context())
			var nodes sync.WaitGroup
			for _, w := range []*world{one, other} {
				r := w.runner(func(ctx context.Context, row fund.ID) error {
					seen.count(row)
					return w.finish(ctx, row)
				})
				nodes.Go(func() {
					if !running {
						r.Round(ctx, work)
					} else if err := r.Run(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			for range rows {
				<-seen.each
			}
			if running {
				stop()
			}
			nodes.Wait()
			stop()
			seen.wantOnce(t, rows)
		})
	}
}

// TestNoMoreThanAtOnce counts the rows that are worked on at the same time.
func TestNoMoreThanAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	for range 9 {
		w.add(t, w.clock.Now())
	}
	var busy, most atomic.Int64
	w.runner(func(ctx context.Context, row fund.ID) error {
		most.Store(max(most.Load(), busy.Add(1)))
		err := w.finish(ctx, row)
		busy.Add(-1)
		return err
	}).Round(t.Context(), work)
	if most.Load() > 2 || w.due(t) != 0 {
		t.Errorf("got %d rows at once and %d left, want two and none", most.Load(), w.due(t))
	}
}

// TestRowsThatStayDueRest lets work fail that does not move its row: the waits double from a second to five minutes. After a success they
// begin anew.
func TestRowsThatStayDueRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Database(t))
	w.add(t, w.clock.Now())
	tries, fails := 0, errors.New("no")
	r := w.runner(func(context.Context, fund.ID) error { tries++; return fails })
	want := 1
	for wait := time.Second; want < 14; wait = min(2*wait, 5*time.Minute) {
		r.Round(t.Context(), work)
		r.Round(t.Context(), work)
		w.clock.Advance(wait - time.Microsecond)
		r.Round(t.Context(), work)
		if tries != want {
			t.Fatalf("got %d tries, want %d, and a wait of %s", tries, want, wait)
		}
		w.clock.Advance(time.Microsecond)
		want++
	}
	fails = nil
	r.Round(t.Context(), work)
	fails = errors.New("no")
	r.Round(t.Context(), work)
	w.clock.Advance(time.Second)
	r.Round(t.Context(), work)
	if tries != want+2 {
		t.Errorf("got %d tries, want %d: a success makes the waits short again", tries, want+2)
	}
	if got := r.Failures(work); got != int64(tries-1) {
		t.Errorf("got %d failures, want %d", got, tries-1)
	}
}

// TestAKindMayRestShorter wakes a runner for a row that was worked on just before. The clock moves a millisecond with each wake.
func TestAKindMayRestShorter(t *testing.T) {
	t.Parallel()
	const times = 5
	w := newWorld(t, storetest.SQLite(t))
	w.add(t, w.clock.Now())
	began, seen := w.clock.Now(), newTally()
	r := w.runner(func(_ context.Context, row fund.ID) error { seen.count(row); return nil }, func(o *runner.Options) {
		o.Kinds[0].Rest = 5 * time.Millisecond
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for done := 0; done < times && w.clock.Now().Sub(began) < times*time.Second; {
		select {
		case <-seen.each:
			done++
		case <-tick.C:
			w.clock.Advance(time.Millisecond)
			r.Wake(work)
		}
	}
	stop()
	must.Do(t, <-ended)
	if took := w.clock.Now().Sub(began); took > time.Second {
		t.Errorf("got %d times of work after %s, want a rest of 5ms between them, not one of a second", times, took)
	}
}

// TestFailuresAreLoggedOnceAMinute counts the lines of many failures.
func TestFailuresAreLoggedOnceAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	for range 5 {
		w.add(t, w.clock.Now())
	}
	why := fault.New(fault.Unavailable, "The provider is away.")
	r := w.runner(func(ctx context.Context, row fund.ID) error {
		until := w.clock.Now().Add(59 * time.Second)
		return errors.Join(why, w.Write(ctx, row, func(ctx context.Context, tx *store.Tx) error { return tx.PostponeProviderEvent(ctx, row, "", until) }))
	})
	for _, lines := range []int{1, 1, 2} {
		r.Round(t.Context(), work)
		if got := strings.Count(w.log.String(), "\n"); got != lines {
			t.Fatalf("got the log %q, want %d lines", w.log.String(), lines)
		}
		w.clock.Advance(59 * time.Second)
	}
	if got := w.log.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "kind=provider_event failed=1 ") ||
		!strings.Contains(got, "failed=10 ") || !strings.Contains(got, "The provider is away.") {
		t.Errorf("got the log %q, want how many failed, and why", got)
	}
}

// TestAStopGivesRowsBack stops while two rows are worked on and others wait.
func TestAStopGivesRowsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Database(t))
	for range 5 {
		w.add(t, w.clock.Now())
	}
	ctx, stop := context.WithCancel(t.Context())
	begun := make(chan struct{}, 5)
	r := w.runner(func(ctx context.Context, _ fund.ID) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	<-begun
	<-begun
	if got := w.due(t); got != 0 {
		t.Errorf("got %d rows free, want all held", got)
	}
	stop()
	if err := <-ended; err != nil || w.due(t) != 5 || len(begun) != 0 || w.log.Len() > 0 {
		t.Errorf("got %v, %d rows free and the log %q, want all five given back in silence", err, w.due(t), w.log.String())
	}
}

// TestAKilledNodeDelaysItsRows has a node that never gave its rows back.
func TestAKilledNodeDelaysItsRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Database(t))
	w.add(t, w.clock.Now())
	_, err := w.ClaimWork(t.Context(), store.WorkClaim{
		Work: work, Holder: "killed", Now: w.clock.Now(), Until: w.clock.Now().Add(time.Minute), Limit: 9,
	})
	must.Do(t, err)
	seen := newTally()
	r := w.runner(func(ctx context.Context, row fund.ID) error { seen.count(row); return w.finish(ctx, row) })
	w.clock.Advance(time.Minute - time.Microsecond)
	r.Round(t.Context(), work)
	seen.wantOnce(t, 0)
	w.clock.Advance(time.Microsecond)
	r.Round(t.Context(), work)
	seen.wantOnce(t, 1)
}

// TestARunningNodeKeepsItsRows works on two rows for much longer than their leases while another waits, and then ends.
func TestARunningNodeKeepsItsRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.Database(t))
	for range 3 {
		w.add(t, w.clock.Now())
	}
	const lease = 300 * time.Millisecond
	seen, release := newTally(), make(chan struct{})
	r := w.runner(func(ctx context.Context, row fund.ID) error {
		seen.count(row)
		<-release
		return w.finish(ctx, row)
	}, func(o *runner.Options) { o.Kinds[0].Lease = lease })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	<-seen.each
	<-seen.each
	for range 4 {
		w.clock.Advance(lease / 2)
		renewed := w.clock.Now().Add(lease - time.Microsecond)
		for len(must.Get(w.DueWork(t.Context(), work, renewed, 9))(t)) > 0 { // until the test's deadline
			if got := w.due(t); got != 0 {
				t.Fatalf("got %d rows free, want all held", got)
			}
		}
	}
	close(release)
	<-seen.each
	stop()
	must.Do(t, <-ended)
	seen.wantOnce(t, 3)
}

// TestNothingIsDoneUntilReady leaves rows to whoever can work on them.
func TestNothingIsDoneUntilReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	w.add(t, w.clock.Now())
	var ready atomic.Bool
	seen := newTally()
	r := w.runner(func(ctx context.Context, row fund.ID) error { seen.count(row); return w.finish(ctx, row) }, func(o *runner.Options) {
		o.Kinds[0].Ready = func(time.Time) bool { return ready.Load() }
	})
	r.Round(t.Context(), work)
	seen.wantOnce(t, 0)
	ready.Store(true)
	r.Round(t.Context(), work)
	seen.wantOnce(t, 1)
}

// TestWorkNeedNotWaitForThePoll has rows that are done sooner than a poll each second would find them.
func TestWorkNeedNotWaitForThePoll(t *testing.T) {
	t.Parallel()
	for name, due := range map[string]time.Duration{"wake": 0, "hurry": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const rows = 12
			w := newWorld(t, storetest.SQLite(t))
			seen := newTally()
			r := w.runner(func(ctx context.Context, row fund.ID) error { defer seen.count(row); return w.finish(ctx, row) })
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- r.Run(ctx) }()
			began := time.Now()
			for range rows {
				row := w.add(t, w.clock.Now().Add(due))
				if due > 0 {
					r.Hurry(work, row)
				} else {
					r.Wake(work)
				}
				<-seen.each
			}
			if took := time.Since(began); took > (rows-2)*time.Second {
				t.Errorf("got %d rows done in %s, want them done before the polls", rows, took)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			seen.wantOnce(t, rows)
		})
	}
}

// TestAKindIsLookedUpAsOftenAsItSays has rows that become due with nobody to say so.
func TestAKindIsLookedUpAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	const rows = 12
	w := newWorld(t, storetest.SQLite(t))
	seen := newTally()
	r := w.runner(func(ctx context.Context, row fund.ID) error { defer seen.count(row); return w.finish(ctx, row) }, func(o *runner.Options) {
		o.Kinds[0].Poll = 20 * time.Millisecond
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	began := time.Now()
	for range rows {
		w.add(t, w.clock.Now())
		<-seen.each
	}
	if took := time.Since(began); took > (rows-2)*time.Second {
		t.Errorf("got %d rows done in %s, want them done before polls of a second", rows, took)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	seen.wantOnce(t, rows)
}

// TestKindsThatAreNotDone are passed over.
func TestKindsThatAreNotDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, storetest.SQLite(t))
	r := w.runner(nil)
	r.Wake(fund.WorkMail)
	r.Hurry(fund.WorkMail, fund.ID{1})
	r.Round(t.Context(), fund.WorkMail)
	if got := r.Failures(fund.WorkMail); got != 0 {
		t.Errorf("got %d failures, want none", got)
	}
}
