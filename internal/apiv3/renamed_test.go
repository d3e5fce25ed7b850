package apiv3_test

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
	named := strings.NewReplacer("/causes/{cause}", "/causes/game-aid", "/causes/{tiny}", "/causes/tiny", "/teams/{team}", "/teams/night-owls",
		"/users/{cleo}", "/users/cleo", "/campaigns/{teamCampaign}/supporting", "/campaigns/all-night/supporting")
	rows := map[string]bool{}
	for _, s := range scripts {
		before := w.path(named.Replace(s.target))
		now := testworld.PresentPath(before, had)
		if now == before {
			continue
		}
		rows[s.path] = true
		want := w.call("GET", now, w.token(s.token), "")
		body := strings.ReplaceAll(want.Body.String(), now, before)
		if got := w.call("GET", before, w.token(s.token), ""); want.Code != 200 || got.Code != 200 || got.Body.String() != body {
			t.Errorf("%s: got %d %s, want %d %s", before, got.Code, got.Body, want.Code, body)
		}
	}
	if len(rows) != 17 {
		t.Errorf("got %d rows by slugs, want all 17 of docs/v3.md that are read: %v", len(rows), rows)
	}
}
