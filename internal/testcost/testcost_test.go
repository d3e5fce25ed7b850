package testcost_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testcost"
)

// failing is a test whose errors are kept.
type failing struct {
	testing.TB
	errors []string
}

func (f *failing) Helper() {}

func (f *failing) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

// TestBound has a text that is read once, and one that is read again for each of its bytes.
func TestBound(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a", 64<<10)
	count := func(times int) func() {
		return func() {
			n := 0
			for range times {
				for i := range len(text) {
					if text[i] == 'a' {
						n++
					}
				}
			}
			if n != times*len(text) {
				t.Errorf("got %d, want the bytes counted", n)
			}
		}
	}
	f := &failing{TB: t}
	if testcost.Bound(f, "once", count(1)); len(f.errors) > 0 {
		t.Errorf("got %q, want one look to be cheap enough", f.errors)
	}
	if testcost.Bound(f, "for each byte", count(len(text)/16)); len(f.errors) != 1 || !strings.HasPrefix(f.errors[0], "for each byte: ") {
		t.Errorf("got %q, want it too dear", f.errors)
	}
}
