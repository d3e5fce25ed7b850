package chaos_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// totals wants everybody to be told what the API says, and the API to say what was given. Readers who resume are cut off for it, and told when they
// come back; the others hear of the next donation.
func (r *run) totals(ctx context.Context, t *testing.T) {
	t.Helper()
	for n := range 10 {
		if err := r.give(ctx, fmt.Sprintf("chaos-last-%d-%d", time.Now().UnixNano(), n), len(r.places)); err != nil {
			t.Fatal(err)
		}
		want := r.raisedNow(ctx, t)
		states := make([]int, len(r.readers))
		for i, rd := range r.readers {
			states[i] = rd.told()
		}
		if until(ctx, 2*time.Second, func() bool { return r.pushedAll(want) }) {
			for _, node := range r.nodes {
				node.front.Cut()
			}
			if !until(ctx, levelWithin, func() bool { return r.statesSince(states) }) {
				t.Error("not everybody came back for the present state")
			}
			for _, rd := range r.readers {
				if rd.resumes {
					r.sameTotals(t, rd, want)
				}
			}
			return
		}
	}
	for _, rd := range r.readers {
		r.sameTotals(t, rd, r.raisedNow(ctx, t))
	}
}

func (r *run) raisedNow(ctx context.Context, t *testing.T) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for _, place := range r.places {
		cents, err := r.raised(ctx, place)
		if err != nil {
			t.Fatal(err)
		}
		all[place.ID] = cents
	}
	return all
}

// told is how many states the reader got.
func (rd *reader) told() int {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	return rd.states
}

// statesSince reports whether each reader who resumes was told the present state since then.
func (r *run) statesSince(states []int) bool {
	for i, rd := range r.readers {
		if rd.resumes && rd.told() == states[i] {
			return false
		}
	}
	return true
}

// pushedAll reports whether each reader who does not resume was told the totals.
func (r *run) pushedAll(want map[string]int64) bool {
	for _, rd := range r.readers {
		if !rd.resumes && rd.differs(want) != "" {
			return false
		}
	}
	return true
}

// differs says which total of the reader is another one.
func (rd *reader) differs(want map[string]int64) string {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	for fact, cents := range want {
		if rd.totals[fact] != cents {
			return fmt.Sprintf("fact %s raised %d, want %d", fact, rd.totals[fact], cents)
		}
	}
	return ""
}

func (r *run) sameTotals(t *testing.T, rd *reader, want map[string]int64) {
	t.Helper()
	if text := rd.differs(want); text != "" {
		t.Errorf("%s: %s", rd.name, text)
	}
}

// ledger wants the facts to have raised what was acknowledged on top of what they had.
func (r *run) ledger(ctx context.Context, t *testing.T) {
	t.Helper()
	want := maps.Clone(r.before)
	for _, g := range r.book.all() {
		want[g.fact] += g.cents
	}
	for fact, cents := range r.raisedNow(ctx, t) {
		if cents != want[fact] {
			t.Errorf("fact %s raised %d, want %d, which were acknowledged", fact, cents, want[fact])
		}
	}
}

// nowhere is an address at which nobody listens.
const nowhere = "127.0.0.1:1"

// goBack restores an older copy of the database. While everybody is cut off, as many donations come in as the copy lacks, so that the positions of
// the readers are there again with other events: everybody who resumes is told that this is another history, once, and hears of what follows.
func (r *run) goBack(ctx context.Context, t *testing.T) {
	t.Helper()
	lost := 0
	for _, g := range r.book.all() {
		if g.told.After(r.kept) {
			lost++
		}
	}
	for _, n := range r.nodes {
		n.front.Point("tcp", nowhere)
		n.kill(t)
	}
	for _, rd := range r.readers {
		if !rd.resumes {
			rd.split()
		}
	}
	r.db.restore(t)
	for _, n := range r.nodes {
		n.start(t)
	}
	r.direct = true
	if err := r.giveEach(ctx, "chaos-between", lost, 0); err != nil {
		t.Fatal(err)
	}
	r.direct = false
	began := time.Now()
	for _, n := range r.nodes {
		n.front.Point("tcp", n.at)
	}
	reset := func() bool {
		for _, rd := range r.readers {
			if rd.resumes && rd.resets() == 0 {
				return false
			}
		}
		return strings.Contains(r.said.String(), "the history before is not this server's")
	}
	if !until(ctx, levelWithin, reset) {
		t.Fatal("not everybody was told that the history is another one")
	}
	t.Logf("everybody was told of the older copy after %v", time.Since(began).Round(time.Millisecond))
	r.book = book{}
	if err := r.give(ctx, "chaos-after", afterwards); err != nil {
		t.Fatal(err)
	}
	gifts := r.book.all()
	if !until(ctx, levelWithin, func() bool { return r.level(1, gifts) }) {
		t.Errorf("not everybody is level %v after the older copy was restored", levelWithin)
	}
	total := r.judge(t, 1, gifts)
	r.totals(ctx, t)
	r.audit(t)
	for _, rd := range r.readers {
		if n := rd.resets(); rd.resumes && n != 1 {
			t.Errorf("%s: got %d resets, want one", rd.name, n)
		}
	}
	t.Logf("after the older copy: %d donations, %d duplicates, %d gaps, longest until level %v", len(gifts), total.duplicates, total.gaps, total.longest.Round(time.Millisecond))
}

// resets is how many histories came after the first.
func (rd *reader) resets() int {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	return max(len(rd.histories)-1, 0)
}
