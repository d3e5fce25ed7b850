package stage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/stage"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// patience is how long something that comes may take on a busy machine, under the race detector.
const patience = time.Minute

// house is a world whose overlays are served.
type house struct {
	*testworld.World
	t   *testing.T
	url string
	// wait is how long requests have to wait, a time.Duration; 0 serves them.
	wait atomic.Int64
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseWith(t, nil)
}

// newHouseWith is a house that speaks; a nil speaker does not.
func newHouseWith(t *testing.T, speaker app.Speaker) *house {
	t.Helper()
	h := &house{World: testworld.Populate(t, testworld.New(t, testworld.Options{At: testworld.Start, Configure: func(_ *testworld.Service, o *app.Options) { o.Speaker = speaker }})), t: t}
	for _, begin := range []func(context.Context) (int, error){h.QueueAlerts, h.CountDonations} { // what comes before a projection begins is no news
		must.Get(begin(t.Context()))(t)
	}
	f := feed.New(feed.Options{Store: h.Store, From: must.Get(h.Store.LastPosition(t.Context()))(t), Epoch: must.Get(h.Store.Epoch(t.Context()))(t)})
	h.Store.OnCommit(f.Committed)
	hub := live.NewHub(live.HubOptions{App: h.App, Feed: f})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = f.Run(ctx) })
	running.Go(func() { _ = hub.Run(ctx) })
	running.Go(func() { _ = feed.NewProjector(f, feed.Projection{Name: "alerts", Fold: h.QueueAlerts}).Run(ctx) })
	running.Go(func() { _ = feed.NewProjector(f, feed.Projection{Name: "counters", Fold: h.CountDonations}).Run(ctx) })
	server := httptest.NewServer(stage.New(stage.Options{
		App: h.App, Hub: hub, Log: h.Logger, Limit: func(*http.Request) time.Duration { return time.Duration(h.wait.Load()) },
		Page: func(f fund.Fact) string { return "https://give.example.org/@ada/" + f.Slug },
	}))
	h.url = server.URL
	t.Cleanup(func() {
		hub.Close()
		server.Close()
		<-hub.Drained()
		cancel()
		running.Wait()
	})
	return h
}

// overlay makes an overlay of a campaign of Ada's.
func (h *house) overlay(of fund.Fact, kind fund.OverlayKind) fund.Overlay {
	h.t.Helper()
	return must.Get(h.CreateOverlay(h.t.Context(), testworld.As(h.Ada), testworld.ByID(of), fund.OverlayPatch{
		Name: fund.Some("one"), Kind: fund.Some(kind), Theme: fund.Some(fund.ThemeCard),
	}))(h.t)
}

// get is the page of an overlay.
func (h *house) get(key string) (status int, page string, header http.Header) {
	h.t.Helper()
	r := must.Get(http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+stage.Path+"/"+key, nil))(h.t)
	answer := must.Get(http.DefaultClient.Do(r))(h.t)
	body := must.Get(io.ReadAll(answer.Body))(h.t)
	must.Do(h.t, answer.Body.Close())
	return answer.StatusCode, string(body), answer.Header
}

// frames are what an overlay's page is sent.
type frames struct {
	t  *testing.T
	ws *websocket.Conn
}

func (h *house) follow(key string) frames {
	h.t.Helper()
	ws, _, err := websocket.Dial(h.t.Context(), h.url+stage.Path+"/"+key+"/socket", nil)
	must.Do(h.t, err)
	h.t.Cleanup(func() { _ = ws.CloseNow() })
	ws.SetReadLimit(1 << 20)
	return frames{h.t, ws}
}

// frame is one message of the server.
type frame struct{ Type, Build, HTML, Reason, Alert string }

// until reads messages until one fits.
func (f frames) until(what string, fits func(frame) bool) frame {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), patience)
	defer cancel()
	for {
		_, body, err := f.ws.Read(ctx)
		if err != nil {
			f.t.Fatalf("got %v, want %s", err, what)
		}
		var one frame
		must.Do(f.t, json.Unmarshal(body, &one))
		if fits(one) {
			return one
		}
	}
}

func (f frames) shows(words string) {
	f.t.Helper()
	f.until("a frame with "+words, func(m frame) bool { return m.Type == "paint" && strings.Contains(m.HTML, words) })
}

// TestOverlaysOfEachKind wants each to show what there is, and to say in a preview alone why there is nothing.
func TestOverlaysOfEachKind(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: "Grace & <b>", Comment: "Well done"}, testworld.Start)
	must.Do(t, h.CatchUp(t.Context(), app.System()))
	for _, kind := range fund.OverlayKinds() {
		o := h.overlay(h.Campaign, kind)
		status, page, header := h.get(o.Key)
		if status != http.StatusOK || !strings.Contains(page, `data-socket="/overlay/`+o.Key+`/socket`) {
			t.Errorf("%s: got %d and\n%s\nwant the overlay", kind, status, page)
		}
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "style-src 'self' 'unsafe-inline'") || !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "script-src 'self' ") {
			t.Errorf("%s: got the policy %s, want styles of others and scripts of ours only", kind, csp)
		}
		_, preview, _ := h.get(o.Key + "?preview")
		shows, says := strings.Contains(page, `<section class="`+string(kind)+`"`), strings.Contains(preview, `class="why"`)
		if shows == says || strings.Contains(page, `class="why"`) {
			t.Errorf("%s: got shown %t, and a preview that says why not %t:\n%s", kind, shows, says, preview)
		}
	}
}

// TestAnOverlayFollowsItsFact wants a frame when money comes, when a comment is hidden and when the overlay is changed, none for what it does not show, and an
// end when its key ends.
func TestAnOverlayFollowsItsFact(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Draft, fund.OverlayLatest)
	f := h.follow(o.Key)
	f.until("an empty frame", func(m frame) bool { return m.Type == "paint" && m.HTML == `<main id="overlay"></main>` })
	must.Get(h.UpdateOverlay(t.Context(), testworld.As(h.Ada), o.ID, fund.OverlayPatch{Title: fund.Some("Thank you"), Kind: fund.Some(fund.OverlayGoal)}))(t)
	f.shows("Thank you")

	o = h.overlay(h.Campaign, fund.OverlayLatest)
	f = h.follow(o.Key)
	d := h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50", Name: "Grace & <b>", Comment: "Well done"}, testworld.Start)
	f.shows("Grace &amp; &lt;b&gt;")
	must.Get(h.ScreenDonation(t.Context(), app.System(), fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	f.until("a frame without who was hidden", func(m frame) bool { return m.Type == "paint" && !strings.Contains(m.HTML, "Grace") })

	renewed := must.Get(h.RenewOverlay(t.Context(), testworld.As(h.Ada), o.ID))(t)
	f.until("an end of the old key", func(m frame) bool { return m.Type == "goodbye" && m.Reason == string(live.ReasonRights) })
	if status, page, _ := h.get(o.Key); status != http.StatusNotFound || strings.Contains(page, "<script") || strings.Contains(page, "<section") {
		t.Errorf("got %d and\n%s\nfor a key that ended, want 404 and nothing to be seen", status, page)
	}
	f = h.follow(renewed.Key)
	f.shows("<section")
	must.Do(t, h.DeleteOverlay(t.Context(), testworld.As(h.Ada), o.ID))
	f.until("an end of the overlay", func(m frame) bool { return m.Type == "goodbye" && m.Reason == string(live.ReasonRights) })
}

// TestAnOverlayFollowsItsCounter wants a counter to be drawn as it is, and as it moves.
func TestAnOverlayFollowsItsCounter(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Campaign, fund.OverlayCounter)
	f := h.follow(o.Key)
	f.until("an empty frame", func(m frame) bool { return m.Type == "paint" && m.HTML == `<main id="overlay"></main>` })
	c := must.Get(h.CreateCounter(t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign), fund.CounterPatch{Name: fund.Some("Tonight & <b>")}))(t)
	f.shows("Tonight &amp; &lt;b&gt;")
	h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "12.50"}, h.Clock.Now())
	f.shows("12.50")
	must.Get(h.UpdateCounter(t.Context(), testworld.As(h.Ada), fund.Key{ID: c.ID}, fund.CounterPatch{StartsAt: fund.Some(h.Clock.Now().Add(time.Microsecond))}))(t)
	f.until("a frame without a counter that is yet to begin", func(m frame) bool { return m.Type == "paint" && !strings.Contains(m.HTML, "<section") })
}

// TestAnOverlayFollowsItsTimer wants the end of a timer by the clock of the server, later by what is donated, and what is left while it is paused.
func TestAnOverlayFollowsItsTimer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f := h.follow(h.overlay(h.Campaign, fund.OverlayTimer).Key)
	f.until("an empty frame", func(m frame) bool { return m.Type == "paint" && m.HTML == `<main id="overlay"></main>` })
	timer := must.Get(h.CreateTimer(t.Context(), testworld.As(h.Ada), testworld.ByID(h.Campaign), fund.TimerPatch{
		Name: fund.Some("Marathon <b>"), Length: fund.Some(time.Hour), PerUnit: fund.Some(time.Minute),
	}))(t)
	f.shows("Marathon &lt;b&gt;")
	run := func(act fund.TimerAct) {
		t.Helper()
		must.Get(h.RunTimer(t.Context(), testworld.As(h.Ada), fund.Key{ID: timer.ID}, fund.TimerRun{Act: act}))(t)
	}
	ends := func(after time.Duration) string {
		return fmt.Sprintf(`data-ends="%d"`, h.Clock.Now().Add(after).UnixMilli())
	}
	run(fund.TimerStart)
	f.shows(ends(time.Hour))
	h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: h.Campaign.ID}, Amount: "1.50"}, time.Time{})
	f.shows(ends(time.Hour + 90*time.Second))
	run(fund.TimerPause)
	f.shows("1:01:30")
}

// TestAnOverlayOfWhatWasTakenDown ends with its fact's visibility to its own owner's public: an operator who takes it down darkens it.
func TestAnOverlayOfWhatWasTakenDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Campaign, fund.OverlayTotal)
	f := h.follow(o.Key)
	f.shows("<section")
	must.Get(h.TakeDown(t.Context(), app.System(), h.Campaign.ID, "spam"))(t)
	f.until("an end", func(m frame) bool { return m.Type == "goodbye" })
	if status, _, _ := h.get(o.Key); status != http.StatusNotFound {
		t.Errorf("got %d for the overlay of what was taken down, want 404", status)
	}
}

// TestAnOverlayOnlyLooks sends what a page must not send.
func TestAnOverlayOnlyLooks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Campaign, fund.OverlayTotal)
	f := h.follow(o.Key)
	f.shows("<section")
	must.Do(t, f.ws.Write(t.Context(), websocket.MessageText, []byte(`{"type":"hello"}`)))
	for {
		_, _, err := f.ws.Read(t.Context())
		var closed websocket.CloseError
		if errors.As(err, &closed) {
			if closed.Code != websocket.StatusPolicyViolation {
				t.Errorf("got the code %d, want a violation of the policy", closed.Code)
			}
			break
		}
		must.Do(t, err)
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		r := must.Get(http.NewRequestWithContext(t.Context(), method, h.url+stage.Path+"/"+o.Key, nil))(t)
		answer := must.Get(http.DefaultClient.Do(r))(t)
		must.Do(t, answer.Body.Close())
		if answer.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: got %s, want it refused", method, answer.Status)
		}
	}
}

// TestARefusedOverlayComesAgain wants a page that could not be shown for now to load again, which streaming programs do not, and one whose key ended to stay as
// it is.
func TestARefusedOverlayComesAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	o := h.overlay(h.Campaign, fund.OverlayTotal)
	for wait, want := range map[time.Duration]string{time.Second: "5", time.Minute: "60"} {
		h.wait.Store(int64(wait))
		status, page, header := h.get(o.Key)
		if status != http.StatusTooManyRequests || header.Get("Refresh") != want || strings.Contains(page, "<section") {
			t.Errorf("got %d, refreshed after %q, and\n%s\nwant 429, %s and nothing to be seen", status, header.Get("Refresh"), page, want)
		}
	}
	h.wait.Store(0)
	if status, _, header := h.get("nothing"); status != http.StatusNotFound || header.Get("Refresh") != "" {
		t.Errorf("got %d, refreshed after %q, want 404 for good", status, header.Get("Refresh"))
	}
}
