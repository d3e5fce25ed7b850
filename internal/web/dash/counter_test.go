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

// TestCountersOfAStage makes a counter for an option of a poll, stops it, starts it again, shows it in an overlay and deletes it.
func TestCountersOfAStage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, b := t.Context(), h.as("owner")
	poll := must.Get(h.CreatePoll(ctx, h.owner, h.key(), fund.PollPatch{Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Zelda")}, {Name: fund.Some("Mario")}}}))(t)
	post := func(path string, more ...string) testbrowser.Answer {
		t.Helper()
		path = h.base() + path
		return b.Post(path, testbrowser.With(b.Get(path).Form(t, path), more...))
	}
	if page := b.Get(h.base() + "/counters/new").Text; !strings.Contains(page, "Which?: Mario") {
		t.Errorf("got\n%s\nwant the options of polls", page)
	}
	if got := post("/counters/new", "name", "", "poll_option", "nothing"); got.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a counter of nothing, want 422", got.StatusCode)
	}
	if got := post("/counters/new", "name", "Mario <b>", "poll_option", poll.Options[1].ID.String()); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d %s, want the stage", got.StatusCode, got.Text)
	}
	all := must.Get(h.Counters(ctx, must.Get(h.See(ctx, h.owner, h.key()))(t), fund.Page{Limit: 9}))(t)
	if len(all) != 1 || all[0].PollOption != poll.Options[1].ID {
		t.Fatalf("got %+v, want a counter of the option", all)
	}
	one, path := fund.Key{ID: all[0].ID}, "/counters/"+all[0].ID.String()
	get := func() fund.Counter { return must.Get(h.GetCounter(ctx, h.owner, one))(t) }
	if page := b.Get(h.base() + "/stage").Text; !strings.Contains(page, "Mario &lt;b&gt;") || !strings.Contains(page, h.base()+path) {
		t.Errorf("got\n%s\nwant the counter", page)
	}
	post("/overlays/new", "kind", "counter", "name", "one", "theme", "card", "about", all[0].ID.String())
	h.Clock.Advance(time.Minute)
	if post(path+"/stop", "sure", "yes"); !get().EndsAt.Equal(h.Clock.Now().Truncate(time.Microsecond)) {
		t.Errorf("got %+v, want it to have ended now", get())
	}
	if post(path+"/again", "sure", "yes"); !get().StartsAt.Equal(h.Clock.Now().Truncate(time.Microsecond)) || !get().EndsAt.IsZero() {
		t.Errorf("got %+v, want it to begin now", get())
	}
	post(path, "name", "Mario <b>", "starts_at", get().StartsAt.Format(fund.LocalTime), "poll_option", "", "via", "ada")
	if c := get(); !c.PollOption.IsZero() || c.Via != "ada" || c.Name != "Mario <b>" {
		t.Errorf("got %+v, want it to count what came by links", c)
	}
	overlay := must.Get(h.ListOverlays(ctx, must.Get(h.See(ctx, h.owner, h.key()))(t)))(t)[0]
	if overlay.About != one.ID {
		t.Errorf("got an overlay about %s, want the counter", overlay.About)
	}
	if got := h.as("stranger").Get(h.base() + path); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
	if post(path+"/delete", "sure", "yes"); len(must.Get(h.Counters(ctx, must.Get(h.See(ctx, h.owner, h.key()))(t), fund.Page{Limit: 9}))(t)) > 0 {
		t.Error("got the counter, want it deleted")
	}
}
