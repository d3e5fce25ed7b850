package shield_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
)

// TestHoldsAreForgotten checks what ends a hold, and that time does so to the second.
func TestHoldsAreForgotten(t *testing.T) {
	t.Parallel()
	id := fund.ID{1}
	browser := shield.Holder{Session: "a", Form: "f"}
	for name, c := range map[string]struct {
		end  func(*shield.Shield)
		wait time.Duration
		left int
	}{
		"nothing":   {left: 1},
		"almost":    {wait: 31*time.Minute - time.Second, left: 1},
		"time":      {wait: 31 * time.Minute},
		"release":   {end: func(s *shield.Shield) { s.Release(id) }},
		"withdrawn": {end: func(s *shield.Shield) { s.Withdraw(id) }},
		"paid":      {end: func(s *shield.Shield) { s.Settled(id, fund.PaymentState{Status: fund.PaymentPaid}) }},
		"expired":   {end: func(s *shield.Shield) { s.Settled(id, fund.PaymentState{Status: fund.PaymentExpired}) }},
		"open":      {end: func(s *shield.Shield) { s.Settled(id, fund.PaymentState{Status: fund.PaymentOpen}) }, left: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
			s := shield.New(func() time.Time { return now })
			if earlier, err := s.Hold(shield.Hold{Donation: id, Rewards: map[fund.ID]int64{{9}: 2}}, browser); err != nil || earlier != nil {
				t.Fatalf("got %v, %v, want nothing earlier", earlier, err)
			}
			if c.end != nil {
				c.end(s)
			}
			now = now.Add(c.wait)
			for _, holder := range []shield.Holder{browser, {Session: "a"}, {Form: "f"}, {Session: "b", Form: "f"}} {
				if got := s.Holds(holder, fund.ID{}); len(got) != c.left {
					t.Errorf("got %v of %v, want %d", got, holder, c.left)
				}
			}
			for _, holder := range []shield.Holder{{}, {Session: "f", Form: "a"}} {
				if got := s.Holds(holder, fund.ID{}); len(got) != 0 {
					t.Errorf("got %v of %v, want nothing", got, holder)
				}
			}
			if got := s.Holds(browser, id); len(got) != 0 {
				t.Errorf("got %v beside the donation itself, want nothing", got)
			}
		})
	}
}

// TestHoldsOfOneBrowserAreLimited checks the edge of the limit, and that a donation which replaces another one is not refused.
func TestHoldsOfOneBrowserAreLimited(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s := shield.New(func() time.Time { return now })
	hold := func(donation, reward byte) ([]fund.ID, error) {
		return s.Hold(shield.Hold{Donation: fund.ID{donation}, Rewards: map[fund.ID]int64{{reward}: 1}}, shield.Holder{Session: "a"})
	}
	for i := range byte(shield.MaxHolds) {
		if _, err := hold(i+1, i+1); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	if _, err := hold(9, 9); !fault.Is(err, fault.RateLimited) || fault.From(err).RetryAfter != (31-shield.MaxHolds)*time.Minute {
		t.Errorf("got %v, want a wait until the first one is over", err)
	}
	if _, err := hold(1, 1); err != nil {
		t.Errorf("the same again: got %v", err)
	}
	if earlier, err := hold(8, 2); err != nil || len(earlier) != 1 || earlier[0] != (fund.ID{2}) {
		t.Errorf("got %v, %v, want the one that is replaced", earlier, err)
	}
	if _, err := hold(7, 2); !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v, want a wait while the earlier ones have not ended", err)
	}
	s.Release(fund.ID{2})
	if _, err := hold(7, 2); err != nil {
		t.Errorf("got %v once it has ended", err)
	}
}

// TestTheMemoryOfHoldsIsBounded fills the memory from many browsers.
func TestTheMemoryOfHoldsIsBounded(t *testing.T) {
	t.Parallel()
	s := shield.New(nil)
	for i := range shield.MostHolds + 10 {
		one := shield.Hold{Donation: fund.ID{byte(i), byte(i >> 8), byte(i >> 16)}, Rewards: map[fund.ID]int64{{1}: 1}}
		if _, err := s.Hold(one, shield.Holder{Session: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if all, names := s.HoldCount(); all != shield.MostHolds || names != shield.MostHolds {
		t.Errorf("got %d holds of %d browsers, want %d", all, names, shield.MostHolds)
	}
}

// TestOneNetworkHoldsOnlySoMuch checks the limit for a network at its edge, and that other networks and rewards have theirs.
func TestOneNetworkHoldsOnlySoMuch(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s := shield.New(func() time.Time { return now })
	hold := func(donation, reward byte, from string, quantity int64) error {
		id := fund.ID{reward}
		var at netip.Addr
		if from != "" {
			at = netip.MustParseAddr(from)
		}
		_, err := s.Hold(shield.Hold{
			Donation: fund.ID{donation}, Rewards: map[fund.ID]int64{id: quantity}, Most: map[fund.ID]int64{id: 25},
		}, shield.Holder{Session: string(rune('a' + donation)), Address: at})
		return err
	}
	for _, c := range []struct {
		donation, reward byte
		from             string
		quantity         int64
		limited          bool
	}{
		{1, 1, "192.0.2.1", 10, false}, {2, 1, "192.0.2.1", 10, false}, {3, 1, "192.0.2.1", 6, true}, {3, 1, "192.0.2.1", 5, false},
		{4, 1, "192.0.2.1", 1, true}, {3, 1, "192.0.2.1", 5, false}, {4, 2, "192.0.2.1", 10, false}, {5, 1, "192.0.2.2", 25, false},
		{6, 1, "2001:db8::1", 25, false}, {7, 1, "2001:db8::2", 1, true}, {7, 1, "2001:db8:0:1::2", 1, false}, {8, 1, "", 25, false}, {9, 1, "", 25, false},
	} {
		err := hold(c.donation, c.reward, c.from, c.quantity)
		if fault.Is(err, fault.RateLimited) != c.limited || c.limited && fault.From(err).RetryAfter != 3*time.Minute {
			t.Errorf("donation %d: %d from %q: got %v, limited: %t", c.donation, c.quantity, c.from, err, c.limited)
		}
	}
	s.Release(fund.ID{1})
	if err := hold(4, 1, "192.0.2.1", 10); err != nil {
		t.Errorf("got %v once one of them is over", err)
	}
	now = now.Add(31 * time.Minute)
	if got := s.NetworkHolds(shield.Holder{Address: netip.MustParseAddr("192.0.2.1")}); len(got) != 0 {
		t.Errorf("got %v after their time, want nothing", got)
	}
}
