package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// tester is a test, or a run of a property.
type tester interface {
	must.Test
	Errorf(format string, args ...any)
	Context() context.Context
}

// count brings the counters up to date.
func (w *world) count(t tester) {
	t.Helper()
	for must.Get(w.CountDonations(t.Context()))(t) > 0 {
	}
}

// counter makes a counter of a fact.
func (w *world) counter(t tester, f fund.Fact, patch fund.CounterPatch) fund.Counter {
	t.Helper()
	patch.Name = fund.Some("Tonight")
	return must.Get(w.CreateCounter(t.Context(), app.System(), factKey(f), patch))(t)
}

// shows wants what a counter counted, in minor units.
func (w *world) shows(t tester, c fund.Counter, want int64) {
	t.Helper()
	w.count(t)
	if got := must.Get(w.GetCounter(t.Context(), w.owner, fund.Key{ID: c.ID}))(t); got.Raised != want {
		t.Errorf("got %d, want %d", got.Raised, want)
	}
}

// countedModel has counters of campaigns that move, at which anything happens.
type countedModel struct {
	chaosModel

	counters []fund.Counter
	via      map[fund.ID]string
	parents  []fund.ID
	// home is the fact that the campaign supports.
	home fund.ID
}

// TestCountersFollowTheLedger compares counters with what is left of the donations that they count, after anything that a provider and their owner can do.
func TestCountersFollowTheLedger(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	w.later()
	other := must.Get(w.CreateTeamCampaign(t.Context(), w.roles[fund.RoleAdmin], fund.Key{ID: w.team.ID}, fund.CampaignPatch{
		Name: fund.Some("Other"), Cause: key(w.cause.ID), Event: key(w.event.ID), Status: fund.Some(fund.Published), Supportable: fund.Some(fund.SupportPublic),
	}))(t)
	must.Get(w.UpdateCampaign(t.Context(), app.System(), campaignKey(w.team1), fund.CampaignPatch{Supportable: fund.Some(fund.SupportPublic)}))(t)
	rapid.Check(t, func(rt *rapid.T) {
		m := &countedModel{chaosModel: chaosModel{w: w, c: c, unreported: map[fund.ID]bool{}}, via: map[fund.ID]string{}, parents: []fund.ID{w.team1.ID, other.ID}, home: w.team1.ID}
		must.Get(w.UpdateCampaign(rt.Context(), app.System(), campaignKey(w.campaign), fund.CampaignPatch{Parent: key(w.team1.ID)}))(rt)
		w.Clock.Advance(2 * time.Hour) // past what the run before gave
		for _, f := range []fund.Fact{w.campaign, w.team1, other} {
			for _, via := range []string{"", "ada"} {
				m.counters = append(m.counters, w.counter(rt, f, fund.CounterPatch{Via: fund.Some(via)}))
			}
		}
		defer func() {
			for _, one := range m.counters {
				must.Do(rt, w.DeleteCounter(rt.Context(), app.System(), fund.Key{ID: one.ID}))
			}
		}()
		rt.Repeat(map[string]func(*rapid.T){
			"begin": m.begin, "pay": m.pay, "refund": m.refund, "refund fails": m.refundFails, "dispute": m.dispute, "decide": m.decide, "report": m.report,
			"report again": m.reportAgain, "round": m.round, "later": m.later, "restart": m.restart, "our refund": m.ourRefund,
			"count": func(rt *rapid.T) { w.count(rt) }, "span": m.span, "move": m.move, "hide": m.hide,
		})
		m.settle(rt)
		w.count(rt)
		m.compare(rt)
	})
}

func (m *countedModel) begin(rt *rapid.T) {
	id := must.Get(fund.NewID(m.w.Clock.Now(), idBits))(rt)
	in := fund.CheckoutInput{ID: id, Via: rapid.SampledFrom([]string{"", "ada", "grace"}).Draw(rt, "via"), DonationInput: fund.DonationInput{Amount: "25.55", Name: "Ada"}}
	must.Get(m.w.BeginDonation(rt.Context(), app.Actor{}, campaignKey(m.w.campaign), in))(rt)
	m.begun, m.via[id] = append(m.begun, id), in.Via
}

// span sets when a counter counts, around now.
func (m *countedModel) span(rt *rapid.T) {
	at := rapid.IntRange(0, len(m.counters)-1).Draw(rt, "counter")
	starts := m.w.Clock.Now().Add(time.Duration(rapid.IntRange(-3600, 60).Draw(rt, "starts")) * time.Second)
	patch := fund.CounterPatch{StartsAt: fund.Some(starts), EndsAt: fund.Some(time.Time{})}
	if rapid.Bool().Draw(rt, "ends") {
		patch.EndsAt.Value = starts.Add(time.Duration(rapid.IntRange(1, 3600).Draw(rt, "lasts")) * time.Second)
	}
	m.counters[at] = must.Get(m.w.UpdateCounter(rt.Context(), app.System(), fund.Key{ID: m.counters[at].ID}, patch))(rt)
}

func (m *countedModel) move(rt *rapid.T) {
	m.home = rapid.SampledFrom(m.parents).Draw(rt, "parent")
	must.Get(m.w.UpdateCampaign(rt.Context(), app.System(), campaignKey(m.w.campaign), fund.CampaignPatch{Parent: key(m.home)}))(rt)
}

// hide hides the donor, whose money counts.
func (m *countedModel) hide(rt *rapid.T) {
	_, err := m.w.ScreenDonation(rt.Context(), app.System(), fund.Key{ID: m.pick(rt)}, fund.ScreeningHidden)
	if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
		rt.Fatal(err)
	}
}

func (m *countedModel) compare(rt *rapid.T) {
	for _, one := range m.counters {
		var want int64
		for _, id := range m.begun {
			d := m.w.donation(rt, id)
			if one.Counts(fund.CountedDonation{ID: id, CompletedAt: d.CompletedAt, Via: m.via[id]}) && (one.FactID == m.w.campaign.ID || one.FactID == m.home) {
				want += d.Net()
			}
		}
		if got := must.Get(m.w.GetCounter(rt.Context(), app.System(), fund.Key{ID: one.ID}))(rt); got.Raised != want {
			rt.Errorf("counter of %s via %q: got %d, want %d", one.FactID, one.Via, got.Raised, want)
		}
	}
}

// TestWhatACounterCounts has edges of its time, options of polls, and what came before it was made.
func TestWhatACounterCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	poll := must.Get(w.CreatePoll(t.Context(), w.owner, campaignKey(w.campaign), fund.PollPatch{Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}, {Name: fund.Some("B")}}}))(t)
	give := func(amount string, option int) {
		t.Helper()
		must.Get(w.donate(t, fund.DonationInput{Amount: amount, PollOption: &fund.Key{ID: poll.Options[option].ID}}))(t)
	}
	start := w.Clock.Now().Truncate(time.Second).Add(time.Hour)
	w.Clock.Advance(start.Add(-time.Microsecond).Sub(w.Clock.Now()))
	give("1", 0)
	w.Clock.Advance(start.Sub(w.Clock.Now()))
	give("2", 0)
	w.Clock.Advance(start.Add(time.Hour - time.Microsecond).Sub(w.Clock.Now()))
	give("4", 1)
	span := fund.CounterPatch{StartsAt: fund.Some(start), EndsAt: fund.Some(start.Add(time.Hour))}
	whole, above := w.counter(t, w.campaign, span), w.counter(t, fund.Fact{ID: w.cause.ID, Kind: fund.KindCause}, span)
	span.PollOption = key(poll.Options[1].ID)
	option := w.counter(t, w.campaign, span)
	w.Clock.Advance(time.Microsecond)
	fresh := w.counter(t, w.campaign, fund.CounterPatch{})
	if whole.Raised != 600 || above.Raised != 600 || option.Raised != 400 || fresh.Raised != 0 {
		t.Errorf("got %d, %d, %d and %d at once, want 600, 600, 400 and 0", whole.Raised, above.Raised, option.Raised, fresh.Raised)
	}
	give("8", 1)
	w.shows(t, whole, 600)
	w.shows(t, above, 600)
	w.shows(t, option, 400)
	w.shows(t, fresh, 800)
}

// TestTwoNodesCount has two nodes fold the log at once while somebody sets the counter up again and again.
func TestTwoNodesCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other, c := w.Node(nil), w.counter(t, w.campaign, fund.CounterPatch{})
	const rounds = 30
	var running sync.WaitGroup
	for _, node := range []*app.App{w.App, other} {
		running.Go(func() {
			for range rounds {
				if _, err := node.CountDonations(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Go(func() {
		for range rounds / 3 {
			if _, err := other.UpdateCounter(t.Context(), app.System(), fund.Key{ID: c.ID}, fund.CounterPatch{Name: fund.Some("Again")}); err != nil {
				t.Error(err)
			}
		}
	})
	for range rounds {
		must.Get(w.donate(t, fund.DonationInput{Amount: "1"}))(t)
	}
	running.Wait()
	w.shows(t, c, rounds*100)
}

// TestAnErasedDonorLeavesACounterOfLinks wants a counter of a link to know an erased donor no more, as nothing does, and refunds of theirs to change nothing.
func TestAnErasedDonorLeavesACounterOfLinks(t *testing.T) {
	t.Parallel()
	w := newQuuxWorld(t)
	c := w.counter(t, w.campaign, fund.CounterPatch{Via: fund.Some(" newsletter "), StartsAt: fund.Some(w.Clock.Now().Add(-time.Hour))})
	for _, email := range []string{quuxEmail, "ada@example.org"} {
		w.payWith(t, w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Email: email}, Via: "newsletter"}), goodCard)
	}
	w.shows(t, c, 2000)
	w.erase(t)
	w.shows(t, c, 1000)
}

// TestWhoSetsUpCounters tries all, and what they may not say.
func TestWhoSetsUpCounters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, at := t.Context(), campaignKey(w.campaign)
	patch := fund.CounterPatch{Name: fund.Some("Run")}
	for _, one := range []struct {
		name  string
		actor app.Actor
		want  string
	}{{"owner", w.owner, ""}, {"cause staff", w.causer, "forbidden"}, {"stranger", w.stranger, "forbidden"}, {"nobody", app.Actor{}, "unauthenticated"}} {
		made, err := w.CreateCounter(ctx, one.actor, at, patch)
		wantKind(t, err, one.want)
		if err != nil {
			made = w.counter(t, w.campaign, fund.CounterPatch{})
		}
		_, err = w.UpdateCounter(ctx, one.actor, fund.Key{ID: made.ID}, patch)
		wantKind(t, err, one.want)
		wantKind(t, w.DeleteCounter(ctx, one.actor, fund.Key{ID: made.ID}), one.want)
		if err == nil {
			w.wantActs(t, made.ID, fund.ActDeleteCounter, fund.ActUpdateCounter, fund.ActCreateCounter)
		}
	}
	option := must.Get(w.CreatePoll(ctx, app.System(), campaignKey(w.team1), fund.PollPatch{Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}}}))(t).Options[0]
	now := w.Clock.Now()
	for field, wrong := range map[string]fund.CounterPatch{
		"name": {Name: fund.Some(" ")}, "ends_at": {StartsAt: fund.Some(now), EndsAt: fund.Some(now)}, "via": {Via: fund.Some("a/b")},
		"poll_option": {PollOption: key(option.ID)}, "relay": {Relay: key(option.ID)},
	} {
		if !wrong.Name.Set {
			wrong.Name = patch.Name
		}
		_, err := w.CreateCounter(ctx, w.owner, at, wrong)
		if f := fault.From(err); f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != field {
			t.Errorf("got %v, want it refused at %s", err, field)
		}
	}
	if _, err := w.CreateCounter(ctx, w.owner, at, fund.CounterPatch{Name: patch.Name, Via: fund.Some(strings.Repeat("x", fund.MaxVia))}); err != nil {
		t.Errorf("got %v for the longest name of a link", err)
	}
	have := len(must.Get(w.Counters(ctx, must.Get(w.See(ctx, w.owner, at))(t), fund.Page{Limit: fund.MaxPage}))(t))
	for range fund.MaxCounters - have {
		w.later()
		must.Get(w.CreateCounter(ctx, w.owner, at, patch))(t)
	}
	_, err := w.CreateCounter(ctx, w.owner, at, patch)
	wantKind(t, err, "conflict")
}

// TestCountersInOverlays shows the counter that an overlay is about, else the newest that counts, and what it says of one that is gone.
func TestCountersInOverlays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, now := t.Context(), w.Clock.Now()
	first := w.counter(t, w.campaign, fund.CounterPatch{EndsAt: fund.Some(now.Add(time.Hour))})
	w.later()
	second := w.counter(t, w.campaign, fund.CounterPatch{StartsAt: fund.Some(now.Add(time.Minute))})
	foreign := w.counter(t, w.team1, fund.CounterPatch{})
	o := must.Get(w.CreateOverlay(ctx, w.owner, campaignKey(w.campaign), fund.OverlayPatch{
		Name: fund.Some("one"), Kind: fund.Some(fund.OverlayCounter), Theme: fund.Some(fund.ThemeCard),
	}))(t)
	shown := func(want ...string) {
		t.Helper()
		c, until, err := w.ShownCounter(ctx, must.Get(w.OpenOverlay(ctx, o.Key))(t))
		got := []string{"", ""}
		if must.Do(t, err); c != nil {
			got[0] = map[fund.ID]string{first.ID: "first", second.ID: "second"}[c.ID]
		}
		if !until.IsZero() {
			got[1] = fmt.Sprint(until.Sub(now))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	about := func(id fund.ID) error {
		_, err := w.UpdateOverlay(ctx, w.owner, o.ID, fund.OverlayPatch{About: fund.Some(id)})
		return err
	}
	shown("first", "1m0s")
	must.Do(t, about(second.ID))
	shown("second", "")
	must.Do(t, w.DeleteCounter(ctx, w.owner, fund.Key{ID: second.ID}))
	shown("first", "1h0m0s")
	w.Clock.Advance(time.Hour)
	shown("", "")
	for _, id := range []fund.ID{foreign.ID, second.ID} {
		if f := fault.From(about(id)); f.Kind != fault.Invalid || f.Fields[0].Path != "about" {
			t.Errorf("got %v for a counter of another fact, or none, want it refused", f)
		}
	}
}
