package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// trigger makes something happen at the campaign. Test events show what they are about in Go's words.
func (w *world) trigger(t *testing.T, actor app.Actor, in fund.TriggerInput) (app.Triggered, error) {
	t.Helper()
	return w.Trigger(t.Context(), actor, campaignKey(w.campaign), in, func(_ context.Context, r app.Rehearsal) ([]byte, error) {
		switch {
		case r.Donation != nil:
			return json.Marshal(r.Donation)
		case r.Milestone != nil:
			return json.Marshal(r.Milestone)
		default:
			return json.Marshal(r.Match)
		}
	})
}

func triggering(event fund.TriggerEvent) fund.TriggerInput {
	return fund.TriggerInput{Event: fund.Some(string(event))}
}

// offers gives the campaign a poll, two milestones and a match.
func (w *world) offers(t *testing.T) (poll fund.Poll, low fund.Milestone, m fund.DonationMatch) {
	t.Helper()
	ctx, at := t.Context(), campaignKey(w.campaign)
	poll = must.Get(w.CreatePoll(ctx, w.owner, at, fund.PollPatch{Name: fund.Some("Next game"), Options: []fund.PollOptionPatch{{Name: fund.Some("Chess")}, {Name: fund.Some("Go")}}}))(t)
	for _, amount := range []string{"500", "100"} {
		low = must.Get(w.CreateMilestone(ctx, w.owner, at, fund.MilestonePatch{Name: fund.Some("At " + amount), Amount: fund.Some(amount)}))(t)
	}
	m = must.Get(w.CreateMatch(ctx, w.causer, at, fund.MatchPatch{
		MatchedBy: fund.Some("Grace"), Pledged: fund.Some("10"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
	}))(t)
	return poll, low, m
}

// topics are those of the events after a position, each once.
func (w *world) topics(t *testing.T, after int64) string {
	t.Helper()
	var all []string
	for _, e := range w.events(t.Context(), t, after) {
		if !strings.Contains(strings.Join(all, " "), string(e.Topic)) {
			all = append(all, string(e.Topic))
		}
	}
	return strings.Join(all, " ")
}

// TestPlayMoneyIsTriggeredForReal makes everything happen at a campaign whose money is play money.
func TestPlayMoneyIsTriggeredForReal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	poll, low, m := w.offers(t)
	do := func(in fund.TriggerInput, topic string) fund.ID {
		t.Helper()
		w.later()
		before := w.position(t.Context(), t)
		got, err := w.trigger(t, w.owner, in)
		if err != nil || got.Test || !strings.Contains(w.topics(t, before), topic) {
			t.Fatalf("%s: got %+v, %v with %s, want %s for real", in.Event.Value, got, err, w.topics(t, before), topic)
		}
		return got.Subject
	}
	in := triggering(fund.TriggerDonation)
	in.Amount, in.Name = fund.Some("12.34"), fund.Some("Ada")
	if d := w.donation(t, do(in, "donation.completed")); d.Amount != 1234 || d.Name != "Ada" || d.Origin != fund.OriginTrigger {
		t.Errorf("got %+v, want the donation", d)
	}
	vote := w.donation(t, do(triggering(fund.TriggerPollVote), "donation.completed"))
	if vote.PollOption == nil || vote.PollOption.ID != poll.Options[0].ID || vote.Amount != 1000 {
		t.Errorf("got %+v, want a vote of 10 for the first option", vote)
	}
	if id := do(triggering(fund.TriggerRefund), "donation.refunded"); id != vote.ID || w.donation(t, id).Net() != 0 {
		t.Errorf("got %s refunded, want the newest donation", id)
	}
	if id := do(triggering(fund.TriggerScreening), "donation.screened"); w.donation(t, id).Screening != fund.ScreeningHidden {
		t.Errorf("got %s, want it hidden", w.donation(t, id).Screening)
	}
	if id := do(triggering(fund.TriggerMilestone), "milestone.reached"); id != low.ID || w.raised(t) != 10000 {
		t.Errorf("got %s at %d, want the lower milestone reached exactly", id, w.raised(t))
	}
	if id := do(triggering(fund.TriggerMatchEnd), "match.completed"); id != m.ID {
		t.Errorf("got %s, want the match ended", id)
	}
	_, err := w.trigger(t, w.owner, triggering(fund.TriggerDispute))
	wantKind(t, err, "conflict") // none of these has a bank
	begun := w.begin(t, written("Bo", ""))
	w.payWith(t, begun, goodCard)
	if id := do(triggering(fund.TriggerDispute), "donation.disputed"); id != begun.Donation || w.donation(t, id).State != fund.DonationDisputed {
		t.Errorf("got %s disputed, want the payment", id)
	}
	if report := must.Get(w.Store.Audit(t.Context()))(t); len(report.Differences) > 0 {
		t.Errorf("got %+v, want totals that equal the ledger", report.Differences)
	}
}

// TestRehearsalsChangeNothing makes everything happen where the money is real, as test events only.
func TestRehearsalsChangeNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []fund.Mode{fund.ModeLive, fund.ModeTest} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			w := newWorldWith(t, worldOptions{mode: mode})
			for _, offered := range []bool{false, true} {
				if offered {
					w.offers(t)
				}
				for _, event := range fund.TriggerEvents() {
					in := triggering(event)
					in.Amount, in.Currency, in.Name = fund.Some("1234"), fund.Some("JPY"), fund.Some("Ada")
					w.rehearse(t, in)
				}
			}
			if raised := w.raised(t); raised != 0 {
				t.Errorf("got %d raised, want nothing", raised)
			}
			donations := must.Get(w.Donations(t.Context(), must.Get(w.See(t.Context(), w.owner, campaignKey(w.campaign)))(t), app.DonationQuery{}, fund.Page{Limit: 9}))(t)
			if len(donations) > 0 {
				t.Errorf("got %+v, want no donation", donations)
			}
			if report := must.Get(w.Store.Audit(t.Context()))(t); len(report.Differences) > 0 || report.Donations != 0 {
				t.Errorf("got %+v, want nothing in the ledger", report)
			}
		})
	}
}

// rehearse wants one test event, and nothing besides.
func (w *world) rehearse(t *testing.T, in fund.TriggerInput) {
	t.Helper()
	before := w.position(t.Context(), t)
	got := must.Get(w.trigger(t, w.owner, in))(t)
	events := w.events(t.Context(), t, before)
	if len(events) != 1 {
		t.Fatalf("%s: got %d events, want one", in.Event.Value, len(events))
	}
	e := events[0]
	if !got.Test || !e.Test || e.Topic != got.Topic || e.Subject != got.Subject || len(e.Facts) == 0 || e.Facts[0] != w.campaign.ID || !json.Valid(e.Detail.Sample) {
		t.Errorf("%s: got %+v for %+v, want a test event at the campaign with a sample", in.Event.Value, e, got)
	}
	if want := `"Currency":"`; !strings.Contains(string(e.Detail.Sample), want) {
		t.Errorf("%s: got the sample %s, want one with %s", in.Event.Value, e.Detail.Sample, want)
	}
}

// TestWhoMayTrigger asks as everybody, where the money is play money and where it is not.
func TestWhoMayTrigger(t *testing.T) {
	t.Parallel()
	for _, mode := range []fund.Mode{fund.ModeSandbox, fund.ModeLive} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			w := newWorldWith(t, worldOptions{mode: mode})
			with := func(actor app.Actor, scopes ...string) app.Actor {
				actor.Scopes = scopes
				return actor
			}
			play := mode == fund.ModeSandbox
			kind := func(allowed bool) string {
				if allowed {
					return ""
				}
				return "forbidden"
			}
			for name, c := range map[string]struct {
				actor app.Actor
				want  string
			}{
				"nobody":                {app.Actor{}, "unauthenticated"},
				"a stranger":            {w.stranger, "forbidden"},
				"staff of the cause":    {w.causer, "forbidden"}, // the campaign is the owner's
				"an application":        {with(w.program, fund.ScopeSandbox, fund.ScopeWrite), "forbidden"},
				"public":                {with(w.owner, fund.ScopePublic), "forbidden"},
				"scope write":           {with(w.owner, fund.ScopeWrite), kind(!play)},
				"scope sandbox":         {with(w.owner, fund.ScopeSandbox), kind(play)},
				"scope of donations":    {with(w.owner, fund.ScopeDonationsWrite), kind(play)},
				"owner with all scopes": {w.owner, ""},
			} {
				for _, event := range []fund.TriggerEvent{fund.TriggerDonation, fund.TriggerScreening} {
					_, err := w.trigger(t, c.actor, triggering(event))
					if got := fault.From(err); c.want != "" && (got == nil || got.Kind.String() != c.want) || c.want == "" && fault.Is(err, fault.Forbidden) {
						t.Errorf("%s: %s: got %v, want %q", name, event, err, c.want)
					}
				}
			}
		})
	}
}

// TestRehearsalsInAnotherCurrency have their amounts in the sample, since those of an event are in the currency of its fact.
func TestRehearsalsInAnotherCurrency(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, worldOptions{mode: fund.ModeLive})
	for _, event := range []fund.TriggerEvent{fund.TriggerDonation, fund.TriggerRefund, fund.TriggerMilestone, fund.TriggerMatchEnd} {
		for currency, amounts := range map[string]bool{"JPY": false, w.campaign.Currency: true} {
			before := w.position(t.Context(), t)
			in := triggering(event)
			in.Amount, in.Currency = fund.Some("1000"), fund.Some(currency)
			must.Get(w.trigger(t, w.owner, in))(t)
			e := w.events(t.Context(), t, before)[0]
			if got := e.Amount != 0 || e.Detail.Amount != 0 || e.Detail.Total != 0; got != amounts {
				t.Errorf("%s in %s: got %d and %+v, want amounts: %v", event, currency, e.Amount, e.Detail, amounts)
			}
			if !strings.Contains(string(e.Detail.Sample), currency) {
				t.Errorf("%s: got the sample %s, want it in %s", event, e.Detail.Sample, currency)
			}
		}
	}
}

// TestTriggersThatAreRefused sends what cannot be, and one test event too many.
func TestTriggersThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, worldOptions{mode: fund.ModeLive})
	in := triggering("party")
	in.Screening = fund.Some("loud")
	_, err := w.trigger(t, w.owner, in)
	wantFields(t, err, "event is not one of the allowed values", "screening is not one of the allowed values")
	in = triggering(fund.TriggerDonation)
	in.Amount, in.Currency, in.Name = fund.Some("1"), fund.Some("XXX"), fund.Some(strings.Repeat("n", fund.MaxDonorName+1))
	_, err = w.trigger(t, w.owner, in)
	wantFields(t, err, "currency "+fund.NotCurrency)
	in.Currency = fund.Some("EUR")
	_, err = w.trigger(t, w.owner, in)
	wantFields(t, err, "name "+fund.TooLong(fund.MaxDonorName))
	for n := range shield.RehearsalsAnHour {
		if _, err = w.trigger(t, w.owner, triggering(fund.TriggerDonation)); err != nil {
			t.Fatalf("got %v for number %d", err, n+1)
		}
	}
	_, err = w.trigger(t, w.owner, triggering(fund.TriggerDonation))
	wantKind(t, err, fmt.Sprint(fault.RateLimited))
	play := newWorld(t)
	for event, want := range map[fund.TriggerEvent]string{
		fund.TriggerRefund: "donation", fund.TriggerScreening: "donation", fund.TriggerPollVote: "open poll",
		fund.TriggerMilestone: "milestone", fund.TriggerMatchEnd: "match", fund.TriggerDispute: "test card",
	} {
		if _, err := play.trigger(t, play.owner, triggering(event)); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.From(err).Message, want) {
			t.Errorf("%s: got %v, want that there is no %s", event, err, want)
		}
	}
	stray := triggering(fund.TriggerRefund)
	stray.Donation = key(fund.ID{1})
	_, err = play.trigger(t, play.owner, stray)
	wantFields(t, err, "donation is none of this campaign")
}
