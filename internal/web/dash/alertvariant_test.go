package dash_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// variants are the variants of the alerts of the campaign.
func (h *house) variants() []fund.AlertVariant {
	h.t.Helper()
	return must.Get(h.ListAlertVariants(h.t.Context(), must.Get(h.See(h.t.Context(), h.owner, h.key()))(h.t)))(h.t)
}

// TestVariantsOfAlerts makes, changes, orders and deletes variants by their forms, is told what is wrong, and does not save over what somebody else changed.
func TestVariantsOfAlerts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, fresh := h.as("owner"), h.base()+"/variants/new"
	if page := b.Get(h.base() + "/stage").Text; !strings.Contains(page, `href="`+fresh+`"`) || !strings.Contains(page, "There are no variants") {
		t.Errorf("got\n%s\nwant the list of variants", page)
	}
	form := func() url.Values {
		return testbrowser.With(b.Get(fresh).Form(t, fresh), "kind", "gift", "speak", "yes")
	}
	for field, wrong := range map[string]string{
		"name": "", "from": "much", "volume": "101", "lasts": "31", "template": "{email}", "theme": "neon", "sound": "scream", "kind": "rain", "reward": "x",
	} {
		got := b.Post(fresh, testbrowser.With(form(), "name", "One", field, wrong))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem"`) {
			t.Errorf("%s: got %d\n%s", field, got.StatusCode, got.Text)
		}
	}
	for _, lasts := range []string{"0", "2", "9223372036854775807"} {
		if got := b.Post(fresh, testbrowser.With(form(), "name", "One", "lasts", lasts)); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, "from 3 to 30") {
			t.Errorf("%s: got %d\n%s", lasts, got.StatusCode, got.Text)
		}
	}
	got := b.Post(fresh, testbrowser.With(form(), "name", "Big", "from", "100", "template", "{donor} is great", "sound", "coin", "volume", "0", "lasts", "30", "theme", "paper"))
	all := h.variants()
	if got.StatusCode != http.StatusSeeOther || len(all) != 1 {
		t.Fatalf("got %d, %+v\n%s", got.StatusCode, all, got.Text)
	}
	if v := all[0]; v.Name != "Big" || v.From != 10000 || v.Template != "{donor} is great" || v.Sound != fund.AlertCoin || *v.Volume != 0 || v.Lasts != 30*time.Second || v.Theme != fund.ThemePaper || !v.Speak {
		t.Errorf("got %+v, want what was typed", v)
	}
	b.Post(fresh, testbrowser.With(form(), "name", "Other"))
	one, other := all[0].ID.String(), h.variants()[1].ID.String()
	at := h.base() + "/variants/" + one
	kept := []string{"kind", "gift", "from", "100", "volume", "0", "sound", "coin", "theme", "paper", "template", "{donor} is great", "speak", "yes"}
	first, second := b.Get(at).Form(t, at), b.Get(at).Form(t, at)
	if got := b.Post(at, testbrowser.With(first, append(kept, "name", "Huge", "lasts", "", "speak", "")...)); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d\n%s", got.StatusCode, got.Text)
	}
	if got := b.Post(at, testbrowser.With(second, append(kept, "name", "Small")...)); got.StatusCode != http.StatusPreconditionFailed || !strings.Contains(got.Text, "Huge") {
		t.Errorf("got %d over what somebody else changed, want 412 and what that was\n%s", got.StatusCode, got.Text)
	}
	if v := h.variants()[0]; v.Name != "Huge" || v.Lasts != 0 || v.Speak || v.From != 10000 {
		t.Errorf("got %+v, want what was changed first", v)
	}
	stage := h.base() + "/stage"
	if got := b.Post(h.base()+"/variants/"+other+"/move", testbrowser.With(fields(t, b.Get(stage), h.base()+"/variants/"+other+"/move"), "up", one)); got.StatusCode != http.StatusSeeOther || h.variants()[0].Name != "Other" {
		t.Errorf("got %d, %+v, want the second one first", got.StatusCode, h.variants())
	}
	if got := b.Post(at+"/delete", testbrowser.With(b.Get(at+"/delete").Form(t, at+"/delete"), "sure", "yes")); got.StatusCode != http.StatusSeeOther || len(h.variants()) != 1 {
		t.Errorf("got %d, want it deleted", got.StatusCode)
	}
	if got := h.as("stranger").Get(fresh); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
}

// TestWhatAVariantSays shows what the text that was typed says of gifts that are hard to speak of, and saves nothing.
func TestWhatAVariantSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, fresh := h.as("owner"), h.base()+"/variants/new"
	sample := func(pairs ...string) string {
		t.Helper()
		got := b.Post(fresh, testbrowser.With(b.Get(fresh).Form(t, fresh), append([]string{"do", "sample", "kind", "gift"}, pairs...)...))
		if got.StatusCode != http.StatusOK {
			t.Fatalf("got %d\n%s", got.StatusCode, got.Text)
		}
		_, after, _ := strings.Cut(got.Text, `<div id="sample"`)
		shown, _, _ := strings.Cut(after, "</div>")
		return shown
	}
	shown := sample("template", "<b>{donor}</b> gives {amount}\n“{comment}”")
	for _, want := range []string{"&lt;b&gt;Anonymous&lt;/b&gt; gives $25.00", strings.Repeat("W", fund.MaxDonorName), "€1,234.00", "\u2068ליאור כהן\u2069", "This is a test gift."} {
		if !strings.Contains(shown, want) {
			t.Errorf("got\n%s\nwant %s", shown, want)
		}
	}
	if strings.Count(shown, "<dt>") != 6 || strings.Contains(shown, "“”") {
		t.Errorf("got\n%s\nwant six gifts, those without a comment without its line", shown)
	}
	if shown := sample(); !strings.Contains(shown, "Anonymous donated") {
		t.Errorf("got\n%s\nwant the usual words", shown)
	}
	if shown := sample("kind", "together", "template", "{donor}: {amount}"); !strings.Contains(shown, "3 donations: $25.00") {
		t.Errorf("got\n%s\nwant several gifts", shown)
	}
	if shown := sample("kind", "reward", "template", "{donor} gets {reward}"); !strings.Contains(shown, "gets A signed print") {
		t.Errorf("got\n%s\nwant a reward", shown)
	}
	if shown := sample("template", "{email}"); !strings.Contains(shown, "cannot be used") {
		t.Errorf("got\n%s\nwant to be told that it is wrong", shown)
	}
	if len(h.variants()) != 0 {
		t.Errorf("got %+v, want nothing saved", h.variants())
	}
}

// TestTestsOfVariants shows a test of a variant by its button on its form and at the desk, where a volunteer may press it.
func TestTestsOfVariants(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	volunteer := h.accepted(h.invited("Desk", "desk"))
	h.alerts()
	v := must.Get(h.CreateAlertVariant(t.Context(), h.owner, h.key(), fund.AlertVariantPatch{Name: fund.Some("<Big>"), From: fund.Some("75")}))(t)
	do := "test-" + v.ID.String()
	if page := h.as("owner").Get(h.base() + "/variants/" + v.ID.String()).Text; !strings.Contains(page, `value="`+do+`"`) {
		t.Errorf("got\n%s\nwant a button for a test", page)
	}
	if page := volunteer.Get(h.base() + "/desk").Text; !strings.Contains(page, `value="`+do+`"`) || !strings.Contains(page, "Test “&lt;Big&gt;”") {
		t.Errorf("got\n%s\nwant a button for a test", page)
	}
	if page := h.presses(volunteer, do); !strings.Contains(page, "1 alert waits") || !strings.Contains(page, "$75.00") {
		t.Errorf("got\n%s\nwant a test of at least what the variant is for", page)
	}
	desk := h.base() + "/desk"
	if got := volunteer.Post(desk, testbrowser.With(volunteer.Get(desk).Form(t, desk), "do", "test-00000000-0000-4000-8000-000000000004")); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a variant that is none, want 404", got.StatusCode)
	}
}

// TestTheBuilderSaysWhetherItIsHeard wants the page of an overlay for alerts to say so, and that of another overlay to say nothing.
func TestTheBuilderSaysWhetherItIsHeard(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	visit := h.alerts()
	at := h.base() + "/overlays/" + visit.ID.String()
	says := func(want string) {
		t.Helper()
		if page := h.as("owner").Get(at).Text; !strings.Contains(page, want) {
			t.Errorf("got\n%s\nwant %q", page, want)
		}
	}
	says("has not said yet")
	must.Do(t, h.HearPlayer(t.Context(), visit, "first", true))
	says("can make no sound")
	must.Do(t, h.HearPlayer(t.Context(), visit, "first", false))
	says("If your viewers do not hear it")
	scene := must.Get(h.CreateOverlay(t.Context(), h.owner, h.key(), fund.OverlayPatch{Name: fund.Some("s"), Kind: fund.Some(fund.OverlayScene), Theme: fund.Some(fund.ThemeCard)}))(t)
	at = h.base() + "/overlays/" + scene.ID.String()
	if page := h.as("owner").Get(at).Text; strings.Contains(page, `sound">`) {
		t.Errorf("got\n%s\nwant nothing about the sound of a scene without alerts", page)
	}
	must.Get(h.UpdateOverlay(t.Context(), h.owner, scene.ID, fund.OverlayPatch{Parts: []fund.ScenePartPatch{{Overlay: visit.ID, Place: "0 0 50 50"}}}))(t)
	says("No page plays these alerts yet")
	held := must.Get(h.OpenOverlay(t.Context(), scene.Key))(t)
	must.Get(h.MeetPlayer(t.Context(), held, "scene"))(t)
	says("has not said yet")
	o := must.Get(h.CreateOverlay(t.Context(), h.owner, h.key(), fund.OverlayPatch{Name: fund.Some("b"), Kind: fund.Some(fund.OverlayGoal), Theme: fund.Some(fund.ThemeCard)}))(t)
	if page := h.as("owner").Get(h.base() + "/overlays/" + o.ID.String()).Text; strings.Contains(page, "Control audio") {
		t.Errorf("got\n%s\nwant nothing about the sound of an overlay that makes none", page)
	}
}
