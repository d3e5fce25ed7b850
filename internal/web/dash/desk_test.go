package dash_test

import (
	"net/http"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/dash"
)

// alerts makes an overlay for alerts, and opens it in two pages: the first plays.
func (h *house) alerts() app.OverlayVisit {
	h.t.Helper()
	ctx := h.t.Context()
	o := must.Get(h.CreateOverlay(ctx, h.owner, h.key(), fund.OverlayPatch{Name: fund.Some("a"), Kind: fund.Some(fund.OverlayAlerts), Theme: fund.Some(fund.ThemeCard)}))(h.t)
	visit := must.Get(h.OpenOverlay(ctx, o.Key))(h.t)
	for _, secret := range []string{"first", "second"} {
		must.Get(h.MeetPlayer(ctx, visit, secret))(h.t)
	}
	h.queued()
	return visit
}

func (h *house) queued() {
	h.t.Helper()
	for must.Get(h.QueueAlerts(h.t.Context()))(h.t) > 0 {
	}
}

// presses does what a button of the desk says, and returns the desk afterwards.
func (h *house) presses(b testbrowser.Browser, do string, pairs ...string) string {
	h.t.Helper()
	desk := h.base() + "/desk"
	answer := b.Post(desk, testbrowser.With(b.Get(desk).Form(h.t, desk), append([]string{"do", do}, pairs...)...))
	if answer.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("%s: got %d\n%s", do, answer.StatusCode, answer.Text)
	}
	return b.Get(answer.Header.Get("Location")).Text
}

// TestTheAlertDesk runs a stage by its page, as a volunteer without an account.
func TestTheAlertDesk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	volunteer := h.accepted(h.invited("Desk", "desk"))
	desk := h.base() + "/desk"
	if page := volunteer.Get(desk).Text; !strings.Contains(page, "There is no overlay for alerts yet") || strings.Contains(page, "overlays/new") {
		t.Errorf("got\n%s\nwant to be told that there is no overlay, without a link that a volunteer may not follow", page)
	}
	if page := h.as("owner").Get(desk).Text; !strings.Contains(page, "overlays/new") {
		t.Errorf("got\n%s\nwant a link to a new overlay for the owner", page)
	}
	visit := h.alerts()
	held := h.give("Mallory")
	h.queued()
	if page := volunteer.Get(desk).Text; strings.Contains(page, "Mallory") || !strings.Contains(page, "0 alerts wait") {
		t.Errorf("got\n%s\nwant nothing of a gift that is held", page)
	}
	must.Get(h.ScreenDonation(t.Context(), h.owner, fund.Key{ID: held.ID}, fund.ScreeningShown))(t)
	h.queued()
	page := volunteer.Get(desk).Text
	if !strings.Contains(page, "Mallory") || !strings.Contains(page, "1 alert waits") || strings.Contains(page, "hidden@example.org") {
		t.Errorf("got\n%s\nwant the gift that was approved, without an address", page)
	}
	must.Do(t, h.HearPlayer(t.Context(), visit, "first", true))
	if page = volunteer.Get(desk).Text; !strings.Contains(page, "can make no sound") {
		t.Errorf("got\n%s\nof a page that makes no sound", page)
	}
	must.Do(t, h.HearPlayer(t.Context(), visit, "first", false))
	if page = h.presses(volunteer, "pause"); !strings.Contains(page, "Paused") || !strings.Contains(page, `value="resume"`) {
		t.Errorf("got\n%s\nafter a pause", page)
	}
	h.presses(volunteer, "resume")
	cue := must.Get(h.Cue(t.Context(), visit))(t)
	if !must.Get(h.StartAlert(t.Context(), visit, "first", cue.Next, 0))(t) {
		t.Fatal("the alert did not start")
	}
	alert := cue.Next.String()
	if page = h.presses(volunteer, "pin", "alert", alert); !strings.Contains(page, `value="unpin"`) {
		t.Errorf("got\n%s\nof an alert that stays", page)
	}
	if page = h.presses(volunteer, "skip", "alert", alert); !strings.Contains(page, "Nothing is shown now") || !strings.Contains(page, "skipped") {
		t.Errorf("got\n%s\nof an alert that was skipped", page)
	}
	if page = h.presses(volunteer, "again", "alert", alert); !strings.Contains(page, "1 alert waits") {
		t.Errorf("got\n%s\nof an alert that is shown again", page)
	}
	if page = h.presses(volunteer, "off"); !strings.Contains(page, "Off the air") || !strings.Contains(page, `value="on_empty"`) {
		t.Errorf("got\n%s\noff the air", page)
	}
	if page = h.presses(volunteer, "on_empty"); !strings.Contains(page, "0 alerts wait") {
		t.Errorf("got\n%s\nwithout what waited", page)
	}
	for _, kind := range []string{"plain", "long", "unnamed"} {
		page = h.presses(volunteer, "test-"+kind)
	}
	if !strings.Contains(page, "3 alerts wait") || !strings.Contains(page, "Anonymous (test)") || !strings.Contains(page, "until the sun is up") {
		t.Errorf("got\n%s\nafter three tests", page)
	}
	for do, want := range map[string]int{"": http.StatusBadRequest, "dance": http.StatusBadRequest, "skip": http.StatusBadRequest} {
		if got := volunteer.Post(desk, testbrowser.With(volunteer.Get(desk).Form(t, desk), "do", do)); got.StatusCode != want {
			t.Errorf("%q: got %d, want %d", do, got.StatusCode, want)
		}
	}
}

// TestScreenersSendToTheReader has a screener move a gift to the front of what is read aloud, pin it, and be told why one that waits cannot be.
func TestScreenersSendToTheReader(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	screener := h.accepted(h.invited("Screener", "screener"))
	first, second, held := h.give("First"), h.give("Second"), h.give("Held")
	for _, d := range []fund.Donation{first, second} {
		must.Get(h.ScreenDonation(t.Context(), h.owner, fund.Key{ID: d.ID}, fund.ScreeningShown))(t)
	}
	at := h.base() + "/screening"
	press := func(d fund.Donation, to string) string {
		t.Helper()
		return screener.Post(at, testbrowser.With(screener.Get(at).Form(t, at), "id", d.ID.String(), "to", to)).Header.Get("Location")
	}
	if page := screener.Get(at).Text; strings.Count(page, `value="pin"`) != 2 {
		t.Errorf("got\n%s\nwant a button for each gift that is shown, and none for what waits", page)
	}
	for _, to := range []string{"read", "pin"} {
		if where := press(second, to); !strings.HasPrefix(where, at+"#") {
			t.Errorf("%s: got led to %s, want the page of the screening", to, where)
		}
		if where := press(held, to); where != at+"?pins=yes" {
			t.Errorf("%s of what waits: got led to %s, want to be told that it did not work", to, where)
		}
	}
	if page := screener.Get(at + "?pins=yes").Text; !strings.Contains(page, "That did not work") {
		t.Errorf("got\n%s\nwant a reason", page)
	}
	readings := must.Get(h.ReadingsOf(t.Context(), must.Get(h.See(t.Context(), h.owner, h.key()))(t), fund.ID{}))(t)
	if len(readings.Pinned) != 1 || readings.Pinned[0].ID != second.ID || len(readings.Waiting) != 2 || readings.Waiting[0].ID != second.ID {
		t.Errorf("got %+v, want the second gift pinned and first", readings)
	}
}

// TestAPageThatAsksToPlay lets one page play, and forgets another, for the owner alone.
func TestAPageThatAsksToPlay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	volunteer := h.accepted(h.invited("Desk", "desk"))
	visit := h.alerts()
	must.Get(h.MeetPlayer(t.Context(), visit, "third"))(t)
	desk, players := h.base()+"/desk", h.base()+"/desk/players"
	if page := volunteer.Get(desk).Text; strings.Contains(page, "asks to play") {
		t.Errorf("got\n%s\nwant nothing about pages for a volunteer", page)
	}
	owner := h.as("owner")
	page := owner.Get(desk)
	if strings.Count(page.Text, "asks to play alerts") != 2 {
		t.Fatalf("got\n%s\nwant the two pages that ask", page.Text)
	}
	form := page.Form(t, players)
	if got := volunteer.Post(players, testbrowser.With(volunteer.Get(desk).Form(t, desk), "overlay", form.Get("overlay"), "player", form.Get("player"), "do", "allow")); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a volunteer who lets a page play, want 403", got.StatusCode)
	}
	owner.Post(players, testbrowser.With(form, "do", "allow"))
	page = owner.Get(desk)
	owner.Post(players, testbrowser.With(page.Form(t, players), "do", "forget"))
	if page = owner.Get(desk); strings.Contains(page.Text, "asks to play") {
		t.Errorf("got\n%s\nwant no page that asks any more", page.Text)
	}
	all := must.Get(h.ListPlayers(t.Context(), h.owner, visit.ID))(t)
	if len(all) != 2 || !all[0].Allowed || !all[1].Allowed {
		t.Errorf("got %+v, want two pages that may play", all)
	}
}

// TestDeskKeys makes a key on its page, is shown it once, and ends it; a volunteer at the desk does none of that.
func TestDeskKeys(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, dash.Options{Remote: "/api/desk"})
	volunteer := h.accepted(h.invited("Desk", "desk"))
	b, at := h.as("owner"), h.base()+"/desk/keys"
	if page := volunteer.Get(h.base() + "/desk").Text; strings.Contains(page, at) {
		t.Errorf("got\n%s\nwant no link to the keys for a volunteer", page)
	}
	if page := b.Get(h.base() + "/desk").Text; !strings.Contains(page, at) {
		t.Errorf("got\n%s\nwant a link to the keys", page)
	}
	if got := volunteer.Get(at); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a volunteer, want 403", got.StatusCode)
	}
	if got := b.Post(at, testbrowser.With(b.Get(at).Form(t, at), "name", " ")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="name-problem"`) {
		t.Errorf("got %d\n%s\nfor no name", got.StatusCode, got.Text)
	}
	page := b.Post(at, testbrowser.With(b.Get(at).Form(t, at), "name", "Deck <left>"))
	key := regexp.MustCompile(`id="key" readonly dir="ltr" value="([^"]+)"`).FindStringSubmatch(page.Text)
	if key == nil || !strings.Contains(page.Text, "Deck &lt;left&gt;") || !strings.Contains(page.Text, "/api/desk/skip") {
		t.Fatalf("got %d\n%s\nwant the key", page.StatusCode, page.Text)
	}
	must.Get(h.OpenDesk(t.Context(), key[1], netip.Addr{}))(t)
	if again := b.Get(at); strings.Contains(again.Text, key[1]) || !strings.Contains(again.Text, "not used yet") {
		t.Errorf("got\n%s\nwant the key by its name alone", again.Text)
	}
	b.Post(at+"/end", b.Get(at).Form(t, at+"/end"))
	if _, err := h.OpenDesk(t.Context(), key[1], netip.Addr{}); err == nil || !strings.Contains(b.Get(at).Text, "There is no key yet") {
		t.Errorf("got %v, want the key ended", err)
	}
	for i := range fund.MaxDeskKeys {
		_, _, err := h.MakeDeskKey(t.Context(), h.owner, h.key(), string(rune('a'+i)))
		must.Do(t, err)
	}
	if got := b.Post(at, testbrowser.With(b.Get(at).Form(t, at), "name", "More")); got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, "at most 20 keys") {
		t.Errorf("got %d\n%s\nfor one key too many", got.StatusCode, got.Text)
	}
}
