package app_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// channel is a stage of the team campaign of a world, with an overlay for alerts and the first page of that.
type channel struct {
	*show
	on fund.Stage
}

// admin runs the team campaign of a world.
func (w *world) admin() app.Actor { return w.roles[fund.RoleAdmin] }

// stageOf is the key of a stage of the team campaign; zero for the first one.
func (w *world) stageOf(id fund.ID) app.FactKey {
	k := factKey(w.team1)
	k.Stage = id
	return k
}

// channel makes a stage of the team campaign, or takes the first one where patch says nothing.
func (w *world) channel(t *testing.T, patch fund.StagePatch) *channel {
	t.Helper()
	c := &channel{}
	if patch != (fund.StagePatch{}) {
		c.on = must.Get(w.CreateStage(t.Context(), w.admin(), w.stageOf(fund.ID{}), patch))(t)
	}
	o := must.Get(w.CreateOverlay(t.Context(), w.admin(), w.stageOf(c.on.ID), fund.OverlayPatch{
		Name: fund.Some("alerts"), Kind: fund.Some(fund.OverlayAlerts), Theme: fund.Some(fund.ThemeCard),
	}))(t)
	c.show = &show{w, t, w.team1, must.Get(w.OpenOverlay(t.Context(), o.Key))(t)}
	must.Get(w.MeetPlayer(t.Context(), c.OverlayVisit, secret))(t)
	c.queue()
	return c
}

func (c *channel) desk() app.Desk {
	c.t.Helper()
	return must.Get(c.Desk(c.t.Context(), must.Get(c.See(c.t.Context(), c.admin(), factKey(c.team1)))(c.t).On(c.on.ID)))(c.t)
}

func (c *channel) run(act fund.DeskAct) error {
	return c.RunStage(c.t.Context(), c.admin(), c.stageOf(c.on.ID), act, fund.ID{})
}

// waits names what waits at the desk of the stage, and what ended there.
func (c *channel) waits() string {
	c.t.Helper()
	d := c.desk()
	var names []string
	for _, one := range d.Next {
		names = append(names, named(one))
	}
	for _, one := range d.Ended {
		names = append(names, "ended "+named(one))
	}
	if len(d.Next) != d.Waiting {
		c.t.Errorf("got %d that wait, want %d", d.Waiting, len(d.Next))
	}
	return strings.Join(names, ", ")
}

// channels makes the first stage of the team campaign, and one for each other filter: on "other", a campaign below it.
func (w *world) channels(t *testing.T, other fund.Fact) map[string]*channel {
	t.Helper()
	return map[string]*channel{
		"first": w.channel(t, fund.StagePatch{}),
		"own":   w.channel(t, fund.StagePatch{Name: fund.Some("Hall"), Takes: fund.Some(fund.TakesOwn)}),
		"below": w.channel(t, fund.StagePatch{Name: fund.Some("Other"), Takes: fund.Some(fund.TakesBelow), Below: fund.Some(other.ID)}),
		"via":   w.channel(t, fund.StagePatch{Name: fund.Some("Ada"), Takes: fund.Some(fund.TakesVia), Via: fund.Some(" ada ")}),
	}
}

// TestEachStageTakesWhatItsFilterLets gives to a team campaign, to campaigns below it and by a link, and plays the alerts of each stage apart from those of others.
func TestEachStageTakesWhatItsFilterLets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.newCampaign(t.Context(), t, fund.CampaignPatch{Name: fund.Some("Other"), Parent: key(w.team1.ID), Status: fund.Some(fund.Published)})
	all := w.channels(t, other)
	wants := func(when string, want map[string]string) {
		t.Helper()
		all["first"].queue()
		for name, c := range all {
			if got := c.waits(); got != want[name] {
				t.Errorf("%s, stage %s: got %q, want %q", when, name, got, want[name])
			}
		}
	}
	for _, gift := range []struct {
		name string
		to   fund.Fact
	}{{"Below", w.campaign}, {"Own", w.team1}, {"Other", other}} {
		must.Get(w.donate(t, fund.DonationInput{Fact: fund.Key{ID: gift.to.ID}, Name: gift.name}))(t)
	}
	w.payWith(t, w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: "Linked"}, Via: "ada"}), goodCard)
	want := map[string]string{"first": "Below, Own, Other, Linked", "own": "Own", "below": "Other", "via": "Linked"}
	wants("gifts", want)

	// What is done on one stage is not done on others.
	must.Do(t, all["own"].run(fund.DeskPause))
	all["own"].quiet("a stage that is paused")
	if got := all["via"].play(); got != "Linked" {
		t.Errorf("got %s, want the alert of the other stage", got)
	}
	must.Do(t, all["below"].run(fund.DeskOff))
	if !must.Get(w.OpenOverlay(t.Context(), all["below"].Key))(t).OffAir || must.Get(w.OpenOverlay(t.Context(), all["via"].Key))(t).OffAir {
		t.Error("panic on one stage is not on that one alone")
	}
	must.Do(t, w.TestAlert(t.Context(), w.admin(), w.stageOf(all["own"].on.ID), fund.AlertSample{Name: "Sam", Amount: 100}))
	want["own"], want["via"] = "test of Sam, Own", "ended Linked"
	wants("a test", want)
}

// TestHeldGiftsAreOnNoStage wants what is held to be on no stage, and what is approved on those that take it.
func TestHeldGiftsAreOnNoStage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.channels(t, w.campaign)
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
	d := w.gift(t, "Held", "rude")
	shown := func(want string) {
		t.Helper()
		all["first"].queue()
		for name, c := range all {
			if got := c.waits(); (got == "Held") != strings.Contains(want, name) || got != "" && got != "Held" {
				t.Errorf("stage %s: got %q, want the gift on %q", name, got, want)
			}
		}
	}
	shown("")
	decide := func(to fund.Screening) {
		t.Helper()
		now := must.Get(w.GetDonation(t.Context(), w.owner, fund.Key{ID: d.ID}))(t)
		must.Do(t, w.DecideDonation(t.Context(), w.owner, fund.Key{ID: d.ID}, app.Decision{To: to, Was: now.Screening}))
	}
	decide(fund.ScreeningShown)
	shown("first below")
	decide(fund.ScreeningHidden)
	shown("")
}

// TestAStageThatTakesLess changes the filter of a stage: what it takes no more leaves it, whatever became of it there, and does not come back with the old filter.
func TestAStageThatTakesLess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.channel(t, fund.StagePatch{})
	take := func(patch fund.StagePatch) {
		t.Helper()
		must.Get(w.UpdateStage(t.Context(), w.admin(), w.stageOf(fund.ID{}), patch))(t)
	}
	for _, name := range []string{"Played", "Shown", "Waits"} {
		first.give(name, "5", "")
	}
	must.Get(w.donate(t, fund.DonationInput{Fact: fund.Key{ID: w.team1.ID}, Name: "Own"}))(t)
	first.queue()
	first.play()
	shown := first.start()
	take(fund.StagePatch{Takes: fund.Some(fund.TakesOwn)})
	if got := first.waits(); got != "Own" || first.cue().Shown != nil {
		t.Errorf("got %q and the cue %+v, want the gift to the fact itself alone", got, first.cue())
	}
	wantKind(t, w.RunStage(t.Context(), w.admin(), w.stageOf(fund.ID{}), fund.DeskAgain, shown.ID), "not_found")
	first.give("Late", "5", "")
	take(fund.StagePatch{Takes: fund.Some(fund.TakesBelow), Below: fund.Some(w.campaign.ID)})
	if got := first.waits(); got != "" {
		t.Errorf("got %q, want nothing of before", got)
	}
	first.give("New", "5", "")
	take(fund.StagePatch{Takes: fund.Some(fund.TakesVia), Via: fund.Some("ada")})
	w.payWith(t, w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: "Linked"}, Via: "ada"}), goodCard)
	first.queue()
	take(fund.StagePatch{Name: fund.Some("Main hall")})
	if got := first.waits(); got != "Linked" {
		t.Errorf("got %q, want the gift by the link", got)
	}
	take(fund.StagePatch{Takes: fund.Some(fund.TakesAll)})
	if got := first.waits(); got != "Linked" {
		t.Errorf("got %q, want nothing back", got)
	}
}

// TestStagesThatTakeNothingCostNothing wants a gift to take no more statements where there are many stages that do not take it.
func TestStagesThatTakeNothingCostNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.channel(t, fund.StagePatch{})
	cost := func() int {
		t.Helper()
		must.Get(w.donate(t, fund.DonationInput{}))(t)
		ran := w.Statements(func() { must.Get(w.QueueAlerts(t.Context()))(t) })
		first.queue()
		return len(ran)
	}
	before := cost()
	for i := 1; i < fund.MaxStages; i++ {
		w.channel(t, fund.StagePatch{Name: fund.Some(fmt.Sprint("Via ", i)), Takes: fund.Some(fund.TakesVia), Via: fund.Some(fmt.Sprint("via ", i))})
	}
	if after := cost(); after != before {
		t.Errorf("got %d statements with %d stages, want %d as with one", after, fund.MaxStages, before)
	}
	_, err := w.CreateStage(t.Context(), w.admin(), w.stageOf(fund.ID{}), fund.StagePatch{Name: fund.Some("One more")})
	wantKind(t, err, "conflict")
}

// TestWhoSetsUpStages tries all, and what they may not say.
func TestWhoSetsUpStages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hall := fund.StagePatch{Name: fund.Some("Hall")}
	for _, who := range []struct {
		name  string
		actor app.Actor
		want  string
	}{{"admin", w.admin(), ""}, {"member", w.roles[fund.RoleMember], "forbidden"}, {"owner below", w.owner, "forbidden"}, {"nobody", app.Actor{}, "unauthenticated"}} {
		made, err := w.CreateStage(ctx, who.actor, w.stageOf(fund.ID{}), hall)
		wantKind(t, err, who.want)
		if err != nil {
			made = must.Get(w.CreateStage(ctx, app.System(), w.stageOf(fund.ID{}), hall))(t)
		}
		_, err = w.UpdateStage(ctx, who.actor, w.stageOf(made.ID), hall)
		wantKind(t, err, who.want)
		seen, err := w.See(ctx, who.actor, factKey(w.team1))
		must.Do(t, err)
		_, err = w.ListStages(ctx, seen)
		wantKind(t, err, who.want)
		wantKind(t, w.DeleteStage(ctx, who.actor, w.stageOf(made.ID)), who.want)
	}
	one := must.Get(w.CreateStage(ctx, w.admin(), w.stageOf(fund.ID{}), hall))(t)
	for name, wrong := range map[string]fund.StagePatch{
		"name": {Name: fund.Some(" ")}, "takes": {Takes: fund.Some[fund.StageTakes]("some")}, "via": {Takes: fund.Some(fund.TakesVia), Via: fund.Some("a/b")},
		"below": {Takes: fund.Some(fund.TakesBelow), Below: fund.Some(w.cause.ID)},
	} {
		_, err := w.UpdateStage(ctx, w.admin(), w.stageOf(one.ID), wrong)
		if wantKind(t, err, "invalid"); err != nil && fault.From(err).Fields[0].Path != name {
			t.Errorf("got %v, want that %s is wrong", err, name)
		}
	}
	for name, err := range map[string]error{
		"via of nobody": err1(w.UpdateStage(ctx, w.admin(), w.stageOf(one.ID), fund.StagePatch{Takes: fund.Some(fund.TakesVia)})),
		"below nothing": err1(w.UpdateStage(ctx, w.admin(), w.stageOf(one.ID), fund.StagePatch{Takes: fund.Some(fund.TakesBelow)})),
		"no such fact":  err1(w.UpdateStage(ctx, w.admin(), w.stageOf(one.ID), fund.StagePatch{Takes: fund.Some(fund.TakesBelow), Below: fund.Some(fund.ID{1})})),
	} {
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
	_, err := w.CreateStage(ctx, w.owner, factKey(w.campaign), hall)
	wantKind(t, err, "conflict")
	wantKind(t, w.DeleteStage(ctx, w.admin(), w.stageOf(fund.ID{})), "conflict")
	elsewhere := factKey(w.campaign)
	elsewhere.Stage = one.ID
	_, err = w.CreateOverlay(ctx, w.owner, elsewhere, goal("on the stage of others"))
	wantKind(t, err, "not_found")
	wantKind(t, w.RunStage(ctx, w.owner, elsewhere, fund.DeskPause, fund.ID{}), "not_found")
	wantKind(t, w.DeleteStage(ctx, w.owner, elsewhere), "not_found")
}

// TestADeletedStageTakesAllWithIt deletes a stage: its overlays are gone, its keys run nothing, and other stages play on.
func TestADeletedStageTakesAllWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	first, hall := w.channel(t, fund.StagePatch{}), w.channel(t, fund.StagePatch{Name: fund.Some("Hall")})
	text, _, err := w.MakeDeskKey(ctx, w.admin(), w.stageOf(hall.on.ID), "Deck")
	must.Do(t, err)
	visit := must.Get(w.OpenDesk(ctx, text, netip.Addr{}))(t)
	must.Do(t, w.RunStage(ctx, visit.Actor(), visit.Key(), fund.DeskPause, fund.ID{}))
	if first.desk().PausedAt.IsZero() == hall.desk().PausedAt.IsZero() {
		t.Error("the key of the desk of one stage does not pause that one alone")
	}
	wantKind(t, w.RunStage(ctx, visit.Actor(), w.stageOf(fund.ID{}), fund.DeskOff, fund.ID{}), "forbidden")
	wantKind(t, w.TestAlert(ctx, visit.Actor(), w.stageOf(fund.ID{}), fund.AlertSample{Name: "x"}), "forbidden")
	_, err = w.Desk(ctx, visit.Seen().On(fund.ID{}))
	wantKind(t, err, "forbidden")
	must.Get(w.CreateAlertVariant(ctx, w.admin(), w.stageOf(hall.on.ID), fund.AlertVariantPatch{Name: fund.Some("Big")}))(t)
	must.Get(w.SetAlertSound(ctx, w.admin(), w.stageOf(hall.on.ID), beep()))(t)
	if s := must.Get(w.GetAlertSettings(ctx, w.admin(), w.stageOf(fund.ID{})))(t); s.Own.Hash != "" || len(first.desk().Variants) != 0 {
		t.Error("what is set up on one stage is on another one")
	}
	first.give("Both", "5", "")
	must.Do(t, w.DeleteStage(ctx, w.admin(), w.stageOf(hall.on.ID)))
	_, err = w.OpenOverlay(ctx, hall.Key)
	wantKind(t, err, "not_found")
	_, err = w.OpenDesk(ctx, text, netip.Addr{})
	wantKind(t, err, "unauthenticated")
	wantKind(t, hall.run(fund.DeskResume), "not_found")
	first.give("After", "5", "")
	if got := first.waits(); got != "Both, After" {
		t.Errorf("got %q, want the first stage as it was", got)
	}
}
