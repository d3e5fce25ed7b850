package shield_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestTimeBeforeTheFirstLinkIsNoCredit asks once, and much later as often as anybody may: the time between has forgotten the first, and nothing more.
func TestTimeBeforeTheFirstLinkIsNoCredit(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	s := shield.New(clock.Now)
	ask := func() error {
		return s.Link(shield.LinkDonations, shield.Donor{Session: "one", Network: netip.AddrFrom4([4]byte{10, 0, 0, 1})}, "ada@example.org")
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	clock.Advance(59 * time.Minute)
	for i := range shield.LinksAnHour {
		if err := ask(); err != nil {
			t.Fatalf("link %d: got %v, want %d", i, err, shield.LinksAnHour)
		}
	}
	if err := ask(); !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v, want a wait after %d links", err, shield.LinksAnHour)
	}
}

// TestLinksHaveALimit asks for links for one address, from one browser, and from one network, each otherwise from anywhere, until it has to wait.
func TestLinksHaveALimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most int
		ask  func(i int) (shield.LinkUse, shield.Donor, string)
	}{
		"one address": {shield.LinksAnHour, func(i int) (shield.LinkUse, shield.Donor, string) {
			return shield.LinkDonations, shield.Donor{Session: fmt.Sprint(i), Network: netip.AddrFrom4([4]byte{10, 0, byte(i), 1})}, "ada@example.org"
		}},
		"one browser": {shield.LinksAnHour, func(i int) (shield.LinkUse, shield.Donor, string) {
			return shield.LinkDonations, shield.Donor{Session: "one", Network: netip.AddrFrom4([4]byte{10, 0, byte(i), 1})}, fmt.Sprint(i, "@example.org")
		}},
		"one network": {shield.NetworkLinksAnHour, func(i int) (shield.LinkUse, shield.Donor, string) {
			return shield.LinkDonations, shield.Donor{Session: fmt.Sprint(i), Network: netip.AddrFrom4([4]byte{10, 0, 0, 1})}, fmt.Sprint(i, "@example.org")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
			s := shield.New(clock.Now)
			for i := range c.most {
				if err := s.Link(c.ask(i)); err != nil {
					t.Fatalf("link %d: got %v, want %d", i, err, c.most)
				}
			}
			if err := s.Link(c.ask(c.most)); !fault.Is(err, fault.RateLimited) {
				t.Errorf("got %v, want a wait after %d links", err, c.most)
			}
			clock.Advance(time.Hour / time.Duration(c.most))
			if err := s.Link(c.ask(c.most)); err != nil {
				t.Errorf("got %v after the wait, want a link", err)
			}
		})
	}
}
