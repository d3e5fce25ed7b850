package dash_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// inBerlin is a house whose cause has a time zone in which clocks are changed.
func inBerlin(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	must.Get(h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.CausePatch{TimeZone: fund.Some("Europe/Berlin")}))(t)
	return h
}

// skips and doubles are times that the clocks of Berlin never show, and show twice.
const (
	skips   = "2031-03-30T02:30"
	doubles = "2031-10-26T02:30"
)

// TestTimesAreThoseOfTheCause refuses, in every form with a time, one that never comes, and takes the first of one that comes twice.
func TestTimesAreThoseOfTheCause(t *testing.T) {
	t.Parallel()
	h := inBerlin(t)
	b := h.as("owner")
	for _, c := range []struct{ path, field, name string }{
		{"/page", "starts_at", "Run far"}, {"/page", "ends_at", "Run far"}, {"/schedule/new", "starts_at", "Opening"}, {"/polls/new", "ends_at", "Which"},
		{"/targets/new", "activates_at", "Jump"}, {"/targets/new", "ends_at", "Jump"}, {"/rewards/new", "starts_at", "Mug"}, {"/rewards/new", "ends_at", "Mug"},
	} {
		at := h.base() + c.path
		page := b.Get(at)
		if !strings.Contains(page.Text, "Time in Europe/Berlin.") || !strings.Contains(page.Text, `data-local="`+c.field+`" data-zone="Europe/Berlin"`) {
			t.Errorf("%s: got no zone beside the field\n%s", c.path, page.Text)
		}
		got := b.Post(at, filled(t, page, at, "name", c.name, "amount", "5", c.field, skips))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+c.field+`-problem">Clocks go forward past this time`) {
			t.Errorf("%s %s: got %d, want the time refused in words\n%s", c.path, c.field, got.StatusCode, got.Text)
		}
	}
	at := h.base() + "/schedule/new"
	if got := b.Post(at, filled(t, b.Get(at), at, "name", "Opening", "starts_at", doubles)); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	seen := must.Get(h.See(t.Context(), h.owner, h.key()))(t)
	items := must.Get(h.Schedule(t.Context(), seen, fund.Page{Limit: 9}))(t)
	if want := time.Date(2031, 10, 26, 0, 30, 0, 0, time.UTC); len(items) != 1 || !items[0].StartsAt.Equal(want) {
		t.Errorf("got %+v, want the first of the two times, %s", items, want)
	}
	if got := b.Get(h.base() + "/schedule"); !strings.Contains(got.Text, "26 October 2031, 02:30 CEST") {
		t.Errorf("got no word on which of the two times it is\n%s", got.Text)
	}
	give := h.base() + "/people/give"
	form := testbrowser.With(fields(t, b.Get(h.base()+"/people"), give), "name", "Vic", "ends", "2027-03-28T02:30", "role", "screener")
	if got := b.Post(give, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "Clocks go forward past this time") {
		t.Errorf("got %d, want the end of a grant refused in words\n%s", got.StatusCode, got.Text)
	}
	goal := h.send(b, "/dashboard/new/name", testbrowser.With(h.firstName(b), "name", "Night run"), nil).Header.Get("Location")
	step := testbrowser.With(b.Get(goal).Form(t, goal), "goal", "100", "starts", skips, "safety", "normal")
	if got := b.Post(goal, step); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "Clocks go forward past this time") {
		t.Errorf("got %d, want the start of a new campaign refused in words\n%s", got.StatusCode, got.Text)
	}
}
