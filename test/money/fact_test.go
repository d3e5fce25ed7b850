package money_test

import (
	"fmt"
	"net/http"
	"slices"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// changing are the campaigns and team campaigns that can still change.
func changing(f *fact) bool {
	return (f.kind == "campaign" || f.kind == "team_campaign") && f.status != fund.Retired
}

// create makes one campaign more.
func (w *world) create(t *rapid.T) {
	if len(w.facts) > 12 {
		t.Skip("enough campaigns")
	}
	cause := w.pick(t, func(f *fact) bool { return f.kind == "cause" && !f.down })
	w.clock.Advance(1000)
	w.campaign(cause)
}

// move lets a campaign support another one, the team campaign, or nothing of both.
func (w *world) move(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return f.kind == "campaign" && changing(f) })
	parent := w.pick(t, func(p *fact) bool { return p == f.cause || p.kind == "campaign" || p.kind == "team_campaign" })
	body := `{"team_campaign_id":null}`
	if parent != f.cause {
		body = fmt.Sprintf(`{"%s_id":%q}`, parent.kind, parent.ID)
	}
	got, ok := write[struct {
		EventID *string `json:"fundraising_event_id"`
	}](w, http.MethodPatch, f.address(), body)
	switch {
	case ok && parent != f.cause && (parent.below(f) || parent.cause != f.cause):
		t.Fatalf("a campaign supports itself or another cause: %s", body)
	case ok && parent != f.cause:
		f.parent = parent
	case ok && got.EventID != nil:
		f.parent = w.event()
	case ok:
		f.parent = f.cause
	}
}

func (w *world) event() *fact {
	for _, f := range w.facts {
		if f.kind == "fundraising_event" {
			return f
		}
	}
	panic("there is an event")
}

// join puts a campaign or the team campaign into the event, or takes it out.
func (w *world) join(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return changing(f) && f.cause == w.event().cause })
	in := rapid.Bool().Draw(t, "in")
	body := `{"fundraising_event_id":null}`
	if in {
		body = fmt.Sprintf(`{"fundraising_event_id":%q}`, w.event().ID)
	}
	_, ok := write[named](w, http.MethodPatch, f.address(), body)
	if !ok || f.parent.kind != "fundraising_event" && f.parent.kind != "cause" {
		return // what supports a campaign is in its event, and supports it as before
	}
	if f.parent = f.cause; in {
		f.parent = w.event()
	}
}

// lend makes a campaign count for the team, or no longer.
func (w *world) lend(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return f.kind == "campaign" && changing(f) })
	to := rapid.Bool().Draw(t, "team")
	body := `{"team_id":null}`
	if to {
		body = fmt.Sprintf(`{"team_id":%q}`, w.crew.ID)
	}
	if _, ok := write[named](w, http.MethodPatch, f.address(), body); ok {
		f.forTeam = to
	}
}

// publish changes the status of a campaign.
func (w *world) publish(t *rapid.T) {
	f := w.pick(t, changing)
	to := one(t, "status", []fund.Status{fund.Published, fund.Published, fund.Published, fund.Unpublished, fund.Unpublished, fund.Retired})
	if _, ok := write[named](w, http.MethodPatch, f.address(), fmt.Sprintf(`{"status":%q}`, to)); ok {
		f.status = to
	}
}

// decide takes a fact down or puts it back, or suspends or approves a cause.
func (w *world) decide(t *rapid.T) {
	f := w.pick(t, func(*fact) bool { return true })
	down := !f.down && seldom(t, "down", 4)
	var err error
	switch {
	case f.kind == "cause" && down:
		_, err = w.SuspendCause(ctx, app.System(), fund.Key{ID: f.id}, "Why")
	case f.kind == "cause":
		cause := must.Get(w.GetCause(ctx, app.System(), fund.Key{ID: f.id}))(t)
		_, err = w.ApproveCause(ctx, app.System(), fund.Key{ID: f.id}, cause.ApprovalVersion())
	case down:
		_, err = w.TakeDown(ctx, app.System(), f.id, "Why")
	default:
		_, err = w.PutBack(ctx, app.System(), f.id)
	}
	must.Do(t, err)
	f.down = down
}

// remove deletes a campaign, which must not have had any money.
func (w *world) remove(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return f.kind == "campaign" })
	if _, ok := write[struct{}](w, http.MethodDelete, f.address(), ""); !ok {
		return
	}
	var donations []*donation
	for _, d := range w.donations {
		switch {
		case d.to != f:
			donations = append(donations, d)
		case d.arrived || d.paid != nil && d.paid.Status == fund.PaymentOpen:
			t.Fatalf("a campaign with the donation %s was deleted", d.id)
		}
	}
	w.donations = donations
	w.matches = slices.DeleteFunc(w.matches, func(m *match) bool { return m.to == f })
	w.facts = slices.DeleteFunc(w.facts, func(one *fact) bool { return one == f })
}

// close closes the poll, the target or the reward of a campaign, or opens it again.
func (w *world) close(t *rapid.T) {
	f := w.pick(t, func(f *fact) bool { return f.kind == "campaign" && changing(f) })
	what := one(t, "what", []string{"/api/private/targets/" + f.target.ID, "/api/private/rewards/" + f.reward.ID, pollOf(f)})
	w.switchTo(what, f, rapid.Bool().Draw(t, "active"))
}

func pollOf(f *fact) string { return "/api/private/polls/" + f.poll.ID }

// switchTo opens or closes an incentive of a campaign.
func (w *world) switchTo(what string, f *fact, active bool) {
	if _, ok := write[named](w, http.MethodPatch, what, fmt.Sprintf(`{"active":%t}`, active)); ok && what == pollOf(f) {
		f.pollClosed = !active
	}
}
