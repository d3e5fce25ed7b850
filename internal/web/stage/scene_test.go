package stage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/stage"
)

// scene makes a scene that holds overlays, each in a quarter of it.
func (h *house) scene(parts ...fund.Overlay) fund.Overlay {
	h.t.Helper()
	o := h.overlay(h.Campaign, fund.OverlayScene)
	var patch fund.OverlayPatch
	for i, part := range parts {
		patch.Parts = append(patch.Parts, fund.ScenePartPatch{Overlay: part.ID, Place: []string{"0 0 50 50", "50 0 50 50 2", "0 50 50 50", "50 50 50 50"}[i]})
	}
	return must.Get(h.UpdateOverlay(h.t.Context(), testworld.As(h.Ada), o.ID, patch))(h.t)
}

// TestASceneHoldsOverlays wants all of them on one page and over one socket, each at its place and without the ids of others, until one is deleted; a new key of one
// is not that of the scene.
func TestASceneHoldsOverlays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, ada := t.Context(), testworld.As(h.Ada)
	goal, latest, timer := h.overlay(h.Campaign, fund.OverlayGoal), h.overlay(h.Campaign, fund.OverlayLatest), h.overlay(h.Campaign, fund.OverlayTimer)
	must.Get(h.UpdateOverlay(ctx, ada, latest.ID, fund.OverlayPatch{Theme: fund.Some(fund.ThemePaper)}))(t)
	scene := h.scene(goal, latest, timer)
	d := h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: "Grace & <b>", Comment: "Well done"}, testworld.Start)
	_, page, _ := h.get(scene.Key)
	for _, want := range []string{
		`class="scene"`, `class="part card" id="part-` + goal.ID.String() + `" style="left:0%;top:0%;width:50%;height:50%;z-index:0;--w:50;--h:50"`, `class="part paper" id="part-` + latest.ID.String() + `" style="left:50%;`,
		`z-index:2`, `id="p1-amount"`, `id="p2-line-` + d.ID.String(), "Grace &amp; &lt;b&gt;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("got\n%s\nwant %s in it", page, want)
		}
	}
	for _, secret := range []string{goal.Key, latest.Key, timer.Key} {
		if strings.Contains(page, secret) {
			t.Error("the page of a scene has the key of what it holds")
		}
	}
	f := h.follow(scene.Key)
	f.shows("Grace")
	must.Get(h.CreateTimer(ctx, ada, testworld.ByID(h.Campaign), fund.TimerPatch{Name: fund.Some("Marathon"), Length: fund.Some(time.Hour)}))(t)
	f.shows("Marathon")
	must.Get(h.RenewOverlay(ctx, ada, goal.ID))(t)
	must.Get(h.UpdateOverlay(ctx, ada, goal.ID, fund.OverlayPatch{Title: fund.Some("For the harbor")}))(t)
	f.shows("For the harbor")
	must.Do(t, h.DeleteOverlay(ctx, ada, latest.ID))
	f.until("a frame without what was deleted", func(m frame) bool {
		return m.Type == "paint" && !strings.Contains(m.HTML, "Grace") && strings.Contains(m.HTML, "For the harbor") && strings.Contains(m.HTML, "Marathon")
	})
	if got := must.Get(h.GetOverlay(ctx, ada, scene.ID))(t); len(got.Parts) != 2 {
		t.Errorf("got %v, want what was deleted out of the scene", got.Parts)
	}
	// What becomes a scene is in no scene.
	must.Get(h.UpdateOverlay(ctx, ada, goal.ID, fund.OverlayPatch{Kind: fund.Some(fund.OverlayScene)}))(t)
	must.Get(h.UpdateOverlay(ctx, ada, goal.ID, fund.OverlayPatch{Parts: []fund.ScenePartPatch{{Overlay: timer.ID, Place: "0 0 9 9"}}}))(t)
	f.until("a frame without a scene in it", func(m frame) bool {
		return m.Type == "paint" && strings.Count(m.HTML, `class="part`) == 1 && strings.Contains(m.HTML, "Marathon")
	})
	other := h.overlay(h.Draft, fund.OverlayGoal)
	for _, part := range []fund.ID{other.ID, scene.ID, goal.ID} {
		if _, err := h.UpdateOverlay(ctx, ada, scene.ID, fund.OverlayPatch{Parts: []fund.ScenePartPatch{{Overlay: part, Place: "0 0 9 9"}}}); err == nil || !strings.Contains(err.Error(), fund.ScenePartPath(part)) {
			t.Errorf("got %v, want what is of another campaign, or a scene, refused", err)
		}
	}
}

// TestAlertsInAScene has a scene with an overlay for alerts open beside that overlay itself: both show an alert, and the page that starts it makes the sound.
func TestAlertsInAScene(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, voice{})
	ctx, ada := t.Context(), testworld.As(h.Ada)
	must.Get(h.UpdateAlertSettings(ctx, ada, testworld.ByID(h.Campaign), fund.AlertSettingsPatch{SpeakName: fund.Some(true)}))(t)
	alerts, goal := h.overlay(h.Campaign, fund.OverlayAlerts), h.overlay(h.Campaign, fund.OverlayGoal)
	scene := h.scene(goal, alerts)
	alone, within, leaked := h.follow(alerts.Key), h.follow(scene.Key), h.follow(scene.Key)
	alone.says("hello", "alone", "")
	h.met(alerts)
	within.says("hello", "within", "")
	h.met(scene)
	leaked.says("hello", "leaked", "")
	h.Clock.Advance(fund.DefaultAlertRest)
	h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: "Grace"}, h.Clock.Now())
	alert := within.cue()
	if other := alone.cue(); other != alert {
		t.Errorf("got the cues %s and %s, want one", alert, other)
	}
	leaked.says("start", "leaked", leaked.cue())
	within.says("start", "within", alert)
	shows := func(m frame) bool {
		return strings.Contains(m.HTML, `id="alert-`+alert) && strings.Contains(m.HTML, "Grace")
	}
	shown := false // before the sound, or after it
	within.until("the sound", func(m frame) bool {
		shown = shown || shows(m)
		return m.Type == "sound" && m.Alert == alert
	})
	if !shown {
		within.until("the alert", shows)
	}
	alone.says("start", "alone", alert)
	for _, page := range []frames{alone, leaked} {
		page.until("the alert", func(m frame) bool {
			if m.Type == "sound" {
				t.Error("a second page makes the sound")
			}
			return shows(m)
		})
	}
	if _, page, _ := h.get(scene.Key); strings.Count(page, "<section") != 2 || !strings.Contains(page, `data-speech="`+stage.Path+"/"+scene.Key+"/speech/"+alert) {
		t.Errorf("got\n%s\nwant the alert beside the goal, read aloud by the key of the scene", page)
	}
	if status, said, _ := h.get(scene.Key + "/speech/" + alert); status != 200 || said != "en:Grace" {
		t.Errorf("got %d and %q, want the words", status, said)
	}
	seen := must.Get(h.See(ctx, ada, testworld.ByID(h.Campaign)))(t)
	if players := must.Get(h.Desk(ctx, seen))(t).Players[scene.ID]; len(players) != 2 || players[0].Allowed == players[1].Allowed {
		t.Errorf("got %+v, want the first page of the scene to play, and the second to ask", players)
	}
	// Without the overlay for alerts, the scene has none, and its pages play nothing.
	must.Do(t, h.DeleteOverlay(ctx, ada, alerts.ID))
	within.until("a frame without an alert", func(m frame) bool { return m.Type == "paint" && !strings.Contains(m.HTML, "data-alert") })
	if status, _, _ := h.get(scene.Key + "/speech/" + alert); status != 404 {
		t.Errorf("got %d for words of an alert that the scene does not show, want 404", status)
	}
}

// TestASceneDrawsWhatAnEventConcerns counts the reads of the database: a scene reads its parts once, and after an event those of which it says something.
func TestASceneDrawsWhatAnEventConcerns(t *testing.T) {
	t.Parallel()
	w := testworld.Populate(t, testworld.New(t, testworld.Options{At: testworld.Start}))
	h := &house{World: w, t: t}
	ctx := t.Context()
	latest, match, schedule, ticker := h.overlay(h.Campaign, fund.OverlayLatest), h.overlay(h.Campaign, fund.OverlayMatch), h.overlay(h.Campaign, fund.OverlaySchedule), h.overlay(h.Campaign, fund.OverlayTicker)
	scene := h.scene(latest, match, schedule, ticker)
	server := stage.New(stage.Options{App: h.App})
	var shown string
	reads := func(topics ...fund.Topic) int {
		t.Helper()
		server.Happened(scene.Key, topics...)
		return len(w.Statements(func() { shown = must.Get(server.Frame(ctx, scene.Key))(t) }))
	}
	reads() // which also learns what all overlays have in common
	all, none := reads(""), reads()
	if parts := all - none; parts != 4 {
		t.Fatalf("got %d reads, and %d where nothing happened, want one less for each part", all, none)
	}
	for _, one := range []struct {
		topics []fund.Topic
		parts  int
	}{
		{[]fund.Topic{fund.TopicScheduleItemChanged}, 1}, {[]fund.Topic{fund.TopicMatchProgressed, fund.TopicScheduleItemRemoved}, 2}, {[]fund.Topic{fund.TopicDonationCompleted}, 3},
		{[]fund.Topic{fund.TopicFactChanged}, 4}, {[]fund.Topic{fund.TopicOverlayChanged}, 4}, {[]fund.Topic{""}, 4}, {[]fund.Topic{fund.TopicTimerProgressed}, 0},
	} {
		if got := reads(one.topics...) - none; got != one.parts {
			t.Errorf("%v: got %d parts drawn, want %d", one.topics, got, one.parts)
		}
	}
	d := h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: "Grace"}, testworld.Start)
	reads(fund.TopicDonationCompleted)
	if strings.Count(shown, "Grace") != 2 {
		t.Errorf("got\n%s\nwant the donation in both parts", shown)
	}
	must.Get(h.ScreenDonation(ctx, testworld.As(h.Ada), fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	if reads(fund.TopicDonationScreened); strings.Contains(shown, "Grace") {
		t.Errorf("got\n%s\nwant what was hidden gone", shown)
	}
	h.Clock.Advance(11 * time.Second)
	if got := reads() - none; got != 4 {
		t.Errorf("got %d parts drawn of a scene that was drawn long ago, want all", got)
	}
}

// TestWhatConcernsOverlays wants an overlay of each kind to be drawn again after what it shows changed, and the others to stay.
func TestWhatConcernsOverlays(t *testing.T) {
	t.Parallel()
	donated := []fund.OverlayKind{
		fund.OverlayGoal, fund.OverlayTotal, fund.OverlayStream, fund.OverlayLatest, fund.OverlayTicker, fund.OverlayDonors, fund.OverlayPoll, fund.OverlayTarget,
		fund.OverlayMilestones, fund.OverlayMatch,
	}
	of := map[string][]fund.OverlayKind{
		"donation": donated, "stage": {fund.OverlayAlerts}, "poll": {fund.OverlayPoll}, "poll_option": {fund.OverlayPoll}, "target": {fund.OverlayTarget},
		"milestone": {fund.OverlayMilestones}, "match": {fund.OverlayMatch}, "schedule_item": {fund.OverlaySchedule}, "counter": {fund.OverlayCounter}, "timer": {fund.OverlayTimer},
	}
	for _, topic := range fund.Topics() {
		noun, _, _ := strings.Cut(string(topic), ".")
		only, some := of[noun]
		for _, kind := range fund.OverlayKinds() {
			if kind == fund.OverlayScene { // which is no part
				continue
			}
			if want := !some || slices.Contains(only, kind); stage.Concerns(topic, kind) != want {
				t.Errorf("%s: got that it concerns %s: %t, want %t", topic, kind, !want, want)
			}
		}
	}
}
