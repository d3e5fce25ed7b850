package shield_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestOpenIDSignInsOfOneNetwork begins as many as go at once, and one in ten seconds from then on.
func TestOpenIDSignInsOfOneNetwork(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC))
	s := shield.New(clock.Now)
	from, elsewhere := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for i := range shield.OpenIDsAtOnce {
		if err := s.OpenID(from); err != nil {
			t.Fatalf("sign-in %d: got %v", i, err)
		}
	}
	if err := s.OpenID(from); !fault.Is(err, fault.RateLimited) || fault.From(err).Wait() != 10*time.Second {
		t.Errorf("got %v, want a wait of ten seconds", err)
	}
	if err := s.OpenID(elsewhere); err != nil {
		t.Errorf("elsewhere: got %v", err)
	}
	clock.Advance(10*time.Second - time.Millisecond)
	if err := s.OpenID(from); !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v, want a wait until ten seconds are over", err)
	}
	clock.Advance(time.Millisecond)
	if err := s.OpenID(from); err != nil {
		t.Errorf("ten seconds later: got %v", err)
	}
}
