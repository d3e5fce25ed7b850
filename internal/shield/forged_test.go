package shield_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestForgedEventsMakeTheirNetworkWait forges as many as are looked at, and more.
func TestForgedEventsMakeTheirNetworkWait(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	s := shield.New(clock.Now)
	forger, neighbor, provider := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::ffff"), netip.MustParseAddr("192.0.2.1")
	for range shield.ForgedEvents {
		if wait := s.ForgedWait(forger); wait != 0 {
			t.Fatalf("got a wait of %v, want none yet", wait)
		}
		s.Forged(forger)
	}
	if got := s.ForgedWait(neighbor); got != time.Second {
		t.Errorf("got a wait of %v for the network, want a second", got)
	}
	if got := s.ForgedWait(provider); got != 0 {
		t.Errorf("got a wait of %v elsewhere, want none", got)
	}
	for range 10 {
		s.Forged(forger)
	}
	if got := s.ForgedWait(forger); got != time.Minute {
		t.Errorf("got a wait of %v, want at most a minute", got)
	}
	clock.Advance(time.Hour)
	if got := s.ForgedWait(forger); got != 0 {
		t.Errorf("got a wait of %v after an hour, want none", got)
	}
}
