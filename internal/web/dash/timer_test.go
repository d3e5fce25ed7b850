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

// TestTimersOfAStage makes a timer, runs it with each button, changes it and deletes it.
func TestTimersOfAStage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, b := t.Context(), h.as("owner")
	all := func() []fund.Timer { return must.Get(h.Timers(ctx, must.Get(h.See(ctx, h.owner, h.key()))(t)))(t) }
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
	stage := func(want string) {
		t.Helper()
		if page := b.Get(h.base() + "/stage").Text; !strings.Contains(page, "Marathon &lt;b&gt;") || !strings.Contains(page, want) {
			t.Errorf("got\n%s\nwant %s", page, want)
		}
	}
	stage("Not started")
	if got := post(path+"/pause", "sure", "yes"); got != http.StatusConflict {
		t.Errorf("got %d for a pause of what does not run, want 409", got)
	}
	post(path+"/start", "sure", "yes")
	stage("Running until")
	h.Clock.Advance(time.Minute)
	post(path+"/plus", "sure", "yes")
	post(path+"/pause", "sure", "yes")
	stage("Paused at 1:04:00")
	post(path+"/minus", "sure", "yes")
	stage("Paused at 59:00")
	post(path+"/resume", "sure", "yes")
	h.Clock.Advance(time.Hour)
	stage("Over")
	post(path, append(fields, "per_unit", "45", "refunds", "yes")...)
	if one := all()[0]; one.PerUnit != 45*time.Second || !one.Refunds || one.Length != time.Hour {
		t.Errorf("got %+v, want other rules", one)
	}
	if post(path+"/delete", "sure", "yes"); len(all()) > 0 {
		t.Error("got the timer, want it deleted")
	}
}
