// Package runner does background work: rows of the database that are due at a time of their own, such as mails to be sent.
//
// What callers rely on:
//   - A row is worked on by one holder at a time, on whatever node: a lease in the database says who and until when. A running node renews
//     the leases of the rows that it holds; one that is killed delays its rows until they expire.
//   - Work that fails and moves the due time of its row has its own way of trying again. A row that stays due rests, longer after
//     each failure, up to retryLast.
//   - Rows are looked up each pollEvery, unless their kind says otherwise, and soon after a Wake.
//   - A runner that is stopped finishes the rows that it works on, and gives back the others.
package runner

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// pollEvery is how often due rows are looked up, and how long a row that is still due after its work rests, unless its kind says otherwise.
	pollEvery = time.Second
	// wakePause is how long a Wake waits for others that come with it.
	wakePause = 50 * time.Millisecond
	// retryFirst is how long a row that stays due rests after its work failed; it doubles with each failure, up to retryLast.
	retryFirst = time.Second
	retryLast  = 5 * time.Minute
	// claimsPerHand is how many rows are claimed for each that can be worked on at once, so that one write serves several.
	claimsPerHand = 4
	// renewals is how often a lease is renewed before it would expire: one that fails does no harm.
	renewals = 3
	// urgentRows is how many rows may wait to be worked on at once; the next poll finds what does not fit.
	urgentRows = 4096
	// logEvery is how often failures of a kind of work are logged at most.
	logEvery = time.Minute
	// stopWithin is how long giving back rows may take when the runner stops.
	stopWithin = 5 * time.Second
)

// Kind is how one kind of work is done.
type Kind struct {
	Work fund.Work
	// Do works on a row, which may be done already. An error is logged and counted.
	Do func(ctx context.Context, row fund.ID) error
	// AtOnce is how many rows this node works on at the same time.
	AtOnce int
	// Lease is how long nobody else works on a claimed row after its node was killed. It is renewed while the row waits or is worked on.
	Lease time.Duration
	// Rest is how long a row rests after work that did not fail; 0 is pollEvery. It must be shorter than wakePause where a Wake is to find a row
	// that was worked on just before.
	Rest time.Duration
	// Poll is how often due rows are looked up; 0 is pollEvery.
	Poll time.Duration
	// Ready reports whether anything can be done now; nil for always.
	Ready func(now time.Time) bool
}

// Options configure a Runner.
type Options struct {
	Store *store.Store
	Now   func() time.Time
	Log   *slog.Logger
	// Kinds are done in this order by a Round.
	Kinds []Kind
}

// Runner does the work of one node. It is safe for concurrent use.
type Runner struct {
	kinds []*kind
	store *store.Store
	now   func() time.Time
}

// New returns a Runner. It starts nothing.
func New(o Options) *Runner {
	r := &Runner{store: o.Store, now: o.Now}
	for _, k := range o.Kinds {
		r.kinds = append(r.kinds, &kind{
			Kind: k, store: o.Store, failures: failures{log: o.Log, now: o.Now},
			wake: make(chan struct{}, 1), urgent: make(chan fund.ID, urgentRows),
		})
	}
	return r
}

// Run works until ctx ends; then its error is nil. What fails is logged and tried again.
func (r *Runner) Run(ctx context.Context) error {
	if len(r.kinds) > 0 {
		r.kinds[0].failed(ctx, r.store.DropExpiredLeases(ctx, r.now()))
	}
	var running sync.WaitGroup
	for _, k := range r.kinds {
		running.Go(func() { k.run(ctx) })
	}
	running.Wait()
	return nil
}

// Round does everything of these kinds that is due now, once. Rows that another node works on are left to it.
func (r *Runner) Round(ctx context.Context, works ...fund.Work) {
	for _, k := range r.kinds {
		if slices.Contains(works, k.Work) {
			k.round(ctx)
		}
	}
}

// Hurry works on a row at once, without a lease, if there is room: its due time must be so far ahead that nobody else takes it meanwhile.
func (r *Runner) Hurry(work fund.Work, row fund.ID) {
	if k := r.kind(work); k != nil {
		select {
		case k.urgent <- row:
		default:
		}
	}
}

// Wake looks up due rows soon.
func (r *Runner) Wake(work fund.Work) {
	if k := r.kind(work); k != nil {
		select {
		case k.wake <- struct{}{}:
		default:
		}
	}
}

// Failures is how often work of a kind failed on this node.
func (r *Runner) Failures(work fund.Work) int64 {
	if k := r.kind(work); k != nil {
		return k.count.Load()
	}
	return 0
}

func (r *Runner) kind(work fund.Work) *kind {
	i := slices.IndexFunc(r.kinds, func(k *kind) bool { return k.Work == work })
	if i < 0 {
		return nil
	}
	return r.kinds[i]
}
