package runner

import (
	"cmp"
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// kind is one kind of work of a Runner.
type kind struct {
	Kind
	failures
	store  *store.Store
	wake   chan struct{}
	urgent chan fund.ID
}

// batch is how many rows are held at most.
func (k *kind) batch() int { return claimsPerHand * k.AtOnce }

func (k *kind) ready() bool { return k.Ready == nil || k.Ready(k.now()) }

// do works on a row, and counts and logs a failure.
func (k *kind) do(ctx context.Context, row fund.ID) error {
	err := k.Do(ctx, row)
	if ctx.Err() == nil {
		k.failed(ctx, err)
	}
	return err
}

// work works on a leased row, and returns the lease as it is to be left: resting. One that had to wait for too long is another's by now.
func (k *kind) work(ctx context.Context, l fund.Lease) fund.Lease {
	now := k.now()
	if !now.Before(l.Until) || !k.ready() || ctx.Err() != nil {
		l.Until = now
		return l
	}
	err := k.do(ctx, l.ID)
	now = k.now()
	if err == nil {
		l.Until, l.Failures = now.Add(cmp.Or(k.Rest, pollEvery)), 0
		return l
	}
	l.Until = now.Add(min(retryLast, retryFirst<<min(l.Failures, 12)))
	l.Failures++
	return l
}

// due reports whether there are rows that nobody works on.
func (k *kind) due(ctx context.Context) (bool, error) {
	rows, err := k.store.DueWork(ctx, k.Work, k.now(), 1)
	return len(rows) > 0, err
}

// claim leases up to limit rows, and leaves the done ones as they say.
func (k *kind) claim(ctx context.Context, holder string, limit int, done []fund.Lease) ([]fund.Lease, error) {
	now := k.now()
	return k.store.ClaimWork(ctx, store.WorkClaim{
		Work: k.Work, Holder: holder, Now: now, Until: now.Add(k.Lease), Limit: limit, Done: done,
	})
}

// renew keeps rows of a holder for as long as a new lease.
func (k *kind) renew(ctx context.Context, holder string, rows []fund.ID) (until time.Time, err error) {
	now := k.now()
	until = now.Add(k.Lease)
	return until, k.store.RenewLeases(ctx, store.WorkClaim{Work: k.Work, Holder: holder, Now: now, Until: until}, rows)
}

// drop gives back all rows of a holder.
func (k *kind) drop(ctx context.Context, holder string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	k.failed(ctx, k.store.DropLeases(ctx, k.Work, holder))
}

// round does all that is due, once: a row that is still due after its work is not worked on again.
func (k *kind) round(ctx context.Context) {
	holder := rand.Text()
	var done []fund.Lease
	for k.ready() && ctx.Err() == nil {
		due, err := k.due(ctx)
		if err != nil || !due {
			k.failed(ctx, err)
			break
		}
		leases, err := k.claim(ctx, holder, k.batch(), nil)
		if err != nil {
			k.failed(ctx, err)
			break
		}
		done = append(done, k.all(ctx, leases)...)
	}
	switch {
	case len(done) == 0:
		return
	case ctx.Err() != nil:
		k.drop(ctx, holder)
		return
	}
	for i, l := range done {
		if l.Failures == 0 {
			done[i].Until = k.now()
		}
	}
	_, err := k.claim(ctx, holder, 0, done)
	k.failed(ctx, err)
}

// all works on leased rows, AtOnce at a time.
func (k *kind) all(ctx context.Context, leases []fund.Lease) []fund.Lease {
	var working sync.WaitGroup
	free := make(chan struct{}, k.AtOnce)
	for i := range leases {
		free <- struct{}{}
		working.Go(func() {
			defer func() { <-free }()
			leases[i] = k.work(ctx, leases[i])
		})
	}
	working.Wait()
	return leases
}
