package fund_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// windows are the edges of a window from noon to one, which includes its first instant and excludes its last.
var windows = []struct {
	name         string
	starts, ends time.Time
	now          time.Time
	want         bool
}{
	{"just before", noon, noon.Add(time.Hour), noon.Add(-1), false},
	{"at the start", noon, noon.Add(time.Hour), noon, true},
	{"just before the end", noon, noon.Add(time.Hour), noon.Add(time.Hour - 1), true},
	{"at the end", noon, noon.Add(time.Hour), noon.Add(time.Hour), false},
	{"without an end", noon, time.Time{}, noon.AddDate(100, 0, 0), true},
	{"without a start", time.Time{}, noon, noon.Add(-1), true},
	{"without both", time.Time{}, time.Time{}, noon, true},
}

func TestWindowsHaveTheirStartAndNotTheirEnd(t *testing.T) {
	t.Parallel()
	for _, c := range windows {
		no := func(what string, got, want bool) {
			t.Helper()
			if got != want {
				t.Errorf("%s, %s: got %v, want %v", what, c.name, got, want)
			}
		}
		target := fund.Target{Enabled: true, ActivatesAt: c.starts, EndsAt: c.ends}
		no("target", target.Active(c.now), c.want)
		target.Enabled = false
		no("target switched off", target.Active(c.now), false)

		match := fund.DonationMatch{StartsAt: c.starts, EndsAt: c.ends}
		no("match", match.Active(c.now), c.want)
		match.CompletedAt = c.now
		no("completed match", match.Active(c.now), false)

		item := fund.AuctionItem{ActivatedAt: noon, StartsAt: c.starts, EndsAt: c.ends}
		no("item", item.Open(c.now), c.want)
		item.CompletedAt = noon
		no("completed item", item.Open(c.now), false)
		no("inactive item", fund.AuctionItem{StartsAt: c.starts, EndsAt: c.ends}.Open(c.now), false)

		event := fund.FundraisingEvent{StartSupportingAt: c.starts, EndSupportingAt: c.ends}
		no("event", event.TakesSupport(c.now), c.want)

		reward := fund.Reward{Enabled: true, StartsAt: c.starts, EndsAt: c.ends}
		no("reward", reward.Active(c.now), c.want)
		reward.AlwaysActive = true
		no("reward that is always active", reward.Active(c.now), true)
		reward.RetiredAt = noon
		no("retired reward", reward.Active(c.now), false)
		no("reward switched off", fund.Reward{AlwaysActive: true}.Active(c.now), false)

		poll := fund.Poll{Enabled: true, EndsAt: c.ends}
		no("poll", poll.Active(c.now), c.want || c.now.Before(c.starts)) // a poll has no start
		no("poll switched off", fund.Poll{EndsAt: c.ends}.Active(c.now), false)
	}
}

func TestRemainingRewards(t *testing.T) {
	t.Parallel()
	if got := (fund.Reward{Claimed: 3}).Remaining(); got != nil {
		t.Errorf("without a limit: got %d, want nil", *got)
	}
	for _, c := range []struct{ quantity, claimed, held, want int64 }{
		{10, 3, 2, 5}, {10, 10, 0, 0}, {10, 0, 10, 0}, {10, 9, 0, 1}, {10, 8, 4, 0}, {0, 0, 0, 0},
	} {
		r := fund.Reward{Quantity: &c.quantity, Claimed: c.claimed, Held: c.held}
		if got := r.Remaining(); got == nil || *got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestAmountOfAMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind                  fund.MatchType
		pledged, raised, want int64
	}{
		{fund.MatchAmount, 1000, 999, 999}, {fund.MatchAmount, 1000, 1000, 1000}, {fund.MatchAmount, 1000, 1001, 1000},
		{fund.MatchAll, 0, 5000, 5000}, {fund.MatchAll, 0, 0, 0},
	} {
		if got := (fund.DonationMatch{Type: c.kind, Pledged: c.pledged, Raised: c.raised}).Amount(); got != c.want {
			t.Errorf("%+v: got %d", c, got)
		}
	}
}

func TestAMatchIsPaidWhenItEndedWithMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		completed       time.Time
		pledged, raised int64
		want            bool
	}{
		{time.Time{}, 10, 10, false}, {noon, 10, 10, true}, {noon, 10, 1, true}, {noon, 10, 0, false}, {noon, 0, 10, false},
	} {
		if got := (fund.DonationMatch{Type: fund.MatchAmount, Pledged: c.pledged, Raised: c.raised, CompletedAt: c.completed}).Paid(); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestPeriodsBegin(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	late := func(y int, m time.Month, d int) time.Time { return day(y, m, d).AddDate(0, 0, 1).Add(-1) }
	for _, c := range []struct {
		period   fund.Period
		at, want time.Time
	}{
		{fund.PeriodDay, late(2026, 3, 1), day(2026, 3, 1)},
		{fund.PeriodDay, day(2026, 3, 1), day(2026, 3, 1)},
		{fund.PeriodDay, time.Date(2026, 3, 1, 1, 0, 0, 0, time.FixedZone("", 2*3600)), day(2026, 2, 28)},
		{fund.PeriodMonth, late(2026, 3, 31), day(2026, 3, 1)},
		{fund.PeriodYear, late(2026, 12, 31), day(2026, 1, 1)},
		{fund.PeriodAll, noon, time.Time{}},
		{"fortnight", noon, time.Time{}},
		// 2026-03-02 is a Monday.
		{fund.PeriodWeek, late(2026, 3, 1), day(2026, 2, 23)},
		{fund.PeriodWeek, day(2026, 3, 2), day(2026, 3, 2)},
		{fund.PeriodWeek, day(2026, 3, 3), day(2026, 3, 2)},
		{fund.PeriodWeek, day(2026, 3, 4), day(2026, 3, 2)},
		{fund.PeriodWeek, day(2026, 3, 5), day(2026, 3, 2)},
		{fund.PeriodWeek, day(2026, 3, 6), day(2026, 3, 2)},
		{fund.PeriodWeek, day(2026, 3, 7), day(2026, 3, 2)},
		{fund.PeriodWeek, late(2026, 3, 8), day(2026, 3, 2)},
		{fund.PeriodWeek, day(2026, 1, 1), day(2025, 12, 29)},
	} {
		if got := c.period.Begin(c.at); !got.Equal(c.want) {
			t.Errorf("%s of %s: got %s, want %s", c.period, c.at, got, c.want)
		}
	}
	if got := fund.Periods(); len(got) != 5 || got[0] != fund.PeriodDay || got[4] != fund.PeriodAll {
		t.Errorf("got %v, want five periods, the shortest first", got)
	}
}

func TestWhomABoardRanks(t *testing.T) {
	t.Parallel()
	for board, want := range map[fund.Board]fund.Board{
		fund.BoardDonor: fund.BoardDonor, fund.BoardUser: fund.BoardUser, fund.BoardTeam: fund.BoardTeam,
		fund.BoardUserTime: fund.BoardUser, fund.BoardUserDistance: fund.BoardUser,
		fund.BoardTeamTime: fund.BoardTeam, fund.BoardTeamDistance: fund.BoardTeam,
	} {
		if got := board.Ranked(); got != want {
			t.Errorf("%s: got %s, want %s", board, got, want)
		}
	}
}
