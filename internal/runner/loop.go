package runner

import (
	"cmp"
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// loop is one kind of work while it runs.
type loop struct {
	*kind
	holder string
	// queue are claimed rows that wait, finished those that were worked on. Neither is ever full.
	queue    chan *hold
	finished chan fund.Lease
	// held are the claimed rows that are in the queue or worked on, done are those that were, and wait to be left.
	held map[fund.ID]*hold
	done []fund.Lease
	// look is set when rows are to be looked up, more when the last look may have left some.
	look, more bool
}

// hold is a claimed row.
type hold struct {
	fund.Lease
	// until is when the lease expires, in microseconds; it is renewed while the row waits or is worked on.
	until atomic.Int64
}

// present is the lease as it is now.
func (h *hold) present() fund.Lease {
	l := h.Lease
	l.Until = time.UnixMicro(h.until.Load())
	return l
}

// run works until ctx ends.
func (k *kind) run(ctx context.Context) {
	l := &loop{
		kind: k, holder: rand.Text(), look: true,
		queue: make(chan *hold, k.batch()), finished: make(chan fund.Lease, k.batch()), held: map[fund.ID]*hold{},
	}
	var hands sync.WaitGroup
	for range k.AtOnce {
		hands.Go(func() { l.hand(ctx) })
	}
	l.claims(ctx)
	hands.Wait()
	k.drop(ctx, l.holder)
}

// hand works on one row after the other.
func (l *loop) hand(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case row := <-l.urgent:
			_ = l.do(ctx, row) // it is counted and logged, and its row is due soon
		case row := <-l.queue:
			l.finished <- l.work(ctx, row.present())
		}
	}
}

// claims keeps the queue filled until ctx ends.
func (l *loop) claims(ctx context.Context) {
	poll := time.NewTicker(cmp.Or(l.Poll, pollEvery))
	defer poll.Stop()
	renewal := time.NewTicker(l.Lease / renewals)
	defer renewal.Stop()
	for {
		l.fill(ctx)
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			l.look = true
		case <-l.wake:
			pause(ctx, wakePause)
			l.look = true
		case <-renewal.C:
			l.keep(ctx)
		case lease := <-l.finished:
			delete(l.held, lease.ID)
			l.done = append(l.done, lease)
		}
	}
}

// fill claims rows when that is due, or when half of those that were claimed before are done and there are more.
func (l *loop) fill(ctx context.Context) {
	free := l.batch() - len(l.held)
	if !l.look && (!l.more || 2*free < l.batch()) {
		return
	}
	l.look, l.more = false, false
	if !l.ready() {
		free = 0
	}
	if len(l.done) == 0 { // nothing is to be written unless something is due
		due, err := l.due(ctx)
		if err != nil || !due || free == 0 {
			l.failed(ctx, err)
			return
		}
	}
	leases, err := l.claim(ctx, l.holder, free, l.done)
	if err != nil {
		l.failed(ctx, err)
		return
	}
	l.done, l.more = nil, len(leases) > 0
	for _, lease := range leases {
		row := &hold{Lease: lease}
		row.until.Store(lease.Until.UnixMicro())
		l.held[lease.ID] = row
		l.queue <- row
	}
}

// keep renews the leases of the rows that are held. One that has expired is anybody's, and stays so.
func (l *loop) keep(ctx context.Context) {
	now := l.now().UnixMicro()
	var rows []fund.ID
	for id, row := range l.held {
		if row.until.Load() > now {
			rows = append(rows, id)
		}
	}
	if len(rows) == 0 {
		return
	}
	until, err := l.renew(ctx, l.holder, rows)
	if err != nil {
		l.failed(ctx, err)
		return
	}
	for _, id := range rows {
		l.held[id].until.Store(until.UnixMicro())
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
