package shield_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestSearchesOfOneNetwork makes as many as go at once, and one a second from then on.
func TestSearchesOfOneNetwork(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC))
	s := shield.New(clock.Now)
	from, elsewhere := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for i := range shield.SearchesAtOnce {
		if err := s.Search(from); err != nil {
			t.Fatalf("search %d: got %v", i, err)
		}
	}
	for range 2 {
		if err := s.Search(from); !fault.Is(err, fault.RateLimited) || fault.From(err).Wait() != time.Second {
			t.Errorf("got %v, want a wait of a second", err)
		}
	}
	if err := s.Search(elsewhere); err != nil {
		t.Errorf("elsewhere: got %v", err)
	}
	clock.Advance(time.Second)
	if err := s.Search(from); err != nil {
		t.Errorf("a second later: got %v", err)
	}
	if err := s.Search(from); !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v, want one a second", err)
	}
}
