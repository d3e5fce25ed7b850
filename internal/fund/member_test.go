package fund_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestDerivedIDs pins ids that clients have seen and that must never change.
func TestDerivedIDs(t *testing.T) {
	t.Parallel()
	team, user := fund.ID{0: 1}, fund.ID{15: 2}
	seen := map[fund.ID]string{}
	for name, c := range map[string]struct {
		got  fund.ID
		want string
	}{
		"member":            {fund.MemberID(team, user), "116ef62c-7a50-8238-b982-03a56db7f59f"},
		"arguments swapped": {fund.MemberID(user, team), "93eb5bef-ac87-87c5-93a8-556611789488"},
		"role of member":    {fund.RoleID(fund.RoleMember), "163a202b-f2a0-88c0-a48d-192b8934e792"},
	} {
		if c.got.String() != c.want {
			t.Errorf("%s: got %s, want %s", name, c.got, c.want)
		}
		if version, variant := c.got[6]>>4, c.got[8]>>6; version != 8 || variant != 2 {
			t.Errorf("%s: got version %d and variant %d, want 8 and 2", name, version, variant)
		}
		if other, taken := seen[c.got]; taken {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[c.got] = name
	}
}

func at(second int) time.Time { return noon.Add(time.Duration(second) * time.Second) }

func TestAuctionItemsAreOpenInTheirTime(t *testing.T) {
	t.Parallel()
	item := fund.AuctionItem{StartsAt: at(1), EndsAt: at(3), ActivatedAt: at(0)}
	done, idle := item, item
	done.CompletedAt, idle.ActivatedAt = at(2), item.CompletedAt
	for i, want := range []bool{false, true, true, false} {
		if got := item.Open(at(i)); got != want {
			t.Errorf("second %d: got open %t, want %t", i, got, want)
		}
		if done.Open(at(i)) || idle.Open(at(i)) {
			t.Errorf("second %d: got open, want a completed and an inactive item closed", i)
		}
	}
}
