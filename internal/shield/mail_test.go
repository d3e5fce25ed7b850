package shield_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestMailsHaveALimit asks for receipts to one address and from one browser, until there are too many.
func TestMailsHaveALimit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		most  int
		donor func(i int) (shield.Donor, string)
	}{
		"one address": {shield.MailsAnHour, func(i int) (shield.Donor, string) {
			return shield.Donor{Session: fmt.Sprint(i), Network: netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})}, "victim@example.org"
		}},
		"one browser": {shield.MailsAnHour, func(i int) (shield.Donor, string) {
			return shield.Donor{Session: "one", Network: netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})}, fmt.Sprint(i, "@example.org")
		}},
	} {
		clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
		s := shield.New(clock.Now)
		sent := func() (n int) {
			for i := range c.most + 50 {
				if s.Mail(c.donor(i)) {
					n++
				}
			}
			return n
		}
		if got := sent(); got != c.most {
			t.Errorf("%s: got %d mails at once, want %d", name, got, c.most)
		}
		clock.Advance(time.Hour / time.Duration(c.most))
		if got := sent(); got != 1 {
			t.Errorf("%s: got %d mails after a while, want one more", name, got)
		}
		clock.Advance(2 * time.Hour)
		if got := sent(); got != c.most {
			t.Errorf("%s: got %d mails after hours, want %d again", name, got, c.most)
		}
	}
}
