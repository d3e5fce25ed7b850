package stage_test

import (
	"net/http"
	"strings"
	"testing"

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
