package store

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestListsOfIDsHaveFewTexts makes conditions for lists of many lengths, up to more than databases take values: each has every id, and there are few texts.
func TestListsOfIDsHaveFewTexts(t *testing.T) {
	t.Parallel()
	texts := map[string]bool{}
	for n := range 1025 {
		ids := make([]fund.ID, n)
		for i := range ids {
			ids[i][0], ids[i][1] = byte(i), byte(i>>8)
		}
		text, args := anyID("id", ids)
		texts[text] = true
		if len(args) < n || n > 0 && (args[n-1] != ids[n-1] || args[len(args)-1] != ids[n-1]) {
			t.Fatalf("%d ids: got %d arguments, want each id, and the last one repeated", n, len(args))
		}
	}
	if len(texts) != 7 { // of 0, 1, 4, 16, 64, 256 and 1024
		t.Errorf("got %d texts, want 7", len(texts))
	}
	for length, want := range map[int]int{mostPadded: mostPadded, mostPadded + 1: 2 * mostPadded, 5 * mostPadded: 5 * mostPadded} {
		if got := len(padded(make([]any, length))); got != want {
			t.Errorf("%d values: got %d, want %d", length, got, want)
		}
	}
}
