package dash_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// TestTimersOfAStage makes a timer, changes it and deletes it.
func TestTimersOfAStage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, b := t.Context(), h.as("owner")
	all := func() []fund.Timer {
		return must.Get(h.Timers(ctx, must.Get(h.See(ctx, h.owner, h.key()))(t), fund.Page{Limit: fund.MaxTimers}))(t)
	}
	post := func(path string, more ...string) int {
		t.Helper()
		path = h.base() + path
		return b.Post(path, testbrowser.With(b.Get(path).Form(t, path), more...)).StatusCode
	}
	fields := []string{"name", "Marathon <b>", "starting_length", "60", "per_unit", "30", "per_donation", "0", "max_length", "0", "factor", "1"}
	if got := post("/timers/new", append(fields, "factor", "11")...); got != http.StatusUnprocessableEntity || len(all()) > 0 {
		t.Errorf("got %d for a factor of 11, want 422", got)
	}
	if got := post("/timers/new", fields...); got != http.StatusSeeOther || len(all()) != 1 {
		t.Fatalf("got %d, want the stage", got)
	}
	path := "/timers/" + all()[0].ID.String()
	if page := b.Get(h.base() + path).Text; !strings.Contains(page, h.base()+"/desk"+path) {
		t.Errorf("got\n%s\nwant a link to where it is run", page)
	}
	post(path, append(fields, "per_unit", "45", "refunds", "yes")...)
	if one := all()[0]; one.PerUnit != 45*time.Second || !one.Refunds || one.Length != time.Hour {
		t.Errorf("got %+v, want other rules", one)
	}
	if post(path+"/delete", "sure", "yes"); len(all()) > 0 {
		t.Error("got the timer, want it deleted")
	}
}

// TestATimerIsRunAtTheDesk has a volunteer without an account run a timer by the desk and by its own page, which says who did what and why.
func TestATimerIsRunAtTheDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	timer := must.Get(h.CreateTimer(t.Context(), h.owner, h.key(), fund.TimerPatch{Name: fund.Some("Marathon <b>"), Length: fund.Some(time.Hour)}))(t)
	volunteer, desk := h.accepted(h.invited("Desk", "desk")), h.base()+"/desk"
	own := desk + "/timers/" + timer.ID.String()
	post := func(page string, pairs ...string) testbrowser.Answer {
		t.Helper()
		return volunteer.Post(own, testbrowser.With(volunteer.Get(page).Form(t, own), pairs...))
	}
	shows := func(page string, want ...string) {
		t.Helper()
		text := volunteer.Get(page).Text
		for _, one := range want {
			if !strings.Contains(text, one) {
				t.Errorf("got\n%s\nwant %s", text, one)
			}
		}
	}
	shows(desk, "Marathon &lt;b&gt;", "Not started", own)
	if got := post(own, "do", "pause", "from", ""); got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, "has changed meanwhile") {
		t.Errorf("got %d for a pause of what does not run, want 409\n%s", got.StatusCode, got.Text)
	}
	if got := post(own, "do", "pause", "from", "desk"); got.Header.Get("Location") != desk+"?refused=yes" {
		t.Errorf("got %s, want the desk to say that nothing was done", got.Header.Get("Location"))
	}
	for _, one := range []struct{ do, want string }{
		{"start", "Running until"}, {"plus", "Running until"}, {"pause", "Paused at 1:05:00"}, {"minus", "Paused at 1:00:00"}, {"resume", "Running until"},
	} {
		if got := post(desk, "do", one.do); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != desk {
			t.Errorf("%s: got %d to %s, want the desk", one.do, got.StatusCode, got.Header.Get("Location"))
		}
		shows(desk, one.want)
	}
	if got := post(own, "do", "pause", "from", ""); got.Header.Get("Location") != own {
		t.Errorf("got %s, want the page of the timer", got.Header.Get("Location"))
	}
	if got := post(own, "do", "pause", "from", ""); got.Header.Get("Location") != own {
		t.Errorf("got %d for a second pause, want nothing done", got.StatusCode)
	}
	for _, wrong := range []string{"", "0", "x", "31622401", "5:60"} {
		if got := post(own, "do", "add", "from", "", "time", wrong, "reason", "Kept & typed"); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "Kept &amp; typed") {
			t.Errorf("%q: got %d, want 422 with what was typed", wrong, got.StatusCode)
		}
	}
	if got := post(own, "do", "add", "from", "", "time", "1", "reason", strings.Repeat("x", fund.MaxTimerReason+1)); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "reason-problem") {
		t.Errorf("got %d for a long reason, want 422", got.StatusCode)
	}
	post(own, "do", "subtract", "from", "", "time", "1:30", "reason", "He <slept>.")
	shows(own, "Paused at 58:30", "Start again", "1:30 taken off", "He &lt;slept&gt;.", "Desk", "5:00 added", "5:00 taken off", "Started", "Resumed")
	if got := post(own, "do", "none"); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for what is no button, want 400", got.StatusCode)
	}
	if got := volunteer.Get(h.base() + "/timers/" + timer.ID.String()).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d for the rules of the timer, want 403", got)
	}
}
