package live_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/live"
)

func TestALineIsFitForAChat(t *testing.T) {
	t.Parallel()
	letters := strings.Repeat("a", live.MaxLine)
	for name, c := range map[string]struct{ in, want string }{
		"plain":                    {"$5.00 of $10.00", "$5.00 of $10.00"},
		"a command":                {"/ban ada", "ban ada"},
		"commands behind spaces":   {" \t!. @/so ada", "so ada"},
		"a command behind a sign":  {"\u200b/ban ada", "ban ada"},
		"a sign within":            {"Ada: 5/10!", "Ada: 5/10!"},
		"two lines":                {"Ada\r\n/ban bo\u2028x", "Ada /ban bo x"},
		"turned around":            {"Ada \u202eevil\u2066", "Ada evil"},
		"no text":                  {"\xff\x00", ""},
		"nothing but commands":     {"/!.@", ""},
		"as long as may be":        {letters, letters},
		"one too long":             {letters + "b", letters[:live.MaxLine-1] + "…"},
		"an emoji at the edge":     {letters[:live.MaxLine-1] + "🎮", letters[:live.MaxLine-1] + "…"},
		"a family at the edge":     {letters[:live.MaxLine-4] + "👩\u200d👧", letters[:live.MaxLine-4] + "…"},
		"an accent at the edge":    {letters[:live.MaxLine-2] + "e\u0301x", letters[:live.MaxLine-2] + "…"},
		"letters of several signs": {strings.Repeat("👩\u200d👧", 2), strings.Repeat("👩\u200d👧", 2)},
	} {
		if got := live.ChatLine(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestEveryLineIsFitForAChat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Repeat(rapid.String().Draw(t, "text"), rapid.IntRange(1, 40).Draw(t, "times"))
		got := live.ChatLine(in)
		if !utf8.ValidString(got) || len(utf16.Encode([]rune(got))) > live.MaxLine || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("got %q, want one line of at most %d", got, live.MaxLine)
		}
		if strings.TrimLeft(got, "/.!@ ") != got || live.ChatLine(got) != got {
			t.Fatalf("got %q, want no command", got)
		}
		// What was cut ends where a letter ends.
		var ends []int
		whole := graphemes.FromString(strings.TrimSuffix(got, "…"))
		for whole.Next() {
			ends = append(ends, whole.End())
		}
		if n := len(strings.TrimSuffix(got, "…")); n > 0 && ends[len(ends)-1] != n {
			t.Fatalf("got %q, cut within a letter", got)
		}
	})
}
