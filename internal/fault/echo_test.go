package fault_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
)

func TestEcho(t *testing.T) {
	t.Parallel()
	for _, one := range []string{"a", "é", "日", "😀", "\xff"} {
		full := strings.Repeat(one, fault.MaxEcho)
		for text, want := range map[string]string{
			"": "", one: one, full: full, full + one: full + "…", full + "a": full + "…", strings.Repeat(one, 900_000): full + "…",
		} {
			if got := fault.Echo(text); got != want {
				t.Errorf("%d characters %q…: got %d characters, want %d", utf8.RuneCountInString(text), one, utf8.RuneCountInString(got), utf8.RuneCountInString(want))
			}
		}
	}
}
