package glyph_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/glyph"
)

func TestIsolated(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "Ada": "Ada", "Zoë 🎮 日本": "Zoë 🎮 日本", "A\u200bB": "A\u200bB",
		"עדה":                        "\u2068עדה\u2069",
		"عدا":                        "\u2068عدا\u2069",
		"\u202eramO":                 "\u2068\u202eramO\u202c\u2069",
		"a\u2069b":                   "\u2068ab\u2069",
		"a\u202cb":                   "\u2068ab\u2069",
		"\u2067a\u2069b":             "\u2068\u2067a\u2069b\u2069",
		"\u2066\u202ba\u2069\u202cb": "\u2068\u2066\u202ba\u2069b\u2069",
		"\u202b\u2066a\u202c":        "\u2068\u202b\u2066a\u2069\u202c\u2069",
	} {
		if got := glyph.Isolated(text); got != want {
			t.Errorf("%+q: got %+q, want %+q", text, got, want)
		}
	}
}

// TestNothingEndsAnIsolate isolates any texts: no prefix ends more than it opened, and nothing stays open.
func TestNothingEndsAnIsolate(t *testing.T) {
	t.Parallel()
	signs := rapid.SampledFrom([]rune("aא\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(signs).Draw(t, "text"))
		depth, got := 0, glyph.Balanced(text)
		for _, r := range got {
			switch {
			case strings.ContainsRune("\u2066\u2067\u2068", r):
				depth++
			case r == '\u2069':
				depth--
			}
			if depth < 0 {
				t.Fatalf("%+q: %+q ends an isolate of others", text, got)
			}
		}
		if depth != 0 || glyph.Balanced(got) != got {
			t.Fatalf("%+q: %+q is not balanced", text, got)
		}
	})
}
