package fund_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

func TestSearchWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"": nil, " – 🎮 ": nil, "Light up the HARBOR, harbor!": {"light", "up", "the", "harbor"}, "Žluťoučký Łódź": {"zlutoucky", "lodz"}, "猫の家 2026": {"猫の家", "2026"},
		strings.Repeat("é", 50): {strings.Repeat("e", 40)}, "a b c d e f g h i j k l m n": {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"},
		strings.Repeat("猫", 20): {strings.Repeat("猫", 13)},
	} {
		if got := fund.SearchWords(name, fund.MaxSearchWords); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
