package stage_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// says sends what a page says.
func (f frames) says(kind, player, alert string) {
	f.t.Helper()
	must.Do(f.t, f.ws.Write(f.t.Context(), websocket.MessageText, must.Get(json.Marshal(map[string]string{"type": kind, "player": player, "alert": alert}))(f.t)))
}

var cueOf = regexp.MustCompile(`data-cue="([^"]+)"`)

// cue waits for an alert that may start.
func (f frames) cue() (alert string) {
	f.t.Helper()
	f.until("an alert that may start", func(m frame) bool {
		if found := cueOf.FindStringSubmatch(m.HTML); found != nil {
			alert = found[1]
		}
		return alert != ""
	})
	return alert
}

// TestAlertsOnAllPages has two pages with one address: the first plays, the other shows the same, and starts nothing.
func TestAlertsOnAllPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Campaign, fund.OverlayAlerts)
	first, second := h.follow(o.Key), h.follow(o.Key)
	first.says("hello", "first", "")
	first.until("a page that is empty", func(m frame) bool { return m.HTML == `<main id="overlay"></main>` })
	h.met(o)
	second.says("hello", "second", "")
	give := func(name, comment string) fund.Donation {
		h.Clock.Advance(fund.AlertRest)
		return h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: name, Comment: comment}, h.Clock.Now())
	}
	d := give("Grace & <b>", "Well done")
	alert := first.cue()
	if other := second.cue(); other != alert {
		t.Errorf("got the cues %s and %s, want one", alert, other)
	}
	second.says("start", "second", alert)
	first.says("start", "first", alert)
	first.until("the sound", func(m frame) bool { return m.Type == "sound" && m.Alert == alert })
	for _, page := range []frames{first, second} {
		page.until("the alert", func(m frame) bool {
			if m.Type == "sound" && page == second {
				t.Error("the second page makes the sound")
			}
			return strings.Contains(m.HTML, `id="alert-`+alert) && strings.Contains(m.HTML, "Grace &amp; &lt;b&gt;") && strings.Contains(m.HTML, "12.50") && strings.Contains(m.HTML, "Well done") &&
				strings.Contains(m.HTML, `chime.wav" data-gain="`)
		})
	}
	if _, page, _ := h.get(o.Key); !strings.Contains(page, `id="alert-`+alert) {
		t.Errorf("got\n%s\nwhile an alert is shown, want it after a reload", page)
	}
	must.Get(h.ScreenDonation(t.Context(), app.System(), fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	second.until("a page without who was hidden", func(m frame) bool { return m.Type == "paint" && !strings.Contains(m.HTML, "Grace") })
	h.Clock.Advance(fund.AlertLasts)
	first.says("done", "first", alert)
	must.Get(h.UpdateAlertSettings(t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign), fund.AlertSettingsPatch{Sound: fund.Some(fund.AlertSilent)}))(t)
	give("Linus", "")
	alert = first.cue()
	first.says("start", "first", alert)
	second.until("an alert without a sound", func(m frame) bool {
		return strings.Contains(m.HTML, "Linus") && !strings.Contains(m.HTML, "data-sound")
	})
	must.Do(t, h.RunStage(t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign), fund.DeskOff, fund.ID{}))
	second.until("a page without anything", func(m frame) bool { return m.Type == "paint" && !strings.Contains(m.HTML, "Linus") })
	if _, page, _ := h.get(h.overlay(h.Campaign, fund.OverlayTotal).Key + "?preview"); strings.Contains(page, "<section") || !strings.Contains(page, "off the air") {
		t.Errorf("got\n%s\nof a stage that is off the air, want nothing, and a preview that says so", page)
	}
}

// met waits until the first page of an overlay is known.
func (h *house) met(o fund.Overlay) {
	h.t.Helper()
	for len(must.Get(h.ListPlayers(h.t.Context(), testworld.As(h.Ada), o.ID))(h.t)) == 0 {
		if h.t.Context().Err() != nil {
			h.t.Fatal("the page is not known")
		}
	}
}

// TestWhatPagesOfAlertsSay ends those that say what they must not.
func TestWhatPagesOfAlertsSay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Campaign, fund.OverlayAlerts)
	for _, body := range []string{
		"", "{", "[]", `{"type":"hello"}`, `{"type":"hello","player":"` + strings.Repeat("x", 65) + `"}`, `{"type":"start","player":"a"}`, `{"type":"start","player":"a","alert":"1"}`,
		`{"type":"dance","player":"a","alert":"00000000-0000-4000-8000-000000000004"}`, `{"type":"hello","player":"a","alert":"` + strings.Repeat("x", 1<<10) + `"}`,
	} {
		f := h.follow(o.Key)
		must.Do(t, f.ws.Write(t.Context(), websocket.MessageText, []byte(body)))
		for {
			if _, _, err := f.ws.Read(t.Context()); err != nil {
				break
			}
		}
	}
	f := h.follow(o.Key)
	f.says("start", "stranger", "00000000-0000-4000-8000-000000000004")
	f.says("hello", strings.Repeat("x", 64), "")
	h.met(o)
}
