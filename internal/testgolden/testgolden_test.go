package testgolden_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testgolden"
)

// recorder is a test that notes what is said of it.
type recorder struct{ said string }

func (r *recorder) Helper()                           {}
func (r *recorder) Fatal(args ...any)                 { r.said += fmt.Sprint(args...) }
func (r *recorder) Errorf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }

func TestCompareShowsWhereFilesPart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 500)
	for name, c := range map[string]struct {
		want, got string
		said      []string
	}{
		"the same":          {"a\nb\n", "a\nb\n", nil},
		"one line":          {"a\nb\nc\n", "a\nB\nc\n", []string{"from line 2 got\nB\nwant\nb"}},
		"two lines":         {"a\nb\nc\n", "A\nb\nC\n", []string{"from line 1 got\nA\nC\nwant\na\nc"}},
		"a line more":       {"a\nc\n", "a\nb\nc\n", []string{"from line 2 got\nb\nc\nwant\nc"}},
		"nothing":           {"a", "", []string{"from line 1 got\n\nwant\na"}},
		"within a long one": {long + "x" + long, long + "y" + long, []string{"…" + long[:40] + "y" + long[:159] + "…", "x" + long[:159]}},
		"many lines":        {"", strings.Repeat("z\n", 20) + "end", []string{"(9 more lines)"}},
		"within a sign":     {strings.Repeat("é", 100), strings.Repeat("é", 99) + "è", []string{"è"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "golden.txt")
			if err := os.WriteFile(file, []byte(c.want), 0o600); err != nil {
				t.Fatal(err)
			}
			r := &recorder{}
			testgolden.Compare(r, file, []byte(c.got))
			if len(c.said) == 0 && r.said != "" {
				t.Errorf("got %q, want nothing said", r.said)
			}
			for _, part := range c.said {
				if !strings.Contains(r.said, part) {
					t.Errorf("got %q, want %q in it", r.said, part)
				}
			}
		})
	}
}

func TestAMissingFileSaysHowToWriteIt(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	testgolden.Compare(r, filepath.Join(t.TempDir(), "none.txt"), nil)
	if !strings.Contains(r.said, "make update") {
		t.Errorf("got %q, want the way to write it", r.said)
	}
}
