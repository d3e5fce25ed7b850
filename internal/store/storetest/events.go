package storetest

import (
	"bytes"
	"context"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testEvents appends events with every kind of detail and reads them back as those that follow the commit see them.
func testEvents(t *testing.T, w *world) {
	before := must.Get(w.s.LastPosition(t.Context()))(t)
	var committed []fund.Event
	w.s.OnCommit(func(events []fund.Event) { committed = append(committed, events...) })
	want := []fund.Event{
		{Topic: fund.TopicFactChanged, Subject: fund.ID{1}, Facts: []fund.ID{{1}, {2}}, At: start, Version: 1},
		{
			Topic: fund.TopicFactChanged, Subject: fund.ID{1}, Facts: []fund.ID{{1}}, Amount: -7, At: start, Version: 1,
			Detail: fund.Detail{From: "published", To: "retired", Parent: fund.ID{3}, Donation: fund.ID{4}, Amount: 5, Total: 6, Left: 7},
		},
	}
	rehearsal := fund.Event{
		Topic: fund.TopicDonationCompleted, Subject: fund.ID{5}, Facts: []fund.ID{{1}}, Amount: 9, At: start, Version: 1,
		Detail: fund.Detail{Sample: []byte(`{"name":"Zoë","amount":900}`)}, Test: true,
	}
	w.write(func(_ context.Context, tx *store.Tx) error {
		for _, e := range want {
			e.At = e.At.Add(300 * time.Nanosecond) // which the log does not hold
			tx.Append(e)
		}
		return tx.AppendTest(rehearsal)
	})
	want = append(want, rehearsal)
	for i := range want {
		want[i].Position = before + 1 + int64(i)
	}
	if !reflect.DeepEqual(committed, want) {
		t.Errorf("committed: got %+v, want %+v", committed, want)
	}
	if got := must.Get(w.s.EventsAfter(t.Context(), before, 9))(t); !reflect.DeepEqual(got, want) {
		t.Errorf("log: got %+v, want %+v", got, want)
	}
}

// testTestEvents refuses samples that no reader could use, at the edge of their size.
func testTestEvents(t *testing.T, w *world) {
	quoted := func(size int) []byte { return []byte(strconv.Quote(strings.Repeat("a", size-2))) }
	for _, c := range []struct {
		topic   fund.Topic
		sample  []byte
		refused bool
	}{
		{fund.TopicDonationCompleted, nil, false},
		{fund.TopicDonationCompleted, quoted(fund.MaxSampleBytes), false},
		{fund.TopicDonationCompleted, quoted(fund.MaxSampleBytes + 1), true},
		{fund.TopicDonationCompleted, []byte(`{"name":`), true},
		{fund.TopicFactLeft, nil, true},
		{fund.TopicOwnersJoined, nil, true},
	} {
		err := w.s.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
			return tx.AppendTest(fund.Event{Topic: c.topic, Subject: fund.ID{1}, Detail: fund.Detail{Sample: c.sample}, At: start})
		})
		if fault.Is(err, fault.Malformed) != c.refused {
			t.Errorf("%s with %d bytes %.10q: got %v, want refused %v", c.topic, len(c.sample), bytes.TrimSpace(c.sample), err, c.refused)
		}
	}
}

// testRehearsedScores has a test event of a donation that is stored: it must not count a second time.
func testRehearsedScores(t *testing.T, w *world) {
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	d := w.give(fact, 700)
	w.write(func(_ context.Context, tx *store.Tx) error {
		return tx.AppendTest(fund.Event{Topic: fund.TopicDonationCompleted, Subject: d.ID, Facts: []fund.ID{fact.ID, cause.ID}, Amount: 700, At: start})
	})
	w.catchUp()
	filter := store.BoardFilter{Fact: fact.ID, Board: fund.BoardDonor, Period: fund.PeriodAll}
	got := must.Get(w.s.Leaderboard(t.Context(), filter, page(9)))(t)
	if len(got) != 1 || got[0].Raised != 700 {
		t.Errorf("got %+v, want one donor with 700", got)
	}
	w.clean()
}
