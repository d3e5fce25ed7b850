package web_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestStatementsOfPages bounds the statements of pages that nobody has asked for yet.
func TestStatementsOfPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.stall(t)
	h.donor().get("/@ana/other/donate") // makes the key of forms, once for ever
	for path, most := range map[string]int{
		"/@ana/run":        9,
		"/@ana/run/donate": 5,
	} {
		h.Invalidate([]fund.Event{{Topic: fund.TopicFactChanged}})
		ran := h.Statements(func() {
			if got := h.donor().get(path); got.StatusCode != 200 {
				t.Errorf("%s: got %d, want the page", path, got.StatusCode)
			}
		})
		if len(ran) > most {
			t.Errorf("%s: got %d statements, want %d at most:\n%s", path, len(ran), most, strings.Join(ran, "\n"))
		}
	}
}
