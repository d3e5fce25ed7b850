package browser_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/must"
)

// say says that the streamer of the demo's campaign is live, or no longer.
func (h house) say(t *testing.T, live bool) {
	t.Helper()
	body := strings.NewReader(fmt.Sprintf(`{"live":%v}`, live))
	r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodPatch, h.BaseURL+"/api/private/facts/"+h.Campaign.ID+"/live", body))(t)
	r.Header.Set("Authorization", "Bearer "+h.V3.UserToken)
	r.Header.Set("Content-Type", "application/json")
	answer := must.Get(http.DefaultClient.Do(r))(t)
	said := must.Get(io.ReadAll(answer.Body))(t)
	must.Do(t, answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("got %s %s, want it done", answer.Status, said)
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
