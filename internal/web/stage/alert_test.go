package stage_test

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/sound"
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
	must.Do(t, first.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"audio","player":"first","muted":true}`)))
	for !must.Get(h.ListPlayers(t.Context(), testworld.As(h.Ada), o.ID))(t)[0].Muted {
		if t.Context().Err() != nil {
			t.Fatal("it is not known that the page makes no sound")
		}
	}
	second.says("hello", "second", "")
	give := func(name, comment string) fund.Donation {
		h.Clock.Advance(fund.DefaultAlertRest)
		return h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: name, Comment: comment}, h.Clock.Now())
	}
	d := give("Grace & <b>", "Well done")
	alert := first.cue()
	if other := second.cue(); other != alert {
		t.Errorf("got the cues %s and %s, want one", alert, other)
	}
	second.says("start", "second", alert)
	first.says("start", "first", alert)
	for _, page := range []frames{first, second} {
		shown, sounds := false, page == second // which comes first is not said
		page.until("the alert, and where it plays its sound", func(m frame) bool {
			if m.Type == "sound" && page == second {
				t.Error("the second page makes the sound")
			}
			sounds = sounds || m.Type == "sound" && m.Alert == alert
			shown = shown || strings.Contains(m.HTML, `id="alert-`+alert) && strings.Contains(m.HTML, "Grace &amp; &lt;b&gt;") && strings.Contains(m.HTML, "12.50") && strings.Contains(m.HTML, "Well done") &&
				strings.Contains(m.HTML, `chime.wav" data-gain="`)
			return shown && sounds
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
	f.says("start", "one page", "00000000-0000-4000-8000-000000000004")
	f.says("hello", "another page", "")
	f.until("the end of a connection that is two pages", func(m frame) bool { return m.Type == "goodbye" })
	f = h.follow(o.Key)
	f.says("start", strings.Repeat("x", 64), "00000000-0000-4000-8000-000000000004")
	f.says("hello", strings.Repeat("x", 64), "")
	h.met(o)
}

// voice is a speaker that takes ten seconds for each text, which it says as it is.
type voice struct{}

func (voice) Speak(_ context.Context, language, text string) (sound.Sound, error) {
	return sound.Sound{Type: "wav", Length: 10 * time.Second, Content: []byte(language + ":" + text), Loudness: fund.TargetLoudness, Peak: 1}, nil
}

// TestAnAlertIsReadAloud wants the words of an alert to be heard while it is shown, and by nobody before, after, or when they are hidden; and the alert to stay
// until they are over.
func TestAnAlertIsReadAloud(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, voice{})
	ctx := t.Context()
	must.Get(h.UpdateAlertSettings(ctx, testworld.As(h.Ada), testworld.ByID(h.Campaign), fund.AlertSettingsPatch{SpeakName: fund.Some(true), SpeakComment: fund.Some(true)}))(t)
	o := h.overlay(h.Campaign, fund.OverlayAlerts)
	page := h.follow(o.Key)
	page.says("hello", "first", "")
	h.met(o)
	h.Clock.Advance(fund.DefaultAlertRest)
	d := h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: "Grace", Comment: "Well done"}, h.Clock.Now())
	alert := page.cue()
	address := o.Key + "/speech/" + alert
	if status, _, _ := h.get(address); status != http.StatusNotFound {
		t.Errorf("got %d for the words of an alert that has not begun, want 404", status)
	}
	page.says("start", "first", alert)
	page.until("an alert that speaks for as long as it and its sound take", func(m frame) bool {
		return strings.Contains(m.HTML, `data-speech="/overlay/`+address+`?lang=en"`) && regexp.MustCompile(`data-lasts="1[0-9]{4}"`).MatchString(m.HTML)
	})
	status, said, header := h.get(address + "?lang=en")
	if status != http.StatusOK || said != "en:Grace. Well done" || header.Get("Content-Type") != "audio/wav" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("got %d, %q and %v, want the words", status, said, header)
	}
	if status, _, _ := h.get(h.overlay(h.Campaign, fund.OverlayTotal).Key + "/speech/" + alert); status != http.StatusNotFound {
		t.Errorf("got %d by the key of another overlay, want 404", status)
	}
	must.Get(h.ScreenDonation(ctx, app.System(), fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	if status, _, _ := h.get(address); status != http.StatusNotFound {
		t.Errorf("got %d for words that were hidden, want 404", status)
	}
}

// TestAlertsInTheWordsOfAVariant shows what a variant says, with markup as text, in its look and under its name, and nothing of what is hidden.
func TestAlertsInTheWordsOfAVariant(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	volume := int64(100)
	must.Get(h.CreateAlertVariant(ctx, testworld.As(h.Ada), testworld.ByID(h.Campaign), fund.AlertVariantPatch{
		Name: fund.Some("Big & <b>"), From: fund.Some("100"), Template: fund.Some("<i>{donor}</i> gives {amount}\n“{comment}”\nto {name}"), Sound: fund.Some(fund.AlertFanfare),
		Volume: fund.Some(&volume), Theme: fund.Some(fund.ThemePaper), Lasts: fund.Some(12 * time.Second),
	}))(t)
	o := h.overlay(h.Campaign, fund.OverlayAlerts)
	page := h.follow(o.Key)
	page.says("hello", "first", "")
	h.met(o)
	h.Clock.Advance(fund.DefaultAlertRest)
	d := h.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "100", Name: "Grace <u>" + strings.Repeat("W", 80), Comment: "{total} <script>"}, h.Clock.Now())
	page.says("start", "first", page.cue())
	shown := page.until("an alert with the words of its variant", func(m frame) bool { return strings.Contains(m.HTML, "data-variant") })
	for _, want := range []string{
		`class="alert in-paper"`, `data-variant="Big &amp; &lt;b&gt;"`, `data-lasts="12000"`, `fanfare.wav`, `<h1 dir="ltr">&lt;i&gt;Grace &lt;u&gt;WW`, "WW&lt;/i&gt; gives £100.00 <small>",
		`<p class="text lines" dir="ltr">“{total} &lt;script&gt;”` + "\n" + `to ` + h.Campaign.Name,
	} {
		if !strings.Contains(shown.HTML, want) {
			t.Errorf("got\n%s\nwant %s", shown.HTML, want)
		}
	}
	if strings.Contains(shown.HTML, `class="amount"`) {
		t.Errorf("got\n%s\nwant the amount where the text has it alone", shown.HTML)
	}
	must.Get(h.ScreenDonation(ctx, app.System(), fund.Key{ID: d.ID}, fund.ScreeningCommentHeld))(t)
	page.until("a page without what is held", func(m frame) bool { return m.Type == "paint" && !strings.Contains(m.HTML, "script") })
}
