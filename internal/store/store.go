// Package store keeps everything in SQL: one text for SQLite and PostgreSQL.
//
// Reads go to a pool of readers. Writes go through lanes: a lane commits everything that is
// waiting in one transaction and answers each caller only after the commit is durable. A
// piece of work runs in its own savepoint, so that one failure fails alone; completing a
// donation, the hot path, is handed over as a slice (see Complete). Events are appended last
// in the same transaction, so that positions follow the order of commits.
//
// What must differ between the databases stands in dialect_sqlite.go and dialect_postgres.go.
package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Options are the parts of a store that a caller may choose.
type Options struct {
	// Log takes retries and broken connections; nil discards.
	Log *slog.Logger
	// Lanes is how many write lanes PostgreSQL gets beside that of the projection; 0 means 4. SQLite
	// always has one for everything.
	Lanes int
	// Now is the clock that completions are stamped with, and until which grants hold; nil is time.Now.
	Now func() time.Time
	// Mode is the mode of this node's payment provider, which the first donation gives to the database; "" for no
	// provider.
	Mode fund.Mode
	// Observe is called with the text of every statement that is about to run; nil for none. Statements that PostgreSQL's lanes send in one
	// batch are one text, joined by semicolons. It must be fast, and safe for concurrent use.
	Observe func(text string)
}

// Store is an open database.
type Store struct {
	Queries
	readers *sql.DB
	reading *prepared
	log     *slog.Logger
	observe func(text string)
	ownMode fund.Mode
	mode    modeCache
	// lanes are the write lanes. The last one is the projection's, and no other work's where there are
	// several.
	lanes  []*lane
	legacy legacyIDs
	// projectRows is about how many scores one transaction of the projection changes.
	projectRows int
	// rangeSize is the dialect's.
	rangeSize int
	// oldScores is set while scores of an older rule are stored.
	oldScores atomic.Bool
	// projectPieces is how many pieces its lane had done at the projection's last look.
	projectPieces atomic.Int64

	mu       sync.RWMutex
	onCommit []func([]fund.Event)
	onGroup  []func(size int)
	// onFailure is called for groups that were lost.
	onFailure []func(error)

	stop    context.CancelFunc
	stopped sync.WaitGroup
}

// querier is what reads and writes need of a connection, a pool or a transaction. Its errors went through answered.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) row
}

// Queries are the reads, which work on the store and inside a write alike.
type Queries struct {
	db      querier
	dialect dialect
	// oldBoards is set while leaderboards that were folded by an older rule are still served.
	oldBoards *atomic.Bool
	seals     *seals
	// now is the clock that completions are stamped with, and until which grants hold.
	now func() time.Time
}

// on is the same reads on another connection or in a transaction.
func (q Queries) on(db sqlQuerier) Queries {
	q.db = classified{on: db}
	return q
}

// Open opens the database at url ("sqlite:PATH" or "postgres://…") and starts its lanes. The schema is not touched;
// see Migrate. An error says in public words what cannot be used.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	d, err := dialectFor(url)
	if err != nil {
		return nil, err
	}
	readers, err := d.openReaders(ctx)
	if err != nil {
		return nil, err
	}
	reading := newPrepared(readers, o.Observe)
	s := &Store{
		Queries: Queries{db: classified{reading, d.gone}, dialect: d, oldBoards: &atomic.Bool{}, seals: &seals{}, now: o.Now}, reading: reading, readers: readers, log: o.Log, observe: o.Observe,
		ownMode: o.Mode, projectRows: projectRows, rangeSize: d.rangeSize(),
	}
	lanes, err := d.openLanes(ctx, o.Lanes)
	if err != nil {
		return nil, errors.Join(err, readers.Close())
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	for _, writer := range lanes {
		l := newLane(s, writer)
		s.lanes = append(s.lanes, l)
		s.stopped.Go(func() { l.run(running) })
	}
	return s, nil
}

// Close finishes the accepted writes and closes the database. Later writes are Unavailable.
func (s *Store) Close() error {
	for _, l := range s.lanes {
		l.close()
	}
	s.stopped.Wait()
	s.stop()
	s.reading.close()
	errs := []error{s.readers.Close()}
	for _, l := range s.lanes {
		errs = append(errs, l.writer.Close())
	}
	return errors.Join(errs...)
}

// Abandon gives up all writes that are under way, and all that wait: nobody else would end those that a database took and does not
// answer. Close must follow.
func (s *Store) Abandon() { s.stop() }

// OnCommit calls f with the events of every group, after its commit and before its callers are answered. Set it
// before the first write.
func (s *Store) OnCommit(f func([]fund.Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCommit = append(s.onCommit, f)
}

// OnGroup calls f with the size of each committed group.
func (s *Store) OnGroup(f func(size int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onGroup = append(s.onGroup, f)
}

// OnFailure calls f for every group that could not be committed, before its callers are answered. The caller of
// OnFailure also writes the log.
func (s *Store) OnFailure(f func(error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onFailure = append(s.onFailure, f)
}

// Ping reports whether the database answers: whether it can be opened, where it is a file, and a table can be read.
func (s *Store) Ping(ctx context.Context) error {
	err := s.dialect.look(ctx)
	if err == nil {
		var facts int
		err = s.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM facts LIMIT 1) AS first").Scan(&facts)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The database does not answer.")
	}
	return nil
}

// Write runs fn in a write lane and returns after its changes are durable. Work with the same lane id never runs
// concurrently, on any node, so that what it reads stays true until it ends; root facts are good lane ids. fn may run
// more than once when the database asks for a retry, and must change nothing but the database. When fn fails, none of
// its changes stay. The group's transaction is not bound to ctx: once work has begun it is finished.
func (s *Store) Write(ctx context.Context, laneID fund.ID, fn func(context.Context, *Tx) error) error {
	return s.lane(laneID).submit(ctx, &job{run: func(ctx context.Context, t *Tx) error {
		if err := s.dialect.lockLane(ctx, t, laneID); err != nil {
			return err
		}
		return fn(ctx, t)
	}})
}

func (s *Store) lane(id fund.ID) *lane {
	return s.lanes[int(id[len(id)-1])%max(1, len(s.lanes)-1)]
}

func (s *Store) projectLane() *lane { return s.lanes[len(s.lanes)-1] }

func (s *Store) committed(events []fund.Event, size int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, f := range s.onGroup {
		f(size)
	}
	if len(events) == 0 {
		return
	}
	s.Heard(events)
	for _, f := range s.onCommit {
		f(events)
	}
}

func (s *Store) failed(err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, f := range s.onFailure {
		f(err)
	}
}

// readTx runs fn in one read-only snapshot.
func (s *Store) readTx(ctx context.Context, fn func(Queries) error) error {
	return s.sameMoment(ctx, 1, func(all []Queries) error { return fn(all[0]) })
}
