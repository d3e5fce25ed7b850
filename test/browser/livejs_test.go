package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestOverlaysHostedElsewhere opens the example overlays from another origin, and wants totals set and each gift alerted once, over a restart of the server and
// when a page is loaded again.
func TestOverlaysHostedElsewhere(t *testing.T) {
	t.Parallel()
	h := start(t)
	gallery := httptest.NewServer(http.FileServer(http.Dir("../../examples/overlays")))
	t.Cleanup(gallery.Close)
	at := func(page string) string {
		return gallery.URL + "/" + page + "?" + url.Values{"server": {h.BaseURL}, "facts": {h.Campaign.ID}}.Encode()
	}
	tabs := open(t).tabs(3)
	total, latest, alerts := tabs[0], tabs[1], tabs[2]
	total.do(chromedp.Navigate(at("total.html")))
	latest.do(chromedp.Navigate(at("latest.html")))
	alerts.do(chromedp.Navigate(at("alerts.html")))
	const amount = `document.getElementById("total").textContent`
	total.until(amount)
	before := ask[string](total, amount)
	alerts.loaded(`localStorage.length === 1`)
	watched := `(window.shown = [], new MutationObserver(() => { const who = document.getElementById("who").textContent; if (who && who !== window.shown.at(-1)) window.shown.push(who) }).observe(document.body, {childList: true, subtree: true}), true)`
	ask[bool](alerts, watched)

	h.donate(t, `Grace <img src=x onerror="document.title='ran'">`)
	alerts.loaded(`window.shown.length === 1`)
	total.until(amount + fmt.Sprintf(` !== %q`, before))
	latest.until(`document.querySelector("li")?.textContent.startsWith("Grace <img")`)
	if ask[string](latest, `document.title`) == "ran" || ask[bool](alerts, `!!document.querySelector("img")`) {
		t.Error("got the name of a donor run as HTML")
	}

	after := ask[string](total, amount)
	h.stop()
	h.run(t, strings.TrimPrefix(h.BaseURL, "http://"))
	h.donate(t, "Ada Elsewhere")
	total.until(amount + fmt.Sprintf(` !== %q`, after))
	alerts.loaded(`window.shown.length === 2`)

	alerts.do(chromedp.Reload())
	ask[bool](alerts, watched)
	h.donate(t, "Edsger Elsewhere")
	alerts.loaded(`window.shown.length === 1`)
	if got := ask[string](alerts, `window.shown[0]`); !strings.HasPrefix(got, "Edsger Elsewhere") {
		t.Errorf("got %q after the page was loaded again, want only what came since", got)
	}
}
