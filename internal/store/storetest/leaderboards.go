package storetest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// catchUp folds all events into the leaderboards.
func (w *world) catchUp() {
	w.tb.Helper()
	for {
		done, err := w.s.Project(w.tb.Context())
		if err != nil {
			w.tb.Fatalf("project: %v", err)
		}
		if done == 0 {
			return
		}
	}
}

func testLeaderboards(t *testing.T, w *world) {
	ctx := t.Context()
	cause, other := w.cause("cause"), w.cause("other")
	ann, bob, eve, red, blue := w.user("ann"), w.user("bob"), w.user("eve"), w.team("red"), w.team("blue")
	event := w.event(cause, "event")
	teamCampaign := func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign }
	top := w.campaign(cause, ann, "top", in(event), teamCampaign, forTeam(red))
	ofAnn := w.campaign(cause, ann, "of-ann", in(event), supporting(top), forTeam(red))
	ofBob := w.campaign(cause, bob, "of-bob", in(event), forTeam(blue))
	person := w.campaign(cause, bob, "person", func(f *fund.Fact) { f.Kind = fund.KindPersonalCampaign })
	w.campaign(cause, eve, "nothing", in(event))
	elsewhere := w.campaign(other, eve, "elsewhere")
	week := start.AddDate(0, 0, 7)
	w.give(top, 1000, at(start))
	w.give(ofAnn, 50, at(start))
	w.give(ofAnn, 5, at(week))
	w.give(ofBob, 30, at(week))
	w.give(person, 25, at(week))
	w.give(elsewhere, 9999, at(week))
	w.give(event.Fact, 7, at(week))
	w.catchUp()

	entry := func(o *fund.Owner, raised int64) fund.LeaderboardEntry {
		return fund.LeaderboardEntry{Owner: *o, Raised: raised}
	}
	for _, c := range []struct {
		name         string
		filter       store.BoardFilter
		users, teams []fund.LeaderboardEntry
	}{
		// Ann and Bob are level: the later id comes first.
		{"cause", store.BoardFilter{Fact: cause.ID, Period: fund.PeriodAll},
			[]fund.LeaderboardEntry{entry(userRef(bob), 55), entry(userRef(ann), 55)},
			[]fund.LeaderboardEntry{entry(teamRef(red), 1055), entry(teamRef(blue), 30)}},
		{"event", store.BoardFilter{Fact: event.ID, Period: fund.PeriodAll},
			[]fund.LeaderboardEntry{entry(userRef(ann), 55), entry(userRef(bob), 30)},
			[]fund.LeaderboardEntry{entry(teamRef(red), 1055), entry(teamRef(blue), 30)}},
		{"event this week", store.BoardFilter{Fact: event.ID, Period: fund.PeriodWeek, At: week},
			[]fund.LeaderboardEntry{entry(userRef(bob), 30), entry(userRef(ann), 5)},
			[]fund.LeaderboardEntry{entry(teamRef(blue), 30), entry(teamRef(red), 5)}},
		{"team campaign", store.BoardFilter{Fact: top.ID, Period: fund.PeriodYear, At: week},
			[]fund.LeaderboardEntry{entry(userRef(ann), 55)},
			[]fund.LeaderboardEntry{entry(teamRef(red), 1055)}},
		{"first of the cause", store.BoardFilter{Fact: cause.ID, Period: fund.PeriodAll, Rows: 1},
			[]fund.LeaderboardEntry{entry(userRef(bob), 55)}, []fund.LeaderboardEntry{entry(teamRef(red), 1055)}},
		{"other cause", store.BoardFilter{Fact: other.ID, Period: fund.PeriodAll},
			[]fund.LeaderboardEntry{entry(userRef(eve), 9999)}, nil},
		{"another day", store.BoardFilter{Fact: cause.ID, Period: fund.PeriodDay, At: week.AddDate(0, 0, 1)}, nil, nil},
	} {
		c.filter.Board = fund.BoardUser
		same(t, c.name+": users", must.Get(w.s.Leaderboard(ctx, c.filter, page(9)))(t), c.users)
		c.filter.Board = fund.BoardTeam
		same(t, c.name+": teams", must.Get(w.s.Leaderboard(ctx, c.filter, page(9)))(t), c.teams)
	}
}

// by sets the donor of a completion.
func by(donor fund.ID, name string) func(*store.Completion) {
	return func(c *store.Completion) { c.Donation.DonorID, c.Donation.Name = donor, name }
}

func testLeaderboardPages(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	const donors, places = 30, 20
	for i := range donors {
		w.give(cause.Fact, int64(1+i*7%donors/3), by(w.id(), "Ada")) // many are level
	}
	w.catchUp()
	filter := store.BoardFilter{Fact: cause.ID, Board: fund.BoardDonor, Period: fund.PeriodAll}
	all := must.Get(w.s.Leaderboard(ctx, filter, page(99)))(t)
	same(t, "donors", len(all), donors)
	if !slices.IsSortedFunc(all, func(a, b fund.LeaderboardEntry) int { return compareEntries(b, a) }) {
		t.Errorf("got %s, want the highest first", show(all))
	}
	rapid.Check(t, func(t *rapid.T) {
		asked, filter, model := fund.Page{Limit: rapid.IntRange(1, donors+1).Draw(t, "limit")}, filter, slices.Clone(all)
		if rapid.Bool().Draw(t, "ends") {
			filter.Rows, model = places, model[:places]
		}
		cursor := rapid.Custom(func(t *rapid.T) *fund.Cursor {
			if !rapid.Bool().Draw(t, "set") {
				return nil
			}
			e := rapid.SampledFrom(all).Draw(t, "entry")
			return &fund.Cursor{Number: e.Raised, ID: e.ID}
		})
		asked.Before, asked.After = cursor.Draw(t, "before"), cursor.Draw(t, "after")
		model = slices.DeleteFunc(model, func(e fund.LeaderboardEntry) bool {
			beside := func(c *fund.Cursor) int {
				return compareEntries(e, fund.LeaderboardEntry{Raised: c.Number, Owner: fund.Owner{Ref: fund.Ref{ID: c.ID}}})
			}
			return asked.Before != nil && beside(asked.Before) >= 0 || asked.After != nil && beside(asked.After) <= 0
		})
		if size := min(asked.Limit, len(model)); asked.After != nil {
			model = model[len(model)-size:]
		} else {
			model = model[:size]
		}
		got, err := w.s.Leaderboard(ctx, filter, asked)
		if err != nil {
			t.Fatalf("leaderboard: %v", err)
		}
		if !slices.Equal(got, model) {
			t.Fatalf("got %s, want %s", show(got), show(model))
		}
	})
}

func compareEntries(a, b fund.LeaderboardEntry) int {
	return cmp.Or(cmp.Compare(a.Raised, b.Raised), bytes.Compare(a.ID[:], b.ID[:]))
}

// testLeaderboardMoves moves a campaign and changes its owners, with a projection that lags behind.
func testLeaderboardMoves(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob, red := w.cause("cause"), w.user("ann"), w.user("bob"), w.team("red")
	one, two := w.event(cause, "one"), w.event(cause, "two")
	fact := w.campaign(cause, ann, "fact", in(one))
	below := w.campaign(cause, bob, "below", in(one), supporting(fact))
	w.give(fact, 10, at(start))
	w.give(below, 5, at(start))
	want := func(f fund.Fact, board fund.Board, want ...int64) {
		t.Helper()
		w.catchUp()
		for _, period := range fund.Periods() {
			var got []int64
			for _, e := range must.Get(w.s.Leaderboard(ctx, store.BoardFilter{Fact: f.ID, Board: board, Period: period, At: start}, page(9)))(t) {
				got = append(got, e.Raised)
			}
			same(t, string(board)+" of "+f.Slug+" in the "+string(period), got, want)
		}
	}
	want(one.Fact, fund.BoardUser, 10, 5)
	moved := w.read(fact.ID)
	moved.Event, moved.Parent, moved.ParentKind = factRef(two.Fact), factRef(two.Fact), fund.KindFundraisingEvent
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, moved) })
	w.give(fact, 1, at(start.Add(time.Second)))
	want(one.Fact, fund.BoardUser)
	want(one.Fact, fund.BoardDonor)
	want(two.Fact, fund.BoardUser, 11, 5)
	want(cause.Fact, fund.BoardUser, 11, 5)
	moved.User, moved.Team = userRef(bob), teamRef(red)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, moved) })
	want(two.Fact, fund.BoardUser, 16)
	want(two.Fact, fund.BoardTeam, 11)
	want(fact, fund.BoardUser, 16)
	want(below, fund.BoardTeam)
	w.clean()
}

func testDonorNames(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	ann := w.user("ann")
	event := w.event(cause, "event")
	one, two := w.campaign(cause, ann, "one", in(event)), w.campaign(cause, ann, "two", in(event))
	ada := w.id()
	older := w.give(one, 5, by(ada, "ada"), at(start))
	newer := w.give(one, 2, by(ada, "Ada"), at(start.Add(time.Hour)))
	w.give(one, 3, by(w.id(), "Eve"), func(c *store.Completion) { c.Donation.Anonymous = true })
	elsewhere := w.give(two, 1, by(ada, "ADA"), at(start.Add(2*time.Hour)))
	want := func(when string, want map[fund.ID]string) {
		t.Helper()
		for fact, first := range want {
			filter := store.BoardFilter{Fact: fact, Board: fund.BoardDonor, Period: fund.PeriodAll}
			got := must.Get(w.s.Leaderboard(ctx, filter, page(9)))(t)
			same(t, when, got[0].Name, first)
			if fact != two.ID {
				same(t, when+": a donation without a name", got[1].Name, fund.Anonymous)
			}
		}
	}
	screen := func(d fund.Donation, s fund.Screening) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			tx.Append(fund.Event{Topic: fund.TopicDonationScreened, Subject: d.ID, At: start})
			return tx.ScreenDonation(ctx, d.ID, s, start)
		})
	}
	all := func(one, two, above string) map[fund.ID]string {
		return map[fund.ID]string{w.read(older.Fact.ID).ID: one, elsewhere.Fact.ID: two, event.ID: above, cause.ID: above}
	}
	w.catchUp()
	want("the newest", all("Ada", "ADA", "ADA"))
	for _, c := range []struct {
		donation        fund.Donation
		to              fund.Screening
		one, two, above string
	}{
		{older, fund.ScreeningHidden, "Ada", "ADA", "ADA"},
		{newer, fund.ScreeningCommentHeld, "Ada", "ADA", "ADA"},
		{elsewhere, fund.ScreeningHeld, "Ada", fund.Anonymous, "Ada"},
		{newer, fund.ScreeningHidden, fund.Anonymous, fund.Anonymous, fund.Anonymous},
		{older, fund.ScreeningShown, "ada", fund.Anonymous, "ada"},
		{elsewhere, fund.ScreeningShown, "ada", "ADA", "ADA"},
	} {
		screen(c.donation, c.to)
		when := c.donation.Name + " is " + string(c.to)
		want(when, all(c.one, c.two, c.above))
		w.catchUp()
		want(when+", caught up", all(c.one, c.two, c.above))
		must.Get(w.s.Rebuild(ctx))(t)
		want(when+", rebuilt", all(c.one, c.two, c.above))
	}
	w.clean()
}
