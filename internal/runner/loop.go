package runner

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// loop is one kind of work while it runs.
type loop struct {
	*kind
	holder string
	// queue are claimed rows that wait, finished those that were worked on. Neither is ever full.
	queue, finished chan fund.Lease
	// held is how many claimed rows are in the queue or worked on, done are those that were, and wait to be left.
	held int
	done []fund.Lease
	// due is set when rows are to be looked up, more when the last look left some.
	due, more bool
}

// run works until ctx ends.
func (k *kind) run(ctx context.Context) {
	l := &loop{
		kind: k, holder: rand.Text(), due: true,
		queue: make(chan fund.Lease, k.batch()), finished: make(chan fund.Lease, k.batch()),
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
		case lease := <-l.queue:
			l.finished <- l.work(ctx, lease)
		}
	}
}

// claims keeps the queue filled until ctx ends.
func (l *loop) claims(ctx context.Context) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		l.fill(ctx)
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
			l.due = true
		case <-l.wake:
			pause(ctx, wakePause)
			l.due = true
		case lease := <-l.finished:
			l.held--
			l.done = append(l.done, lease)
		}
	}
}

// fill claims rows when that is due, or when half of those that were claimed before are done and there are more.
func (l *loop) fill(ctx context.Context) {
	free := l.batch() - l.held
	if !l.due && !(l.more && 2*free >= l.batch()) {
		return
	}
	l.due, l.more = false, false
	if !l.ready() {
		free = 0
	}
	if free == 0 && len(l.done) == 0 {
		return
	}
	leases, err := l.claim(ctx, l.holder, free, l.done)
	if err != nil {
		l.failed(ctx, err)
		return
	}
	l.done = nil
	l.more = free > 0 && len(leases) == free
	l.held += len(leases)
	for _, lease := range leases {
		l.queue <- lease
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
