package shield_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestRegistrationsHaveALimit registers from one network until it has to wait; another network does not.
func TestRegistrationsHaveALimit(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	s := shield.New(clock.Now)
	register := func(from string, most int) {
		t.Helper()
		for range most {
			if err := s.Register(netip.MustParseAddr(from)); err != nil {
				t.Errorf("%s: got %v, want %d registrations", from, err, most)
			}
		}
		err := s.Register(netip.MustParseAddr(from))
		if f := fault.From(err); !fault.Is(err, fault.RateLimited) || f.Wait() != time.Hour/shield.RegistrationsAnHour {
			t.Errorf("%s: got %v, want a wait after %d registrations", from, err, most)
		}
	}
	register("2001:db8::1", shield.RegistrationsAnHour)
	register("2001:db8:0:1::1", shield.RegistrationsAnHour)
	clock.Advance(time.Hour/shield.RegistrationsAnHour - time.Second)
	if err := s.Register(netip.MustParseAddr("2001:db8::2")); err == nil {
		t.Error("got a registration from the same network a second too early")
	}
	clock.Advance(time.Second)
	register("2001:db8::2", 1)
	clock.Advance(2 * time.Hour)
	register("2001:db8::2", shield.RegistrationsAnHour)
}
