package apiv5_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testworld"
)

// TestPastSlugsFindWhatPresentSlugsFind renames everything: every read by slugs gives one answer for the slugs of before and of now.
func TestPastSlugsFindWhatPresentSlugsFind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	had := w.RenameAll(t.Context())
	for _, s := range scripts() {
		before := w.path(s.target)
		now := testworld.PresentPath(before, had)
		if bySlug := strings.Contains(s.pattern, "slug}"); bySlug != (now != before) {
			t.Errorf("%s: want it asked by a slug that changed: %v", s.target, bySlug)
		}
		if now == before {
			continue
		}
		want := w.call("GET", now, w.token(s.caller), "")
		body := strings.ReplaceAll(want.Body.String(), now, before)
		if got := w.call("GET", before, w.token(s.caller), ""); want.Code != 200 || got.Code != 200 || got.Body.String() != body {
			t.Errorf("%s: got %d %s, want %d %s", before, got.Code, got.Body, want.Code, body)
		}
	}
}
