package stage_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// TestAStageInItsLanguageAndAnotherCurrency sets both for a stage: pages that are open follow, whatever language they were asked for in; totals, alerts and what is
// read aloud are in them, marked as converted; and where there is no rate, they stay as they are.
func TestAStageInItsLanguageAndAnotherCurrency(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, voice{})
	ctx, ada, on := t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign)
	must.Get(h.UpdateAlertSettings(ctx, ada, on, fund.AlertSettingsPatch{SpeakAmount: fund.Some(true)}))(t)
	must.Get(h.CreateAlertVariant(ctx, ada, on, fund.AlertVariantPatch{Name: fund.Some("All"), Template: fund.Some("{amount} of {total}"), Speak: fund.Some(true)}))(t)
	total, alerts := h.overlay(h.Campaign, fund.OverlayTotal), h.overlay(h.Campaign, fund.OverlayAlerts)
	open := h.follow(total.Key)
	before := open.until("the total as it is", func(m frame) bool {
		return m.Type == "paint" && strings.Contains(m.HTML, "£") && !strings.Contains(m.HTML, "≈")
	})
	must.Get(h.UpdateStage(ctx, ada, on, fund.StagePatch{Language: fund.Some("de"), ShownCurrency: fund.Some(" usd ")}))(t)
	after := open.until("the total in the other currency", func(m frame) bool { return m.Type == "paint" && strings.Contains(m.HTML, "≈") })
	if before.Build == after.Build || strings.Contains(after.HTML, "£") {
		t.Errorf("got %+v after %+v, want a page that loads again", after, before)
	}
	if _, page, _ := h.get(total.Key + "?lang=ar"); !strings.Contains(page, `<html lang="de" dir="ltr">`) || !strings.Contains(page, "≈") {
		t.Errorf("got\n%s\nwant it in German", page)
	}

	page := h.follow(alerts.Key)
	page.says("hello", "first", "")
	h.met(alerts)
	h.Clock.Advance(fund.DefaultAlertRest)
	h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "100", Name: "Grace"}, h.Clock.Now())
	alert := page.cue()
	page.says("start", "first", alert)
	shown := page.until("the alert in the other currency", func(m frame) bool { return strings.Contains(m.HTML, "≈\u00a0125,00") })
	if strings.Count(shown.HTML, "≈") < 2 || strings.Contains(shown.HTML, "£") {
		t.Errorf("got\n%s\nwant amount and total in the other currency", shown.HTML)
	}
	if status, said, _ := h.get(alerts.Key + "/speech/" + alert + "?lang=en"); status != http.StatusOK || !strings.HasPrefix(said, "de:etwa 125,00") {
		t.Errorf("got %d and %q, want it read aloud in German", status, said)
	}

	must.Get(h.UpdateStage(ctx, ada, on, fund.StagePatch{Language: fund.Some(""), ShownCurrency: fund.Some("SEK")}))(t)
	if _, page, _ := h.get(total.Key + "?lang=ar"); !strings.Contains(page, `lang="ar"`) || strings.Contains(page, "≈") {
		t.Errorf("got\n%s\nwant it in Arabic, in the currency of the campaign: there is no rate of the other one", page)
	}
}

// TestTwoStagesShowOneTotal has overlays of two stages of one fact, of which one has a language and a currency of its own: each shows all amounts in its own way, also in
// a scene that was drawn before, and what was raised stays as it is.
func TestTwoStagesShowOneTotal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, ada, on := t.Context(), testworld.As(h.Ada), testworld.ByID(h.TeamCampaign)
	must.Get(h.UpdateCampaign(ctx, ada, on, fund.CampaignPatch{Goal: fund.Some("1000")}))(t)
	must.Get(h.CreateMilestone(ctx, ada, on, fund.MilestonePatch{Name: fund.Some("Half"), Amount: fund.Some("500")}))(t)
	must.Get(h.CreateTarget(ctx, ada, on, fund.TargetPatch{Name: fund.Some("Boss"), Amount: fund.Some("300")}))(t)
	must.Get(h.CreateCounter(ctx, ada, on, fund.CounterPatch{Name: fund.Some("Tonight")}))(t)
	h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.TeamCampaign.ID}, Amount: "1234.50", Name: "Grace"}, testworld.Start)
	before := must.Get(h.GetFact(ctx, ada, on))(t)
	hall := on
	hall.Stage = must.Get(h.CreateStage(ctx, ada, on, fund.StagePatch{Name: fund.Some("Hall"), Takes: fund.Some(fund.TakesAll)}))(t).ID
	overlay := func(key app.FactKey, kind fund.OverlayKind) fund.Overlay {
		return must.Get(h.CreateOverlay(ctx, ada, key, fund.OverlayPatch{Name: fund.Some("one"), Kind: fund.Some(kind), Theme: fund.Some(fund.ThemeCard)}))(t)
	}
	scene := overlay(hall, fund.OverlayScene)
	must.Get(h.UpdateOverlay(ctx, ada, scene.ID, fund.OverlayPatch{Parts: []fund.ScenePartPatch{{Overlay: overlay(hall, fund.OverlayTotal).ID, Place: "0 0 50 50"}}}))(t)
	open := h.follow(scene.Key)
	open.shows("£1,234.50")
	must.Get(h.UpdateStage(ctx, ada, hall, fund.StagePatch{Language: fund.Some("de"), ShownCurrency: fund.Some("USD")}))(t)
	open.shows("≈\u00a01.543,12\u00a0$")
	for _, kind := range []fund.OverlayKind{
		fund.OverlayGoal, fund.OverlayTotal, fund.OverlayLatest, fund.OverlayTicker, fund.OverlayTarget, fund.OverlayMilestones, fund.OverlayCounter,
	} {
		_, first, _ := h.get(overlay(on, kind).Key)
		_, other, _ := h.get(overlay(hall, kind).Key)
		if strings.Contains(first, "≈") || !strings.Contains(first, "£") || !strings.Contains(first, `lang="en"`) {
			t.Errorf("%s: got\n%s\nwant the first stage as it was", kind, first)
		}
		if strings.Contains(other, "£") || !strings.Contains(other, "≈") || strings.Count(other, "≈") != strings.Count(other, "$") || !strings.Contains(other, `lang="de"`) {
			t.Errorf("%s: got\n%s\nwant the other stage in its language and currency", kind, other)
		}
	}
	if after := must.Get(h.GetFact(ctx, ada, on))(t); after.Total() != before.Total() || after.Currency != before.Currency {
		t.Errorf("got %d %s after %d %s, want what was raised as it was", after.Total(), after.Currency, before.Total(), before.Currency)
	}
}
