package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestManyThingsOfOneNameGetSlugsInFewTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var last string
	seen := map[string]bool{}
	for range 13 {
		team, err := w.CreateTeam(t.Context(), w.owner, fund.TeamPatch{Name: fund.Some("Same name")})
		must.Do(t, err)
		if seen[team.Slug] {
			t.Errorf("the slug %q was assigned twice", team.Slug)
		}
		seen[team.Slug], last = true, team.Slug
	}
	if !seen["same-name"] || !seen["same-name-9"] || last != "same-name-144" {
		t.Errorf("got %v, want no gap up to 9, then doubled numbers up to 144", seen)
	}
}
