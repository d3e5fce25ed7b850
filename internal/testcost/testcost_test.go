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

// TestBound has work that is ordinary once, and three times as often as it may be.
func TestBound(t *testing.T) {
	t.Parallel()
	ordinary := func(times int) func() {
		return func() {
			for range times {
				testcost.Ordinary()
			}
		}
	}
	f := &failing{TB: t}
	if testcost.Bound(f, "once", ordinary(1)); len(f.errors) > 0 {
		t.Errorf("got %q, want once to be cheap enough", f.errors)
	}
	if testcost.Bound(f, "often", ordinary(40)); len(f.errors) != 1 || !strings.HasPrefix(f.errors[0], "often: ") {
		t.Errorf("got %q, want it too dear", f.errors)
	}
}
