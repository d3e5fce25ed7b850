package dash_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestExercise sets goals, and records what was done toward them, each once.
func TestExercise(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, at := h.as("owner"), h.base()+"/exercise"
	add, record := at+"/new", at+"/record"
	for _, unit := range []string{"kilometer", "mile", "meter", ""} {
		form := filled(t, b.Get(add), add, "type", "Running", "goal", "42")
		form.Set("unit", unit)
		for range 2 {
			if got := b.Post(add, form); got.Header.Get("Location") != at+"?done=saved" {
				t.Fatalf("%q: got %d\n%s\nwant it made", unit, got.StatusCode, got.Text)
			}
		}
	}
	for field, typed := range map[string]string{"goal": "", "type": "Flying", "unit": "yard"} {
		form := filled(t, b.Get(add), add, "goal", "5")
		form.Set(field, typed)
		if got := b.Post(add, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem"`) {
			t.Errorf("%s %q: got %d\n%s", field, typed, got.StatusCode, got.Text)
		}
	}
	for field, c := range map[string][3]string{
		"meters": {"", "", "Enter a distance or a time"}, "at": {"2099-01-01T10:00", "100", "Choose a time that is over"}, "user": {"nobody", "100", "Nobody has a page of that address"},
	} {
		form := filled(t, b.Get(record), record, "meters", c[1])
		form.Set(field, c[0])
		if got := b.Post(record, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem">`+c[2]) {
			t.Errorf("%s: got %d, want %q\n%s", field, got.StatusCode, c[2], got.Text)
		}
	}
	for _, who := range []string{"", "stranger"} {
		form := filled(t, b.Get(record), record, "type", "Running", "meters", "1500", "seconds", "30", "user", who)
		for range 2 {
			if got := b.Post(record, form); got.Header.Get("Location") != at+"?done=saved" {
				t.Fatalf("got %d\n%s\nwant it recorded", got.StatusCode, got.Text)
			}
		}
	}
	seen := must.Get(h.See(t.Context(), h.owner, h.key()))(t)
	goals := must.Get(h.FitnessGoals(t.Context(), seen, fund.Page{Limit: 9}))(t)
	if len(goals) != 4 || goals[0].Meters != 3000 || goals[0].Seconds != 3600 {
		t.Errorf("got %+v, want four goals toward which two people did something", goals)
	}
	page := b.Get(at).Text
	for _, want := range []string{"3 of 42 kilometers", "1.864 of 42 miles", "3,000 of 42 meters", "3,600 of 42 seconds"} {
		if !strings.Contains(page, want) {
			t.Errorf("got no %q\n%s", want, page)
		}
	}
	for _, path := range []string{at, add, record} {
		if got := h.as("stranger").Get(path); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d for a stranger, want 403", path, got.StatusCode)
		}
	}
}
