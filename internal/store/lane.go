package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/killpoint"
)

const (
	// groupSize is how many pieces of work one transaction takes at most: enough to share one disk sync among all,
	// few enough that nobody waits long.
	groupSize = 256
	// laneQueue is how many pieces may wait for a lane; the next caller blocks.
	laneQueue = 1024
	// gatherYields is how often a lane lets others run while a group is small: some tens of
	// microseconds where there is nothing else to do.
	gatherYields = 40
	// groupTries is how often a group is tried after a deadlock.
	groupTries = 5
)

// lane runs writes in groups, one after the other, on one connection.
type lane struct {
	store    *Store
	writer   *sql.DB
	conn     *sql.Conn
	prepared *prepared
	jobs     chan *job
	// next is work that was taken from the queue and waits for the group before it.
	next *job
	// lastGroup is the size of the previous group.
	lastGroup int
	// careful is set when the group is retried with a savepoint for each donation.
	careful bool

	// pieces counts the work that did not run alone.
	pieces atomic.Int64

	mu     sync.RWMutex
	closed bool
}

// job is one piece of work: a closure, an incoming donation, rows to insert, a provider event, or a change.
type job struct {
	run      func(context.Context, *Tx) error
	incoming *incomingDonation
	// put holds rows that cannot be refused; a group inserts those of the same table at once.
	put *batchStatement
	// change is a statement that cannot be refused; a group sends all of them at once.
	change *batchStatement
	// event is a provider event to journal, which cannot be refused; a group inserts all of them at once.
	event *fund.ProviderEvent
	// alone marks work with a transaction of its own and no savepoint, which would double the cost where many rows
	// change.
	alone bool
	// within is how long somebody waits for it; 0 for as long as it takes.
	within time.Duration
	// taken is set by the lane when it begins the job, or by a caller who gives up before that.
	taken atomic.Bool
	done  chan error
}

func newLane(s *Store, writer *sql.DB) *lane {
	return &lane{store: s, writer: writer, jobs: make(chan *job, laneQueue)}
}

// submit hands a job to the lane and waits for its result. A caller that gives up while the job waits for the queue
// gets an error; once the job is queued, the result is the commit's. A job of somebody who waits (see Awaited) that has not
// begun in time is withdrawn; one that has is always waited for, so that its result is known as far as it can be.
func (l *lane) submit(ctx context.Context, j *job) error {
	j.done, j.within = make(chan error, 1), limitOf(ctx)
	ctx, cancel := within(ctx, j.within)
	defer cancel()
	if err := l.enqueue(ctx, j); err != nil {
		return err
	}
	if j.within == 0 {
		return <-j.done
	}
	patience := time.NewTimer(j.within)
	defer patience.Stop()
	select {
	case err := <-j.done:
		return err
	case <-patience.C:
		if j.taken.CompareAndSwap(false, true) {
			return answered(fmt.Errorf("a write has not begun after %s: %w", j.within, context.DeadlineExceeded))
		}
		return <-j.done
	}
}

func (l *lane) enqueue(ctx context.Context, j *job) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return fault.New(fault.Unavailable, "The server is stopping; try again in a moment.")
	}
	select {
	case l.jobs <- j:
		return nil
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Unavailable, "The server is busy; try again in a moment.")
	}
}

// close refuses further work; run ends when the queued work is done.
func (l *lane) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.jobs)
	}
}

func (l *lane) run(ctx context.Context) {
	for first := range l.jobs {
		for l.next = first; l.next != nil; {
			first, l.next = l.next, nil
			l.finish(ctx, l.gather(first))
		}
	}
	l.disconnect()
}

// gather takes everything that waits, up to a group. Callers who were just answered are about to come back: while the
// group is smaller than the previous one, it yields to them a few times, so that one transaction serves more of them.
// Waiting longer was measured and does not pay: while one half is committed, the other half arrives.
func (l *lane) gather(first *job) []*job {
	if first.alone {
		return []*job{first}
	}
	group := l.drain(append(make([]*job, 0, max(l.lastGroup, 1)), first))
	for yields := 0; yields < gatherYields && len(group) < l.lastGroup && l.next == nil; yields++ {
		runtime.Gosched()
		group = l.drain(group)
	}
	l.lastGroup = len(group)
	return group
}

// drain adds waiting work, up to work that runs alone.
func (l *lane) drain(group []*job) []*job {
	for len(group) < groupSize {
		select {
		case j, open := <-l.jobs:
			if !open {
				return group
			}
			if j.alone {
				l.next = j
				return group
			}
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// patienceOf is how long a group may take: as long as the least patient of those who wait for it, 0 for as long as it takes. Background
// work that shares a group with them tries again when the database does not answer; groups of its own would make many small groups, since its
// work and that of requests take turns.
func patienceOf(group []*job) time.Duration {
	var least time.Duration
	for _, j := range group {
		if j.within > 0 && (least == 0 || j.within < least) {
			least = j.within
		}
	}
	return least
}

// finish commits a group and answers all its callers, but those who gave up.
func (l *lane) finish(ctx context.Context, group []*job) {
	group = slices.DeleteFunc(group, func(j *job) bool { return !j.taken.CompareAndSwap(false, true) })
	if len(group) == 0 {
		return
	}
	ctx, cancel := within(ctx, patienceOf(group))
	defer cancel()
	var results []error
	var events []fund.Event
	var err error
	l.careful = false
	if !group[0].alone {
		l.pieces.Add(int64(len(group)))
	}
	for range groupTries {
		results, events, err = l.commit(ctx, group)
		if !l.again(err) {
			break
		}
		l.store.log.Debug("write group begins again", "size", len(group), "cause", err)
	}
	if err != nil {
		err = lost(fmt.Errorf("write group of %d: %w", len(group), err))
		l.store.failed(err)
		for _, j := range group {
			j.done <- err
		}
		return
	}
	l.store.committed(events, len(group))
	for i, j := range group {
		j.done <- results[i]
	}
}

// lost is the fault of a group that was not committed, as far as is known.
func lost(err error) error {
	if errors.Is(err, ErrUnknown) {
		return fault.Wrap(err, fault.Unavailable, "The database did not say whether this was done. Look before you do it again.")
	}
	return fault.Wrap(err, fault.Unavailable, "The database cannot take this now; try again in a moment.")
}

// commit runs a group in one transaction. The error is that of the whole group; results are those of its pieces.
func (l *lane) commit(ctx context.Context, group []*job) (results []error, events []fund.Event, err error) {
	tx, err := l.begin(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			l.abandon(ctx)
		}
	}()
	results, err = l.work(ctx, tx, group)
	if err != nil {
		return nil, nil, err
	}
	if err := tx.writeEvents(ctx); err != nil {
		return nil, nil, err
	}
	if err := l.store.dialect.gone(); err != nil {
		return nil, nil, fmt.Errorf("commit: %w", err)
	}
	killpoint.Reach(killpoint.Committing)
	if _, err := l.prepared.ExecContext(ctx, "COMMIT"); err != nil {
		return nil, nil, fmt.Errorf("commit: %w", uncommitted(err))
	}
	killpoint.Reach(killpoint.Committed)
	return results, tx.events, nil
}

// work runs the closures, each in its savepoint, and then the donations as one slice. The order is not observable:
// all callers are waiting.
func (l *lane) work(ctx context.Context, tx *Tx, group []*job) ([]error, error) {
	results := make([]error, len(group))
	var incoming []*incomingDonation
	var places []int
	var puts, changes []batchStatement
	var journaled []*fund.ProviderEvent
	for i, j := range group {
		switch {
		case j.incoming != nil:
			incoming, places = append(incoming, j.incoming), append(places, i)
			continue
		case j.put != nil:
			puts = together(puts, *j.put)
			continue
		case j.change != nil:
			changes = append(changes, *j.change)
			continue
		case j.event != nil:
			journaled = append(journaled, j.event)
			continue
		case j.alone:
			return results, guarded(ctx, tx, j.run)
		}
		results[i] = counted(tx.savepoint(ctx, func() error { return guarded(ctx, tx, j.run) }))
		if l.fatal(results[i]) {
			return nil, results[i]
		}
	}
	events, err := tx.journal(ctx, journaled)
	if err != nil {
		return nil, err
	}
	if err := l.store.dialect.run(ctx, tx, slices.Concat(puts, events, changes)...); err != nil {
		return nil, fmt.Errorf("rows of a group: %w", err)
	}
	refused, err := l.complete(ctx, tx, incoming, group)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		results[place] = refused[i]
	}
	return results, nil
}

// together adds the rows of a statement to those for the same table.
func together(all []batchStatement, more batchStatement) []batchStatement {
	for i := range all {
		if all[i].insert == more.insert {
			all[i].values = append(all[i].values, more.values...)
			return all
		}
	}
	more.values = slices.Clone(more.values)
	return append(all, more)
}

// complete records the donations. A group of donations alone needs no savepoint as long as all succeed: otherwise the
// group is retried carefully.
func (l *lane) complete(ctx context.Context, tx *Tx, incoming []*incomingDonation, group []*job) ([]error, error) {
	if l.careful || slices.ContainsFunc(group, func(j *job) bool { return j.run != nil }) {
		return tx.complete(ctx, incoming)
	}
	refused, err := tx.completeSlice(ctx, incoming, nil)
	if err != nil {
		return nil, careless{err}
	}
	return refused, nil
}

// careless marks an error that a careful retry of the group may avoid.
type careless struct{ error }

func (c careless) Unwrap() error { return c.error }

// again reports whether a group is worth another try, and makes that one careful where needed.
func (l *lane) again(err error) bool {
	var c careless
	if errors.As(err, &c) {
		l.careful = true
		return true
	}
	return err != nil && l.store.dialect.retry(err)
}

// fatal reports whether the error loses the whole group.
func (l *lane) fatal(err error) bool {
	var b broken
	return errors.As(err, &b) || err != nil && l.store.dialect.retry(err)
}

// guarded turns a panic of one piece into its error, so that the lane survives.
func guarded(ctx context.Context, tx *Tx, run func(context.Context, *Tx) error) (err error) {
	defer func() {
		tx.At(time.Time{})
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", p, debug.Stack())
		}
	}()
	return run(ctx, tx)
}

func (l *lane) begin(ctx context.Context) (*Tx, error) {
	if err := l.store.dialect.gone(); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if l.conn == nil {
		conn, err := l.writer.Conn(ctx)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		l.conn, l.prepared = conn, newPrepared(conn, l.store.observe)
	}
	if _, err := l.prepared.ExecContext(ctx, l.store.dialect.begin()); err != nil {
		l.disconnect()
		return nil, fmt.Errorf("begin: %w", err)
	}
	return &Tx{Queries: l.store.on(l.prepared), store: l.store, conn: l.conn}, nil
}

// abandon rolls back a transaction that cannot be committed; a connection that cannot even do that is discarded.
func (l *lane) abandon(ctx context.Context) {
	if _, err := l.prepared.ExecContext(ctx, "ROLLBACK"); err != nil {
		l.disconnect()
	}
}

// disconnect discards the connection, so that the next group begins on a new one.
func (l *lane) disconnect() {
	if l.conn == nil {
		return
	}
	l.store.dialect.hangUp(l.conn)
	l.prepared.close()
	_ = l.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = l.conn.Close()
	l.conn, l.prepared = nil, nil
}
