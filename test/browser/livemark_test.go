package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/must"
)

// say says that the streamer of the demo's campaign is live, or no longer.
func (h house) say(t *testing.T, live bool) {
	t.Helper()
	h.patch(t, "/api/private/facts/"+h.Campaign.ID+"/live", fmt.Sprintf(`{"live":%v}`, live))
}

// patch changes something in the name of the streamer.
func (h house) patch(t *testing.T, path, body string) {
	t.Helper()
	r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodPatch, h.BaseURL+path, strings.NewReader(body)))(t)
	r.Header.Set("Authorization", "Bearer "+h.V3.UserToken)
	r.Header.Set("Content-Type", "application/json")
	answer := must.Get(http.DefaultClient.Do(r))(t)
	said := must.Get(io.ReadAll(answer.Body))(t)
	must.Do(t, answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %s %s, want it done", path, answer.Status, said)
	}
}

// TestTheLiveMarkComesAndGoes watches the home page, that of a user and that of a campaign while the streamer goes live, and wants nothing to move for it.
func TestTheLiveMarkComesAndGoes(t *testing.T) {
	t.Parallel()
	h := start(t)
	shift := `window.moved = 0, new PerformanceObserver(l => l.getEntries().forEach(e => moved += e.value)).observe({type: "layout-shift"}), window.stayed = true`
	card := fmt.Sprintf(`document.querySelector('[data-fact="%s"] .live-mark')`, h.Campaign.ID)
	var windows []window
	marks := []string{card, card, `document.querySelector(".fact > .live-mark")`}
	for i, path := range []string{"/", "/@" + h.Campaign.OwnerSlug, strings.TrimPrefix(h.campaignPage(), h.BaseURL)} {
		w := open(t)
		w.do(chromedp.Navigate(h.BaseURL + path))
		w.until(`document.querySelector("[data-live]") && document.readyState === "complete"`)
		if !ask[bool](w, marks[i]+` === null`) {
			t.Fatalf("%s: got a campaign that is live already", path)
		}
		ask[bool](w, shift)
		windows = append(windows, w)
	}
	for _, live := range []bool{true, false, true} {
		h.say(t, live)
		for i, w := range windows {
			w.until(fmt.Sprintf(`(%s !== null) === %v`, marks[i], live))
			if live && !ask[bool](w, marks[i]+`.textContent === "Live now" && `+marks[i]+`.getBoundingClientRect().height > 0`) {
				t.Errorf("window %d: got another mark", i)
			}
		}
	}
	for i, w := range windows {
		if moved := ask[float64](w, `moved`); moved != 0 || !ask[bool](w, `window.stayed === true`) {
			t.Errorf("window %d: got a shift of %v or another page, want all of it to stay where it is", i, moved)
		}
	}
}

// TestTheLiveMarkEndsByTime has a campaign live because of a gift while it ends, of which no event tells.
func TestTheLiveMarkEndsByTime(t *testing.T) {
	t.Parallel()
	h := start(t)
	card := fmt.Sprintf(`document.querySelector('[data-fact="%s"] .live-mark')`, h.Campaign.ID)
	marks := map[string]string{"/": card, "/@" + h.Campaign.OwnerSlug: card, strings.TrimPrefix(h.campaignPage(), h.BaseURL): `document.querySelector(".fact > .live-mark")`}
	windows := map[string]window{}
	for path := range marks {
		w := open(t)
		w.do(chromedp.Navigate(h.BaseURL + path))
		w.until(`document.querySelector("[data-live]") && document.readyState === "complete"`)
		ask[bool](w, `window.stayed = true`)
		windows[path] = w
	}
	h.donate(t, "Grace")
	for path, w := range windows {
		w.until(marks[path] + ` !== null`)
	}
	h.patch(t, "/api/private/campaigns/"+h.Campaign.ID, fmt.Sprintf(`{"ends_at":%q}`, time.Now().Add(2*time.Second).UTC().Format(time.RFC3339Nano)))
	for path, w := range windows {
		w.until(marks[path] + ` === null`)
		if !ask[bool](w, `window.stayed === true`) {
			t.Errorf("%s: got another page", path)
		}
	}
	if w := windows[strings.TrimPrefix(h.campaignPage(), h.BaseURL)]; !ask[bool](w, `document.querySelector(".fact-head .tag") !== null`) {
		t.Error("got a campaign that does not say that it ended")
	}
}

// TestACardWhoseFactIsGoneIsDropped has the server come back without one of the facts that the page follows: the others go on.
func TestACardWhoseFactIsGoneIsDropped(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.Navigate(h.BaseURL + "/"))
	w.until(`document.querySelector("[data-live]") && document.readyState === "complete"`)
	card := fmt.Sprintf(`document.querySelector('[data-fact="%s"]`, h.Campaign.ID)
	if !ask[bool](w, fmt.Sprintf(`{
		window.stayed = true;
		const other = [...document.querySelectorAll("[data-fact]")].find((c) => c.dataset.fact !== "%s");
		other.dataset.fact = "01000000-0000-0000-0000-000000000000"; true }`, h.Campaign.ID)) {
		t.Fatal("got no other card")
	}
	h.stop()
	h.run(t, strings.TrimPrefix(h.BaseURL, "http://"))
	h.say(t, true)
	w.until(card + ` .live-mark') !== null`)
	h.say(t, false)
	w.until(card + ` .live-mark') === null`)
	if !ask[bool](w, `window.stayed === true`) {
		t.Error("got another page")
	}
}

// TestTheFirstPageMovesItsCardsWhileNobodyLooks has a campaign go live while the tab is seen, and then come back to it after a minute: its card is on the shelf of
// those that are live only then.
func TestTheFirstPageMovesItsCardsWhileNobodyLooks(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	// Chromium has no way to hide a tab of a test, so the page is told so, and a minute takes a moment.
	w.do(chromedp.Navigate(h.BaseURL + "/"))
	w.until(`document.querySelector("[data-live]") && document.readyState === "complete"`)
	on := fmt.Sprintf(`document.querySelector('#live [data-fact="%s"]') !== null`, h.Campaign.ID)
	marked := fmt.Sprintf(`document.querySelector('[data-fact="%s"] .live-mark') !== null`, h.Campaign.ID)
	h.say(t, true)
	w.until(marked)
	if ask[bool](w, on) {
		t.Error("got a card that moved while somebody looked")
	}
	ask[bool](w, `{
		window.stayed = true;
		const wait = window.setTimeout;
		window.setTimeout = (f, ms, ...more) => wait(f, ms === 6e4 ? 1 : ms, ...more);
		Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
		document.dispatchEvent(new Event("visibilitychange"));
		wait(() => {
			Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
			document.dispatchEvent(new Event("visibilitychange"));
		}, 100);
		true }`)
	w.until(on + ` && ` + marked + ` && window.stayed === true`)
	h.say(t, false)
	w.until(`!(` + marked + `)`)
}
