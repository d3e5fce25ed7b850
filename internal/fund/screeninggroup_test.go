package fund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestWhatIsHighlighted marks words in any case and within others, the longest first, and signs as they are.
func TestWhatIsHighlighted(t *testing.T) {
	t.Parallel()
	h := fund.Highlights{Words: []string{"read", "Read tonight", "größe", ".*", "i"}}
	for text, want := range map[string]string{
		"": "", "wind": "w[i]nd", "READ tonight, already": "[READ tonight], al[read]y", "GRÖßE": "[GRÖßE]", "a.*b": "a[.*]b", "İ": "[İ]", "<b>": "<b>", "readread": "[read][read]",
	} {
		var got strings.Builder
		for _, one := range h.Mark(text) {
			if one.Marked {
				got.WriteString("[" + one.Text + "]")
			} else {
				got.WriteString(one.Text)
			}
		}
		if got.String() != want {
			t.Errorf("%q: got %q, want %q", text, got.String(), want)
		}
	}
}

// TestHighlightsHaveLimits tries what is long, and much, at the limits and beyond.
func TestHighlightsHaveLimits(t *testing.T) {
	t.Parallel()
	words := make([]string, fund.MaxHighlights)
	for i := range words {
		words[i] = strings.Repeat("ü", i+1)
	}
	var h fund.Highlights
	patch := fund.HighlightsPatch{Words: fund.Some(append([]string{" ", "ü"}, words...)), Amount: fund.Some("12.50")}
	if wrong := patch.Apply(&h, "USD", time.Time{}); len(wrong) > 0 || len(h.Words) != fund.MaxHighlights || h.Amount != 1250 {
		t.Errorf("got %v, %d words and %d, want as many as there may be", wrong, len(h.Words), h.Amount)
	}
	for path, patch := range map[string]fund.HighlightsPatch{
		"highlights": {Words: fund.Some(append(words, "x"))}, "amount": {Amount: fund.Some("-1")},
	} {
		if wrong := patch.Apply(&fund.Highlights{}, "USD", time.Time{}); len(wrong) != 1 || wrong[0].Path != path {
			t.Errorf("got %v, want it refused at %s", wrong, path)
		}
	}
	if wrong := (fund.HighlightsPatch{Words: fund.Some([]string{strings.Repeat("ü", fund.MaxHighlight+1)})}).Apply(&h, "USD", time.Time{}); len(wrong) != 1 {
		t.Errorf("got %v, want a long word refused", wrong)
	}
}
