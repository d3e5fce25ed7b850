package app_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// documented is a row of the tables in docs/events.md.
type documented struct {
	object fund.Object
	detail []string
	public bool
}

var eventRow = regexp.MustCompile("^\\| `([a-z_]+\\.[a-z_]+)` \\| ([a-z_]*) ?\\| [^|]+ \\| ([a-z, ]*?) ?\\| (everybody|managers|nobody) \\|$")

// documentedEvents reads the tables.
func documentedEvents(t *testing.T) map[fund.Topic]documented {
	t.Helper()
	text := must.Get(os.ReadFile("../../docs/events.md"))(t)
	rows := map[fund.Topic]documented{}
	for line := range strings.Lines(string(text)) {
		cells := eventRow.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if cells == nil {
			if strings.Count(line, "|") == 6 && strings.Contains(line, "`") {
				t.Errorf("got the row %q, want topic, subject, what it says, detail and whom it goes to", line)
			}
			continue
		}
		topic := fund.Topic(cells[1])
		if _, twice := rows[topic]; twice {
			t.Errorf("%s is documented twice", topic)
		}
		row := documented{object: fund.Object(cells[2]), public: cells[4] == "everybody"}
		if cells[3] != "" {
			row.detail = strings.Split(cells[3], ", ")
		}
		rows[topic] = row
	}
	return rows
}

func TestEveryTopicIsDocumented(t *testing.T) {
	t.Parallel()
	rows := documentedEvents(t)
	for _, topic := range fund.Topics() {
		row, found := rows[topic]
		switch {
		case !found:
			t.Errorf("%s is not in docs/events.md", topic)
		case row.object != topic.Object():
			t.Errorf("%s: got the subject %q in docs/events.md, want %q", topic, row.object, topic.Object())
		case row.public != topic.Public():
			t.Errorf("%s: got public %v in docs/events.md, want %v", topic, row.public, topic.Public())
		}
		delete(rows, topic)
	}
	for topic := range rows {
		t.Errorf("docs/events.md has %s, which is no topic", topic)
	}
}

// detailKeys are the keys of a detail that are set.
func detailKeys(d fund.Detail) []string {
	var keys []string
	for _, one := range []struct {
		key string
		set bool
	}{
		{"from", d.From != ""}, {"to", d.To != ""}, {"parent", !d.Parent.IsZero()}, {"donation", !d.Donation.IsZero()},
		{"amount", d.Amount != 0}, {"total", d.Total != 0}, {"left", d.Left != 0}, {"sample", len(d.Sample) > 0},
	} {
		if one.set {
			keys = append(keys, one.key)
		}
	}
	return keys
}

// walk does steps and compares what the feed brings of each with what is expected and documented.
type walk struct {
	*world
	t    *testing.T
	rows map[fund.Topic]documented
	feed *feed.Subscription
	wake func()
	seen map[fund.Topic][]string
	last fund.Event
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{world: newWorld(t), t: t, rows: documentedEvents(t), seen: map[fund.Topic][]string{}}
	follower := feed.New(feed.Options{Store: w.Store})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- follower.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	w.feed, w.wake = follower.Subscribe(0), follower.Wake
	w.until(w.position(t.Context(), t))
	return w
}

// until reads the feed up to a position.
func (w *walk) until(position int64) (events []fund.Event) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	for w.feed.Position() < position {
		w.wake()
		events = append(events, must.Get(w.feed.Next(ctx))(w.t)...)
	}
	return events
}

// step does something and requires the events, each "topic" or "topic from>to".
func (w *walk) step(name string, do func() error, want ...string) {
	w.t.Helper()
	w.later()
	must.Do(w.t, do())
	var got []string
	for _, e := range w.until(w.position(w.t.Context(), w.t)) {
		w.check(name, e)
		text := string(e.Topic)
		if e.Detail.From != "" || e.Detail.To != "" {
			text += " " + e.Detail.From + ">" + e.Detail.To
		}
		got = append(got, text)
		w.last = e
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("%s:\n got %s\nwant %s", name, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

// check compares an event with its row.
func (w *walk) check(name string, e fund.Event) {
	w.t.Helper()
	row := w.rows[e.Topic]
	w.seen[e.Topic] = append(w.seen[e.Topic], detailKeys(e.Detail)...)
	for _, key := range detailKeys(e.Detail) {
		if !slices.Contains(row.detail, key) {
			w.t.Errorf("%s: %s has the detail %s, want it documented", name, e.Topic, key)
		}
	}
	if e.Version != fund.EventVersion || e.Test || e.At.IsZero() {
		w.t.Errorf("%s: got %+v, want version %d, a time and no test", name, e, fund.EventVersion)
	}
	if e.Topic.Object() == "" || slices.Contains([]fund.Topic{fund.TopicFactLeft, fund.TopicFactJoined}, e.Topic) {
		return
	}
	if len(e.Facts) == 0 || !slices.Contains(e.Facts, w.cause.ID) && e.Facts[0] != e.Subject {
		w.t.Errorf("%s: %s names %v, want its fact and all ancestors", name, e.Topic, e.Facts)
		return
	}
	above, err := w.Store.ChainIDs(w.t.Context(), e.Facts[0])
	must.Do(w.t, err)
	if len(above) > 0 && (len(e.Facts) < len(above) || !slices.Equal(e.Facts[:len(above)], above)) {
		w.t.Errorf("%s: %s names %v, want it to begin with %v", name, e.Topic, e.Facts, above)
	}
}

// done requires that each row of the tables was seen, with all of its detail.
func (w *walk) done() {
	w.t.Helper()
	for topic, row := range w.rows {
		keys, seen := w.seen[topic]
		if !seen {
			w.t.Errorf("%s never occurs", topic)
		}
		for _, key := range row.detail {
			if seen && !slices.Contains(keys, key) {
				w.t.Errorf("%s never has the detail %s", topic, key)
			}
		}
	}
}

// err1 drops what a use case returns beside its error.
func err1[T any](_ T, err error) error { return err }

// TestEveryChangeIsAnEvent changes each object through all of its states.
func TestEveryChangeIsAnEvent(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	w.walkFacts()
	w.walkPolls()
	w.walkTargets()
	w.walkRewards()
	w.walkMilestones()
	w.walkCounters()
	w.walkTimers()
	w.walkDonations()
	w.walkMatches()
	w.walkAuction()
	w.walkOthers()
	w.walkServer()
	w.done()
}
