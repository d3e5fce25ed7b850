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
	// look is set when rows are to be looked up, more when the last look may have left some.
	look, more bool
}

// run works until ctx ends.
func (k *kind) run(ctx context.Context) {
	l := &loop{
		kind: k, holder: rand.Text(), look: true,
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
			l.look = true
		case <-l.wake:
			pause(ctx, wakePause)
			l.look = true
		case lease := <-l.finished:
			l.held--
			l.done = append(l.done, lease)
		}
	}
}

// fill claims rows when that is due, or when half of those that were claimed before are done and there are more.
func (l *loop) fill(ctx context.Context) {
	free := l.batch() - l.held
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
