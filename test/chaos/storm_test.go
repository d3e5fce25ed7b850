package chaos_test

import (
	"context"
	"testing"
	"time"
)

const (
	// leastBetween is the shortest time between two steps of a storm; over a longer run there are at most mostSteps of them.
	leastBetween = 700 * time.Millisecond
	mostSteps    = 36
)

// step is something that breaks.
type step struct {
	name string
	do   func(*testing.T)
}

// steps is what breaks in turn.
func (r *run) steps(ctx context.Context) []step {
	cut := step{"cut readers and donors off", func(*testing.T) {
		for _, n := range r.nodes {
			n.front.Cut()
		}
	}}
	stall := step{"stall readers", func(*testing.T) {
		for i := 1; i < len(r.readers); i += 2 {
			r.readers[i].stall(r.length / 10)
		}
	}}
	all := []step{cut, stall, {"cut webhooks off", func(*testing.T) { r.wire.Cut() }}}
	trouble := r.db.trouble()
	var mixed []step
	for i := range max(len(r.nodes), len(all)) {
		mixed = append(mixed, step{"kill a node", func(t *testing.T) {
			t.Helper()
			n := r.nodes[i%len(r.nodes)]
			n.kill(t)
			r.kills++
			r.db.downtime(t)
			wait(ctx, 200*time.Millisecond)
			n.start(t)
		}}, all[i%len(all)])
		if i < len(trouble) {
			mixed = append(mixed, trouble[i])
		}
	}
	return mixed
}

// storm lets donations come in while one thing after the other breaks. A copy of the database is made on the way, and then a failover.
func (r *run) storm(ctx context.Context, t *testing.T) {
	t.Helper()
	r.began = time.Now()
	given := make(chan error, 1)
	go func() { given <- r.give(ctx, "chaos", int(r.length.Seconds()*rate)) }()
	between := max(leastBetween, r.length/mostSteps)
	steps := r.steps(ctx)
	failover := r.db.failover()
	for n := 0; n < len(steps) || time.Since(r.began) < r.length; n++ {
		wait(ctx, between)
		if failover != nil && time.Since(r.began) > r.length/3 {
			r.do(t, *failover)
			r.failovers++
			failover = nil
			continue
		}
		if r.kept.IsZero() && time.Since(r.began) > r.length/2 {
			r.kept = time.Now()
			r.db.keep(t)
		}
		r.do(t, steps[n%len(steps)])
	}
	if err := <-given; err != nil {
		t.Fatal(err)
	}
}

func (r *run) do(t *testing.T, s step) {
	t.Helper()
	began := time.Now()
	s.do(t)
	t.Logf("%5.1f s: %s (%v)", began.Sub(r.began).Seconds(), s.name, time.Since(began).Round(time.Millisecond))
}
