package chaos_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"
)

// tally is what a run comes to.
type tally struct {
	events, reconnects, duplicates, gaps int
	// longest is how long somebody who resumes took at most to hear of a donation that was acknowledged; who is who.
	longest time.Duration
	who     string
	// repeated are webhooks that came again under the same id, which is allowed.
	repeated int
}

// calm waits until everybody is level with the ledger, and judges what they saw.
func (r *run) calm(ctx context.Context, t *testing.T) {
	t.Helper()
	gifts := r.book.all()
	if !until(ctx, levelWithin, func() bool { return r.level(0, gifts) }) {
		t.Errorf("not everybody is level %v after the storm", levelWithin)
	}
	t.Logf("level %v after the last donation", time.Since(lastTold(gifts)).Round(time.Millisecond))
	total := r.judge(t, 0, gifts)
	r.totals(ctx, t)
	r.ledger(ctx, t)
	r.audit(t)
	t.Logf("%d donations in %v: %d events, %d reconnects, %d kills, %d failovers, %d duplicates, %d gaps, longest until level %v (%s), "+
		"%d webhooks came again under the same id, a donor waited %v at most", len(gifts), lastTold(gifts).Sub(r.began).Round(time.Second), total.events,
		total.reconnects, r.kills, r.failovers, total.duplicates, total.gaps, total.longest.Round(time.Millisecond), total.who, total.repeated,
		longestWait(gifts).Round(time.Millisecond))
}

func lastTold(gifts []gift) (last time.Time) {
	for _, g := range gifts {
		if g.told.After(last) {
			last = g.told
		}
	}
	return last
}

func longestWait(gifts []gift) (longest time.Duration) {
	for _, g := range gifts {
		longest = max(longest, g.told.Sub(g.due))
	}
	return longest
}

// level reports whether everybody who resumes has heard of all donations in a history.
func (r *run) level(history int, gifts []gift) bool {
	for _, rd := range r.readers {
		if rd.resumes && !heardOf(gifts, idsOf(rd.history(history))) {
			return false
		}
	}
	for _, path := range []string{pathOrdered, pathAny, pathListened} {
		ids := map[string]bool{}
		for _, h := range r.hooks.at(path) {
			ids[h.donation] = true
		}
		if !heardOf(gifts, ids) {
			return false
		}
	}
	return true
}

const completed = "donation.completed"

func idsOf(seen []sight) map[string]bool {
	ids := map[string]bool{}
	for _, s := range seen {
		if s.kind == completed {
			ids[s.id] = true
		}
	}
	return ids
}

func heardOf(gifts []gift, ids map[string]bool) bool {
	return !slices.ContainsFunc(gifts, func(g gift) bool { return !ids[g.id] })
}

// judge wants each of the donations at everybody, as often and in the order that was promised.
func (r *run) judge(t *testing.T, history int, gifts []gift) tally {
	t.Helper()
	var total tally
	first := r.readers[0].history(history)
	total.events = len(first)
	positions := map[string]int64{}
	for _, s := range first {
		if s.kind == completed {
			positions[s.id] = s.position
		}
	}
	for _, rd := range r.readers {
		seen := rd.history(history)
		v := &verdict{name: rd.name, gifts: gifts, positions: positions}
		if rd.resumes {
			v.increasing(seen)
			v.sameAs(first, r.readers[0].began[history], seen, rd.began[history])
			v.each(arrivalsOf(seen), 1)
		} else {
			v.whileConnected(seen)
		}
		connections, problems := rd.counts()
		v.problems = append(v.problems, problems...)
		v.tell(t, &total)
		total.reconnects += connections - 1
		t.Logf("%s: %d events, %d connections, longest until level %v", rd.name, len(seen), connections, v.longest.Round(time.Millisecond))
	}
	for _, path := range []string{pathOrdered, pathAny, pathListened} {
		got := r.hooks.at(path)
		v := &verdict{name: path, gifts: gifts, positions: positions}
		most := len(got)
		if path == pathListened {
			most = 1
		}
		v.each(deliveriesOf(got), most)
		v.oneID(got)
		if path != pathAny {
			v.inOrder(got)
		}
		v.tell(t, &total)
		if path != pathListened {
			total.repeated += v.repeated
		}
		t.Logf("%s: %d webhooks, %d again under the same id, longest until level %v", path, len(got), v.repeated, v.longest.Round(time.Millisecond))
	}
	return total
}

// arrival is something that told of a donation.
type arrival struct {
	donation string
	at       time.Time
}

func arrivalsOf(seen []sight) (all []arrival) {
	for _, s := range seen {
		if s.kind == completed {
			all = append(all, arrival{s.id, s.at})
		}
	}
	return all
}

func deliveriesOf(got []hook) (all []arrival) {
	for _, h := range got {
		all = append(all, arrival{h.donation, h.at})
	}
	return all
}

// verdict is about one subscriber.
type verdict struct {
	name      string
	gifts     []gift
	positions map[string]int64

	duplicates, gaps, repeated int
	longest                    time.Duration
	problems                   []string
}

func (v *verdict) problem(format string, args ...any) {
	v.problems = append(v.problems, fmt.Sprintf(format, args...))
}

// tell reports the problems, and adds to the total.
func (v *verdict) tell(t *testing.T, total *tally) {
	t.Helper()
	for _, text := range v.problems[:min(len(v.problems), mostProblems)] {
		t.Errorf("%s: %s", v.name, text)
	}
	if more := len(v.problems) - mostProblems; more > 0 {
		t.Errorf("%s: %d more problems", v.name, more)
	}
	total.duplicates += v.duplicates
	total.gaps += v.gaps
	if v.longest > total.longest {
		total.longest, total.who = v.longest, v.name
	}
}

// each wants every donation at least once and at most so often.
func (v *verdict) each(all []arrival, most int) {
	times := map[string]int{}
	first := map[string]time.Time{}
	for _, a := range all {
		if times[a.donation]++; times[a.donation] == 1 {
			first[a.donation] = a.at
		}
	}
	for _, g := range v.gifts {
		switch n := times[g.id]; {
		case n == 0:
			v.gaps++
			v.problem("donation %s, acknowledged at %s, never came", g.id, g.told.Format(time.StampMilli))
		case n > most:
			v.duplicates += n - 1
			v.problem("donation %s came %d times", g.id, n)
		}
		if at, came := first[g.id]; came {
			v.longest = max(v.longest, at.Sub(g.told))
		}
	}
}

// increasing wants events in the order of their positions, each once.
func (v *verdict) increasing(seen []sight) {
	for i := 1; i < len(seen); i++ {
		if seen[i].position <= seen[i-1].position {
			v.duplicates++
			v.problem("%s at %d after %s at %d", seen[i].kind, seen[i].position, seen[i-1].kind, seen[i-1].position)
		}
	}
}

// sameAs wants the events that somebody else saw, of all kinds, from where both had begun to where one of them is.
func (v *verdict) sameAs(other []sight, otherBegan int64, seen []sight, began int64) {
	from := max(otherBegan, began)
	to := min(lastOf(other), lastOf(seen))
	within := func(all []sight) map[int64]string {
		kinds := map[int64]string{}
		for _, s := range all {
			if s.position > from && s.position <= to {
				kinds[s.position] = s.kind + " " + s.id
			}
		}
		return kinds
	}
	theirs, own := within(other), within(seen)
	for position, what := range theirs {
		if own[position] != what {
			v.gaps++
			v.problem("got %q at %d, want %q, which another reader has there", own[position], position, what)
		}
	}
	for position, what := range own {
		if theirs[position] == "" {
			v.gaps++
			v.problem("got %q at %d, where another reader has nothing", what, position)
		}
	}
}

func lastOf(seen []sight) int64 {
	if len(seen) == 0 {
		return 0
	}
	return seen[len(seen)-1].position
}

// whileConnected wants no donation twice on a connection, and those of each channel in order: each is joined on its own.
func (v *verdict) whileConnected(seen []sight) {
	numbers := map[string]int64{}
	for _, g := range v.gifts {
		numbers[fmt.Sprint(g.number)] = v.positions[g.id]
	}
	last, connection := map[string]int64{}, -1
	for _, s := range seen {
		if s.connection != connection {
			last, connection = map[string]int64{}, s.connection
		}
		position, known := numbers[s.id]
		if known && position <= last[s.fact] {
			v.duplicates++
			v.problem("donation %s of position %d after %d on connection %d", s.id, position, last[s.fact], s.connection)
		}
		last[s.fact] = max(last[s.fact], position)
	}
}

// oneID wants each of the donations under one id, whatever number of times it comes.
func (v *verdict) oneID(got []hook) {
	ids, seen, given := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, g := range v.gifts {
		given[g.id] = true
	}
	for _, h := range got {
		if !given[h.donation] {
			continue
		}
		if before, known := ids[h.donation]; known && before != h.message {
			v.duplicates++
			v.problem("donation %s came as the messages %s and %s", h.donation, before, h.message)
		}
		ids[h.donation] = h.message
		if seen[h.message] {
			v.repeated++
		}
		seen[h.message] = true
	}
}

// inOrder wants the first arrivals of the donations of each fact in the order of their positions.
func (v *verdict) inOrder(got []hook) {
	came, last := map[string]bool{}, map[string]int64{}
	for _, h := range got {
		position, known := v.positions[h.donation]
		if !known || came[h.donation] {
			continue
		}
		came[h.donation] = true
		if position < last[h.fact] {
			v.problem("donation %s of position %d after one of %d", h.donation, position, last[h.fact])
		}
		last[h.fact] = max(last[h.fact], position)
	}
}
