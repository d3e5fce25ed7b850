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
		{fund.TopicTokenRevoked, nil, true},
		{"incentive.changed", nil, true},
	} {
		err := w.s.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
			return tx.AppendTest(fund.Event{Topic: c.topic, Subject: fund.ID{1}, Detail: fund.Detail{Sample: c.sample}, At: start})
		})
		if fault.Is(err, fault.Malformed) != c.refused {
			t.Errorf("%s with %d bytes %.10q: got %v, want refused %v", c.topic, len(c.sample), bytes.TrimSpace(c.sample), err, c.refused)
		}
	}
}

// testCrossings passes a goal, a target and milestones within one group, and the goal once more after a refund.
func testCrossings(t *testing.T, w *world) {
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact", func(f *fund.Fact) { f.Goal = 1000 })
	target := fund.Target{ID: w.id(), FactID: fact.ID, Name: "Dance", Amount: 500, Enabled: true}
	milestones := []fund.Milestone{{Amount: 300, Enabled: true}, {Amount: 600}, {Amount: 900, Enabled: true}, {Amount: 5000, Enabled: true}, {Amount: 4000}}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		err := tx.InsertTarget(ctx, &target)
		for i := range milestones {
			milestones[i].ID, milestones[i].FactID = w.id(), fact.ID
			err = first(err, tx.InsertMilestone(ctx, &milestones[i]))
		}
		return err
	})
	before := must.Get(w.s.LastPosition(t.Context()))(t)
	read := func(what string, want ...fund.Event) {
		t.Helper()
		got := must.Get(w.s.EventsAfter(t.Context(), before, 99))(t)
		for i, e := range got {
			before = e.Position
			if len(e.Facts) != 3 || e.Facts[0] != fact.ID {
				t.Errorf("%s: %s names %v, want the fact, its cause and its user", what, e.Topic, e.Facts)
			}
			got[i] = fund.Event{Topic: e.Topic, Subject: e.Subject, Detail: e.Detail}
		}
		same(t, what, got, want)
	}
	toward := func(c *store.Completion) { c.Donation.Target = &fund.Ref{ID: target.ID} }
	gifts := []store.Completion{w.completion(fact, 300, toward), w.completion(fact, 300, toward), w.completion(fact, 300), w.completion(fact, 300)}
	completed := func(i int) fund.Event {
		return fund.Event{Topic: fund.TopicDonationCompleted, Subject: gifts[i].Donation.ID}
	}
	reached := func(i, by int, total int64) fund.Event {
		return fund.Event{Topic: fund.TopicMilestoneReached, Subject: milestones[i].ID, Detail: fund.Detail{
			From: "open", To: "reached", Donation: gifts[by].Donation.ID, Amount: milestones[i].Amount, Total: total,
		}}
	}
	goal := func(by fund.ID) fund.Event {
		return fund.Event{Topic: fund.TopicFactGoalReached, Subject: fact.ID, Detail: fund.Detail{Donation: by, Amount: 1000, Total: 1200}}
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.CompleteAll(ctx, gifts) })
	read("one group",
		completed(0), reached(0, 0, 300),
		completed(1), fund.Event{Topic: fund.TopicTargetMet, Subject: target.ID, Detail: fund.Detail{
			From: "open", To: "met", Donation: gifts[1].Donation.ID, Amount: 500, Total: 600,
		}},
		completed(2), reached(2, 2, 900),
		completed(3), goal(gifts[3].Donation.ID),
		fund.Event{Topic: fund.TopicMilestoneNext, Subject: milestones[3].ID, Detail: fund.Detail{Amount: 5000, Total: 1200}},
	)
	must.Get(w.refund(gifts[0].Donation, 300))(t)
	read("below the goal", fund.Event{
		Topic: fund.TopicDonationRefunded, Subject: gifts[0].Donation.ID, Detail: fund.Detail{From: "completed", To: "refunded"},
	})
	again := w.give(fact, 300)
	read("the goal again", fund.Event{Topic: fund.TopicDonationCompleted, Subject: again.ID}, goal(again.ID))
	w.clean()
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
