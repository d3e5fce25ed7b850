package browser_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/fund"
)

// panicMost is how long after the panic key something may still be seen.
const panicMost = time.Second

// TestAlertsInAStream has one address open in two browsers, of which the first plays: both show each alert, the second cannot start any. The desk takes all off
// the air, tries one out, and learns of one whose page was killed.
func TestAlertsInAStream(t *testing.T) {
	t.Parallel()
	h := start(t)
	w, _ := signedIn(t, h, h.Users[0])
	base := h.BaseURL + "/dashboard/" + h.Campaign.ID
	_, address := w.newOverlay(base, fund.OverlayAlerts, fund.ThemeCard)
	obs, leaked := open(t), open(t)
	obs.do(chromedp.EmulateViewport(800, 600), chromedp.Navigate(address))
	obs.until(`document.getElementById("overlay")`)
	w.do(chromedp.Navigate(base + "/desk"))
	w.until(`!document.querySelector(".desk > .note")`) // the page that plays is known
	w.until(`document.querySelector(".desk .muted")`)   // browsers play nothing before somebody clicked there
	obs.do(chromedp.MouseClickXY(9, 9))
	w.until(`!document.querySelector(".desk .muted")`)
	leaked.do(chromedp.Navigate(address))
	w.until(`document.querySelectorAll(".asking").length === 1`)

	const shows = `document.querySelector("[data-alert] h1")?.textContent.startsWith(%q)`
	says := func(name string) string { return strings.Replace(shows, "%q", `"`+name+`"`, 1) }
	// What comes is told, and not asked for. The dock is as narrow as one of OBS.
	w.do(chromedp.EmulateViewport(300, 600), chromedp.Navigate(base+"/desk?dock=yes"))
	w.until(`document.querySelector(".dock .desk button[value=off]")`)
	ask[bool](w, `(window.fetch = () => Promise.reject(), true)`)
	h.donate(t, "Grace Alert")
	for _, one := range []window{obs, leaked} {
		one.until(says("Grace Alert"))
	}
	obs.overlayed("alert")
	w.until(`document.querySelector(".desk .on-screen")?.textContent.includes("Grace Alert")`)
	w.keep("desk-playing")
	if wide := ask[int64](w, "document.documentElement.scrollWidth"); wide > 300 {
		t.Errorf("got a dock %d wide, want it to fit", wide)
	}
	w.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(base+"/desk"))
	w.until(`document.querySelector(".desk .on-screen")`)

	began := time.Now()
	w.do(chromedp.Click("button[value=off]"))
	for _, one := range []window{obs, leaked} {
		one.until(`!document.querySelector("section")`)
	}
	if took := time.Since(began); took > panicMost {
		t.Errorf("got the stage off the air after %s, want at most %s", took, panicMost)
	}
	obs.do(chromedp.Reload())
	if ask[bool](obs, `!!document.querySelector("section")`) {
		t.Error("got an alert after a reload of a page that is off the air")
	}
	w.until(`document.querySelector("button[value=on]")`)
	w.do(chromedp.Click("button[value=on]"))
	w.until(`document.querySelector("button[value=off]")`)
	w.do(chromedp.Click("button[value=test-long]"))
	obs.until(`document.querySelector("[data-alert] small")`)
	obs.keep("alert-long")

	// The page that plays is killed in the middle of an alert; the other one, which may not play, neither ends it nor starts it again.
	obs.do(chromedp.Navigate("about:blank"))
	w.until(`document.querySelector(".desk .broken")`)
	leaked.until(`!document.querySelector("section")`)
	w.keep("desk-broken")
	obs.do(chromedp.Navigate(address))
	obs.until(`document.getElementById("overlay")`)
	w.do(chromedp.Click(".desk .broken button[value=again]"))
	obs.until(`document.querySelector("[data-alert] small")`)
	w.until(`document.querySelectorAll(".desk ol li").length >= 2 && !document.querySelector(".desk .broken")`)

	// A small and a large gift say other things with other sounds.
	w.variant(base, "Large", "500", "WOW {amount}!", fund.AlertFanfare)
	w.variant(base, "Small", "", "{donor} gave {amount}", fund.AlertCoin)
	w.do(chromedp.Navigate(base + "/desk"))
	w.until(`document.querySelector(".desk .on-screen button[value=skip]") || !document.querySelector(".desk .on-screen")`)
	ask[bool](w, `(document.querySelector(".desk .on-screen button[value=skip]")?.click(), true)`)
	h.donate(t, "Small Alert")
	h.post(t, "/pay/sandbox/donations", h.Sandbox.Token, fmt.Sprintf(`{"name":"Large Alert","campaign":%d,"amount":"1000"}`, h.Campaign.LegacyID))
	for _, want := range [][3]string{{"Small", "Small Alert gave $5.00", "coin.wav"}, {"Large", "WOW $1,000.00!", "fanfare.wav"}} {
		obs.until(`document.querySelector('[data-variant="` + want[0] + `"]')`)
		said := ask[string](obs, `(a => a.querySelector("h1").firstChild.textContent.trim() + " " + a.dataset.sound.split("/").pop())(document.querySelector("[data-variant]"))`)
		if said != want[1]+" "+want[2] {
			t.Errorf("got %q, want %v", said, want)
		}
		obs.keep("alert-" + want[0])
	}
	obs.missed(h, address)
}

// witness keeps what a page of alerts shows, one after the other, and how often it sounds.
const witness = `(() => {
	window.seen_ = [], window.heard_ = 0;
	const start = AudioBufferSourceNode.prototype.start;
	AudioBufferSourceNode.prototype.start = function (...at) { return heard_++, start.apply(this, at) };
	new MutationObserver(() => {
		const alert = document.querySelector("[data-alert]"), last = seen_.at(-1);
		if (alert?.querySelector("h1").textContent.startsWith("Missed ") && alert.dataset.alert !== last?.[0]) seen_.push([alert.dataset.alert, alert.querySelector("h1").textContent]);
	}).observe(document, {childList: true, subtree: true});
})()`

// missed closes all pages of an address while gifts come, and opens it twice in one browser, as two sources of a scene do: both show each gift once, in order, and one sounds.
func (w window) missed(h house, address string) {
	w.t.Helper()
	both := w.tabs(2)
	for _, one := range both {
		one.do(chromedp.Navigate("about:blank"), onNewPages(witness))
	}
	names := []string{"Missed First", "Missed Second", "Missed Third"}
	for _, name := range names {
		h.donate(w.t, name)
	}
	for _, one := range both {
		one.do(chromedp.Navigate(address), chromedp.MouseClickXY(9, 9))
	}
	var heard int64
	for i, one := range both {
		one.until(`seen_.length >= 3 && !document.querySelector("[data-alert]")`)
		seen := ask[[][2]string](one, `seen_`)
		for k, name := range names {
			if len(seen) != len(names) || !strings.HasPrefix(seen[k][1], name) {
				w.t.Fatalf("page %d: got %q, want each of %q once, in order", i, seen, names)
			}
		}
		heard += ask[int64](one, `heard_`)
	}
	if heard != int64(len(names)) {
		w.t.Errorf("got %d sounds, want one for each of %d alerts", heard, len(names))
	}
}

// variant makes a variant of alerts of single gifts by its form, which shows at once what it says.
func (w window) variant(base, name, from, template string, sound fund.AlertSound) {
	w.t.Helper()
	w.do(chromedp.Navigate(base+"/variants/new"), chromedp.SetValue("#name", name), chromedp.SetValue("#lasts", "3"), chromedp.SetValue("#sound", string(sound)))
	ask[bool](w, `(document.getElementById("from").value = "`+from+`", true)`)
	w.do(chromedp.SendKeys("#template", template))
	w.until(`document.querySelector("#sample dd")?.textContent.includes("25.00") && !document.querySelector("#sample dd").textContent.includes("donated")`)
	w.keep("variant-" + name)
	w.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
}
