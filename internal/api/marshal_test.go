package api_test

import (
	"testing"

	"github.com/almoner/almoner/internal/api"
)

func TestMarshalWritesWhatJavaScriptWrites(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"a\u2028b\u2029c":    "\"a\u2028b\u2029c\"",
		`a\u2028b`:           `"a\\u2028b"`,
		"\\\u2028":           "\"\\\\\u2028\"",
		"\\\\u2029\u2029":    "\"\\\\\\\\u2029\u2029\"",
		"\u202a":             "\"\u202a\"",
		"<b>&'/\x7f ⚓":       "\"<b>&'/\x7f ⚓\"",
		"\b\f\n\r\t\x00\x1f": `"\b\f\n\r\t\u0000\u001f"`,
		"a\xffb\ufffd":       "\"a\ufffdb\ufffd\"",
		`\ufffd`:             `"\\ufffd"`,
		`"`:                  `"\""`,
		"\u2028\u2028 end\\": "\"\u2028\u2028 end\\\\\"",
	} {
		got, err := api.Marshal(typed)
		if err != nil || string(got) != want {
			t.Errorf("%q: got %q (%v), want %q", typed, got, err, want)
		}
	}
	if _, err := api.Marshal(func() {}); err == nil {
		t.Error("got no error for what cannot be written")
	}
}
