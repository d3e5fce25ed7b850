package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// variant makes a variant of the alerts of the show.
func (s *show) variant(name string, kind fund.AlertKind, patch fund.AlertVariantPatch) fund.AlertVariant {
	s.t.Helper()
	patch.Name, patch.Kind = fund.Some(name), fund.Some(kind)
	return must.Get(s.CreateAlertVariant(s.t.Context(), s.owner, factKey(s.fact), patch))(s.t)
}

// variants are the names of the variants of a campaign in their order.
func (s *show) variants() (names string) {
	s.t.Helper()
	for _, v := range must.Get(s.ListAlertVariants(s.t.Context(), must.Get(s.See(s.t.Context(), s.owner, factKey(s.fact)))(s.t)))(s.t) {
		names += v.Name
	}
	return names
}

// chosen plays the next alert, and returns what its variant is called.
func (s *show) chosen() string {
	s.t.Helper()
	shown := s.start()
	s.Clock.Advance(shown.EndsAt.Sub(shown.StartedAt))
	must.Do(s.t, s.FinishAlert(s.t.Context(), s.OverlayVisit, secret, shown.ID))
	s.Clock.Advance(fund.DefaultAlertRest)
	return shown.Variant.Name
}

// TestWhoMayMakeVariants makes, reads, moves, changes and deletes variants as everybody. Helpers with a grant do not.
func TestWhoMayMakeVariants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	helper, _ := w.volunteer(t, "Desk", fund.GrantRoles()...)
	patch := fund.AlertVariantPatch{Name: fund.Some("one")}
	for name, who := range map[string]struct {
		actor app.Actor
		fact  fund.Fact
		may   bool
	}{
		"owner": {w.owner, w.campaign, true}, "stranger": {w.stranger, w.campaign, false}, "member of the cause": {w.causer, w.campaign, false},
		"all grants": {helper, w.campaign, false}, "nobody": {app.Actor{}, w.campaign, false},
		"admin of the team": {w.roles[fund.RoleAdmin], w.team1, true}, "member of the team": {w.roles[fund.RoleMember], w.team1, false},
	} {
		one := must.Get(w.CreateAlertVariant(ctx, app.System(), factKey(who.fact), patch))(t)
		_, made := w.CreateAlertVariant(ctx, who.actor, factKey(who.fact), patch)
		_, read := w.GetAlertVariant(ctx, who.actor, one.ID)
		_, changed := w.UpdateAlertVariant(ctx, who.actor, one.ID, patch)
		moved := w.MoveAlertVariant(ctx, who.actor, app.OptionMove{ID: one.ID})
		deleted := w.DeleteAlertVariant(ctx, who.actor, one.ID)
		for what, err := range map[string]error{"make": made, "read": read, "change": changed, "move": moved, "delete": deleted} {
			if (err == nil) != who.may || !who.may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: got %v, want to %s it %t", name, err, what, who.may)
			}
		}
	}
}

// TestVariantsInTheirOrder makes as many as there may be, moves them, and refuses what is of another campaign.
func TestVariantsInTheirOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	s := &show{world: w, t: t, fact: w.campaign} // before there is an overlay
	var all []fund.AlertVariant
	for i := range fund.MaxAlertVariants {
		all = append(all, s.variant(string(rune('A'+i)), fund.AlertGift, fund.AlertVariantPatch{}))
	}
	_, err := w.CreateAlertVariant(ctx, w.owner, factKey(w.campaign), fund.AlertVariantPatch{Name: fund.Some("more")})
	wantKind(t, err, "conflict")
	must.Do(t, w.DeleteAlertVariant(ctx, w.owner, all[1].ID))
	must.Do(t, w.MoveAlertVariant(ctx, w.owner, app.OptionMove{ID: all[19].ID, Before: all[0].ID}))
	must.Do(t, w.MoveAlertVariant(ctx, w.owner, app.OptionMove{ID: all[2].ID}))
	s.variant("Z", fund.AlertGift, fund.AlertVariantPatch{})
	w.wantActs(t, all[1].ID, fund.ActDeleteVariant, fund.ActCreateVariant)
	w.wantActs(t, all[19].ID, fund.ActMoveVariant, fund.ActCreateVariant)
	if got := s.variants(); got != "TADEFGHIJKLMNOPQRSCZ" {
		t.Errorf("got %s, want T first, C near the end, and the new one last", got)
	}
	elsewhere := w.newCampaign(ctx, t, fund.CampaignPatch{})
	drawing := must.Get(w.CreateReward(ctx, w.owner, factKey(elsewhere), fund.RewardPatch{Name: fund.Some("Print"), Amount: fund.Some("1")}))(t)
	for path, patch := range map[string]fund.AlertVariantPatch{
		"reward": {Kind: fund.Some(fund.AlertReward), Reward: fund.Some(drawing.ID)}, "sound": {Sound: fund.Some(fund.AlertOwn)}, "template": {Template: fund.Some("{email}")},
	} {
		_, err := w.UpdateAlertVariant(ctx, w.owner, all[0].ID, patch)
		if !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Path != path {
			t.Errorf("got %v, want %s refused", err, path)
		}
	}
	_, err = w.UpdateAlertVariant(ctx, w.owner, all[0].ID, fund.AlertVariantPatch{Kind: fund.Some(fund.AlertReward), Reward: fund.Some(fund.ID{1})})
	wantKind(t, err, "invalid")
	wantKind(t, w.TestVariant(ctx, w.owner, factKey(elsewhere), all[0].ID, fund.AlertSample{Name: "Test"}), "not_found")
	wantKind(t, w.TestVariant(ctx, w.stranger, factKey(w.campaign), all[0].ID, fund.AlertSample{Name: "Test"}), "forbidden")
}

// TestAlertsWithVariants plays alerts of all kinds, and wants each to have the variant that is for it, its length and its sound.
func TestAlertsWithVariants(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	ctx := t.Context()
	volume := int64(40)
	s.variant("tests", fund.AlertTest, fund.AlertVariantPatch{})
	s.variant("late", fund.AlertLate, fund.AlertVariantPatch{})
	drawing := must.Get(s.CreateReward(ctx, s.owner, factKey(s.fact), fund.RewardPatch{Name: fund.Some("Print"), Amount: fund.Some("1"), Quantity: fund.Some[*int64](nil)}))(t)
	s.variant("prints", fund.AlertReward, fund.AlertVariantPatch{Reward: fund.Some(drawing.ID), Template: fund.Some("{donor} gets {reward}")})
	big := s.variant("big", fund.AlertGift, fund.AlertVariantPatch{
		From: fund.Some("100"), Sound: fund.Some(fund.AlertFanfare), Volume: fund.Some(&volume), Lasts: fund.Some(20 * time.Second), Template: fund.Some("{donor} is great"),
	})
	s.variant("many", fund.AlertTogether, fund.AlertVariantPatch{Lasts: fund.Some(5 * time.Second)})

	s.give("Small", "99.99", "")
	if cue := s.cue(); s.chosen() != "" || cue.Next.IsZero() {
		t.Error("a small gift has a variant")
	}
	s.give("Big", "100", "")
	shown := s.start()
	cue := s.cue()
	if shown.Variant.Name != "big" || shown.EndsAt.Sub(shown.StartedAt) != 20*time.Second || cue.Sound.Address != fund.SoundPath+"fanfare.wav" || shown.Variant.Template != "{donor} is great" {
		t.Errorf("got %+v with %+v, want the variant of big gifts", shown, cue.Sound)
	}
	if settings := must.Get(s.GetAlertSettings(ctx, s.owner, factKey(s.fact)))(t); cue.Sound.Gain >= s.PlayedSound(fund.AlertSettings{Sound: fund.AlertFanfare, Volume: settings.Volume}).Gain {
		t.Errorf("got the gain %f, want that of the volume %d", cue.Sound.Gain, volume)
	}

	// What is shown stays as it was chosen, also when it is shown again.
	must.Get(s.UpdateAlertVariant(ctx, s.owner, big.ID, fund.AlertVariantPatch{Name: fund.Some("bigger"), From: fund.Some("200"), Template: fund.Some("changed"), Sound: fund.Some(fund.AlertKnock)}))(t)
	if got := s.cue(); got.Shown.Variant.Template != "{donor} is great" || got.Sound.Address != cue.Sound.Address {
		t.Errorf("got %+v after a change, want what was chosen", got.Shown.Variant)
	}
	must.Do(t, s.DeleteAlertVariant(ctx, s.owner, big.ID))
	s.Clock.Advance(20*time.Second + fund.DefaultAlertRest)
	s.run(fund.DeskAgain, shown.ID)
	if got := s.desk().Next; len(got) != 1 || got[0].Variant.Name != "big" {
		t.Errorf("got %+v to be shown again, want its variant", got)
	}
	if got := s.chosen(); got != "big" {
		t.Errorf("got %q when it is shown again, want what it had", got)
	}

	claimed := must.Get(s.donate(t, fund.DonationInput{Name: "Fan", Amount: "150", Claims: []fund.ClaimInput{{Reward: fund.Key{ID: drawing.ID}, Quantity: 1}}}))(t)
	s.queue()
	if s.start(); s.cue().Shown.Variant.Name != "prints" || fmt.Sprint(s.cue().Shown.Rewards) != "[Print]" || s.cue().Shown.Donations[0].ID != claimed.ID {
		t.Errorf("got %+v, want the reward", s.cue().Shown)
	}
	s.Clock.Advance(fund.AlertLasts + fund.DefaultAlertRest)

	old := s.give("Old", "5", "")
	must.Get(s.ScreenDonation(ctx, s.owner, fund.Key{ID: old.ID}, fund.ScreeningHidden))(t)
	s.queue()
	s.Clock.Advance(fund.AlertsTogetherAfter + time.Second)
	must.Get(s.ScreenDonation(ctx, s.owner, fund.Key{ID: old.ID}, fund.ScreeningShown))(t)
	s.queue()
	if got := s.chosen(); got != "late" {
		t.Errorf("got %q of a gift that waited for long, want late", got)
	}
	for i := range fund.DefaultAlertsApart + 1 {
		s.give(fmt.Sprint("Many", i), "50", "")
	}
	if many := s.start(); many.Variant.Name != "many" || many.Count != fund.DefaultAlertsApart+1 || many.EndsAt.Sub(many.StartedAt) != 5*time.Second {
		t.Errorf("got %+v, want the variant of several", many)
	}
	s.Clock.Advance(5*time.Second + fund.DefaultAlertRest)
	must.Do(t, s.TestAlert(ctx, s.owner, factKey(s.fact), fund.AlertSample{Name: "Test", Amount: 500}))
	if got := s.chosen(); got != "tests" {
		t.Errorf("got %q, want that of tests", got)
	}
}

// TestAVariantHasASoundOfItsOwn uploads one, plays it, also after the variant was changed, and plays what the stage says once the file was removed.
func TestAVariantHasASoundOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	ctx := t.Context()
	v := s.variant("big", fund.AlertGift, fund.AlertVariantPatch{})
	_, err := s.UpdateAlertVariant(ctx, s.owner, v.ID, fund.AlertVariantPatch{Sound: fund.Some(fund.AlertOfVariant)})
	wantFields(t, err, "sound "+fund.NoFile)
	_, err = s.UpdateAlertSettings(ctx, s.owner, factKey(s.fact), fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertOfVariant)})
	wantKind(t, err, "invalid")
	_, err = s.SetVariantSound(ctx, s.stranger, v.ID, beep())
	wantKind(t, err, "forbidden")
	_, err = s.SetVariantSound(ctx, s.owner, v.ID, []byte("no sound"))
	wantKind(t, err, "invalid")
	if v = must.Get(s.SetVariantSound(ctx, s.owner, v.ID, beep()))(t); v.Sound != fund.AlertOfVariant || v.File.Hash == "" {
		t.Errorf("got %+v, want it to sound like the file", v)
	}
	must.Get(s.UpdateAlertVariant(ctx, s.owner, v.ID, fund.AlertVariantPatch{Template: fund.Some("{donor}")}))(t)
	s.give("Big", "100", "")
	shown := s.start()
	if cue := s.cue(); cue.Sound == nil || cue.Sound.Address != v.File.Address() || cue.Sound.Gain <= 0 {
		t.Errorf("got %+v, want the file", cue.Sound)
	}
	must.Get(s.UpdateAlertVariant(ctx, s.owner, v.ID, fund.AlertVariantPatch{Sound: fund.Some(fund.AlertCoin)}))(t)
	if cue := s.cue(); cue.Sound.Address != v.File.Address() {
		t.Errorf("got %+v after another choice, want what was chosen", cue.Sound)
	}
	must.Get(s.UpdateAlertVariant(ctx, s.owner, v.ID, fund.AlertVariantPatch{Sound: fund.Some(fund.AlertOfVariant)}))(t)
	_, err = s.RemoveVariantSound(ctx, s.stranger, v.ID)
	wantKind(t, err, "forbidden")
	if gone := must.Get(s.RemoveVariantSound(ctx, s.owner, v.ID))(t); gone.Sound != "" || gone.File.Hash != "" {
		t.Errorf("got %+v, want it to sound as the stage says", gone)
	}
	update := fund.ActUpdateVariant
	s.wantActs(t, v.ID, update, update, update, update, update, fund.ActCreateVariant) // with ids alone
	for _, act := range must.Get(s.Acts(ctx, app.System(), v.ID, fund.Page{Limit: 9}))(t) {
		if len(act.Detail) != 1 || act.Detail["fact"] != s.fact.ID.String() || act.Actor != s.owner.User {
			t.Errorf("got %+v, want who it was and the campaign", act)
		}
	}
	if cue := s.cue(); cue.Sound.Address != fund.SoundPath+"chime.wav" || cue.Shown.ID != shown.ID {
		t.Errorf("got %+v without the file, want what the stage says", cue.Sound)
	}
}

// TestATestOfAVariant shows each variant as it is, marked as a test, which counts nowhere.
func TestATestOfAVariant(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	ctx := t.Context()
	must.Get(s.CreateReward(ctx, s.owner, factKey(s.fact), fund.RewardPatch{Name: fund.Some("Print"), Amount: fund.Some("1")}))(t)
	for _, kind := range fund.AlertKinds() {
		v := s.variant(string(kind), kind, fund.AlertVariantPatch{From: fund.Some("75")})
		must.Do(t, s.TestVariant(ctx, s.owner, factKey(s.fact), v.ID, fund.AlertSample{Name: "Test", Amount: 2500}))
		shown := s.start()
		if shown.Sample == nil || shown.Variant.Name != string(kind) || shown.Total != 7500 || (shown.Count > 1) != (kind == fund.AlertTogether) || (shown.Sample.Reward == "Print") != (kind == fund.AlertReward) {
			t.Errorf("%s: got %+v of %+v, want a test of it", kind, shown, shown.Sample)
		}
		s.Clock.Advance(fund.AlertLasts + fund.DefaultAlertRest)
	}
	if f := must.Get(s.GetFact(ctx, s.owner, factKey(s.fact)))(t); f.Total() != 0 {
		t.Errorf("got a total of %d after tests, want none", f.Total())
	}
	v := s.variant("gone", fund.AlertGift, fund.AlertVariantPatch{From: fund.Some("75")})
	must.Do(t, s.TestVariant(ctx, s.owner, factKey(s.fact), v.ID, fund.AlertSample{Name: "Test", Amount: 2500}))
	must.Do(t, s.DeleteAlertVariant(ctx, s.owner, v.ID))
	if got := s.chosen(); got != "gift" {
		t.Errorf("got %q in a test of a variant that is gone, want the first that fits", got)
	}
}

// TestWhatIsKnownOfTheSound says to those who set up an overlay whether the page that plays its alerts can be heard.
func TestWhatIsKnownOfTheSound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	o := must.Get(w.CreateOverlay(ctx, w.owner, factKey(w.campaign), fund.OverlayPatch{Name: fund.Some("a"), Kind: fund.Some(fund.OverlayAlerts), Theme: fund.Some(fund.ThemeCard)}))(t)
	visit := must.Get(w.OpenOverlay(ctx, o.Key))(t)
	want := func(what string, want app.Hearing) {
		t.Helper()
		if got := must.Get(w.Hearing(ctx, w.owner, o.ID))(t); got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	want("before it is open", app.HearNobody)
	must.Get(w.MeetPlayer(ctx, visit, "first"))(t)
	want("a page that said nothing", app.HearUnknown)
	must.Do(t, w.HearPlayer(ctx, visit, "first", true))
	want("a page without sound", app.HearMuted)
	must.Do(t, w.HearPlayer(ctx, visit, "first", false))
	want("a page with sound", app.HearAll)
	w.Clock.Advance(time.Hour)
	must.Get(w.MeetPlayer(ctx, visit, "leaked"))(t)
	must.Do(t, w.HearPlayer(ctx, visit, "leaked", true))
	want("a page that may not play", app.HearAll)
	must.Get(w.UpdateAlertSettings(ctx, w.owner, factKey(w.campaign), fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertSilent)}))(t)
	want("alerts without sound", app.HearNothing)
	must.Get(w.CreateAlertVariant(ctx, w.owner, factKey(w.campaign), fund.AlertVariantPatch{Name: fund.Some("v"), Sound: fund.Some(fund.AlertCoin)}))(t)
	want("a variant with sound", app.HearAll)
	scene := must.Get(w.CreateOverlay(ctx, w.owner, factKey(w.campaign), fund.OverlayPatch{
		Name: fund.Some("s"), Kind: fund.Some(fund.OverlayScene), Theme: fund.Some(fund.ThemeCard),
	}))(t)
	hears := func(what string, of fund.ID, want app.Hearing) {
		t.Helper()
		if got := must.Get(w.Hearing(ctx, w.owner, of))(t); got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	hears("a scene without alerts", scene.ID, app.HearNothing)
	must.Get(w.UpdateOverlay(ctx, w.owner, scene.ID, fund.OverlayPatch{Parts: []fund.ScenePartPatch{{Overlay: o.ID, Place: "0 0 50 50"}}}))(t)
	hears("a scene that no page plays", scene.ID, app.HearNobody)
	held := must.Get(w.OpenOverlay(ctx, scene.Key))(t)
	w.Clock.Advance(time.Hour)
	must.Get(w.MeetPlayer(ctx, held, "scene"))(t)
	must.Do(t, w.HearPlayer(ctx, held, "scene", true))
	hears("a scene without sound", scene.ID, app.HearMuted)
	hears("alerts that a scene shows without sound", o.ID, app.HearMuted)
	must.Do(t, w.HearPlayer(ctx, held, "scene", false))
	hears("alerts that a scene shows with sound", o.ID, app.HearAll)
	_, err := w.Hearing(ctx, w.stranger, o.ID)
	wantKind(t, err, "forbidden")
}
