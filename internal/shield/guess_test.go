package shield_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/shield"
)

// TestTheMemoryOfGuessesIsBounded fills the memory from many networks: it must not grow further, and must keep the account under attack
// rather than networks that came once.
func TestTheMemoryOfGuessesIsBounded(t *testing.T) {
	t.Parallel()
	guesses := shield.NewGuesses()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	victim := netip.MustParseAddr("192.0.2.1")
	for range 5 {
		guesses.Guess("victim@example.org", victim, now)
	}
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	for i := range 30_000 {
		guesses.Guess(fmt.Sprintf("%d@example.org", i), at(i), now)
	}
	if size := guesses.Size(); size > 20_000 {
		t.Errorf("got %d counters, want at most 20000", size)
	}
	if wait := guesses.Guess("victim@example.org", victim, now); wait == 0 {
		t.Error("got no wait for the account under attack, want it to be remembered")
	}
	now = now.Add(time.Hour)
	if wait := guesses.Guess("victim@example.org", victim, now); wait != 0 {
		t.Errorf("got a wait of %s an hour later, want none", wait)
	}
}
