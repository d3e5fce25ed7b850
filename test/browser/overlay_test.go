package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// overlayMost is how many bytes an overlay may load in all.
const overlayMost = 60 << 10

// newOverlay makes an overlay in the dashboard, and returns the path of its page there and the address for a streaming program.
func (w window) newOverlay(base string, kind fund.OverlayKind, theme fund.OverlayTheme) (form, address string) {
	w.t.Helper()
	w.do(chromedp.Navigate(base+"/overlays/new"), chromedp.SetValue("#kind", string(kind)), chromedp.SetValue("#theme", string(theme)), chromedp.SetValue("#name", "Shows "+string(kind)))
	w.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	w.do(chromedp.Navigate(ask[string](w, `document.querySelector("#overlays ~ .list li:last-child a").href`)))
	w.loaded(`document.querySelector("iframe.overlay").contentDocument?.getElementById("overlay")`)
	return ask[string](w, "location.href"), ask[string](w, `document.getElementById("address").value`)
}

// TestOverlaysShowWhatHappens makes an overlay of each kind, loads them as a streaming program does, and watches the total while donations come, while it is
// changed, while the server restarts, and until its address ends.
func TestOverlaysShowWhatHappens(t *testing.T) {
	t.Parallel()
	h := start(t)
	w, _ := signedIn(t, h, h.Users[0])
	base := h.BaseURL + "/dashboard/" + h.Campaign.ID
	addresses := map[fund.OverlayKind]string{}
	var form string
	for i, kind := range fund.OverlayKinds() {
		at, address := w.newOverlay(base, kind, fund.OverlayThemes()[i%len(fund.OverlayThemes())])
		addresses[kind] = address
		switch kind {
		case fund.OverlayTotal:
			form = at
		case fund.OverlayScene: // of the first twelve
			ask[bool](w, `([...document.querySelectorAll("input[id^=parts-]")].slice(0, 12).forEach((f, i) => (f.value = i % 4 * 25 + " " + Math.floor(i / 4) * 33 + " 25 33")), true)`)
			w.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
		}
	}
	h.say(t, true)
	tabs := map[fund.OverlayKind]window{}
	for i, one := range open(t).tabs(len(addresses)) { // a browser in which nobody is signed in
		kind := fund.OverlayKinds()[i]
		tabs[kind] = one
		one.do(chromedp.EmulateViewport(800, 600), chromedp.Navigate(addresses[kind]))
		one.until(`document.getElementById("overlay")`)
		empty := slices.Contains([]fund.OverlayKind{fund.OverlayMatch, fund.OverlayAlerts, fund.OverlayCounter, fund.OverlayTimer}, kind) // the demo has none, and nothing alerts yet
		if !empty && !ask[bool](one, `!!document.querySelector("section h1")`) {
			t.Errorf("%s: got nothing to be seen", kind)
			continue
		}
		if parts := ask[int64](one, `document.querySelectorAll(".part").length`); kind == fund.OverlayScene && parts != fund.MaxSceneParts {
			t.Errorf("got a scene of %d, want %d", parts, fund.MaxSceneParts)
		}
		one.overlayed(string(kind))
	}
	total := tabs[fund.OverlayTotal]
	for _, long := range []string{"$123,456,789.00", "≈ 1,234,567,890.00 US$"} {
		if over := ask[float64](total, fmt.Sprintf(`(() => {
			const shown = document.getElementById("amount"), was = [shown.getAttribute("style"), shown.textContent];
			if (was[0] !== "--chars:" + [...was[1]].length) return 1e6;
			shown.textContent = %[1]q, shown.style.cssText = "--chars:" + [...%[1]q].length;
			const over = shown.getBoundingClientRect().right - document.querySelector("section").getBoundingClientRect().right;
			shown.setAttribute("style", was[0]), shown.textContent = was[1];
			return over;
		})()`, long)); over > 0 {
			t.Errorf("got %s over its panel by %.0f pixels", long, over)
		}
	}
	const amount = `document.getElementById("amount").textContent`
	before := ask[string](total, amount)
	h.donate(t, "Grace Overlay")
	total.until(amount + ` !== ` + fmt.Sprintf("%q", before))
	tabs[fund.OverlayScene].until(`document.querySelector(".latest li .name").textContent === "Grace Overlay"`)
	after := ask[string](total, amount)
	tabs[fund.OverlayLatest].until(`document.querySelector("li .name").textContent === "Grace Overlay"`)

	total.do(chromedp.Reload())
	if got := ask[string](total, amount); got != after {
		t.Errorf("got %s in the first frame after a reload, want %s", got, after)
	}
	// The clock of one page runs so fast that the server is away for longer than a page waits before it loads again.
	ask[bool](tabs[fund.OverlayGoal], `(window.stayed = Date.now(), Date.now = () => window.stayed + 1e4 * performance.now(), true)`)
	h.stop()
	h.run(t, strings.TrimPrefix(h.BaseURL, "http://"))
	h.donate(t, "Ada Overlay")
	total.until(amount + ` !== ` + fmt.Sprintf("%q", after))

	tabs[fund.OverlayGoal].loaded(`!window.stayed && document.getElementById("amount").textContent !== "" && document.readyState === "complete"`)

	w.do(chromedp.Navigate(form), chromedp.SetValue("#title", "For the harbor"))
	w.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	total.until(`document.querySelector("h1").textContent.startsWith("For the harbor")`)
	w.do(chromedp.Navigate(form + "/renew"))
	w.press(`button[name=sure]`, `document.querySelector("[role=status]:not([hidden])")`)
	total.until(`!document.querySelector("section")`)
	if answer := must.Get(http.Get(addresses[fund.OverlayTotal]))(t); answer.StatusCode != http.StatusNotFound {
		t.Errorf("got %s for an address that ended, want 404", answer.Status)
	}
}

// overlayed looks at an overlay as a streaming program shows it: transparent, small, and with nothing wrong in its console.
func (w window) overlayed(name string) {
	w.t.Helper()
	w.do(below(&cdp.RGBA{A: .001})) // 0 would mean 1
	seen := must.Get(png.Decode(bytes.NewReader(must.Get(chromedp.Run(w.ctx, chromedp.CaptureScreenshot()))(w.t))))(w.t)
	w.do(below(nil))
	at := seen.Bounds().Max
	if _, _, _, alpha := seen.At(at.X-1, at.Y-1).RGBA(); alpha != 0 {
		w.t.Errorf("%s: got a background of alpha %d, want the picture of the stream to be seen through it", name, alpha)
	}
	if got := ask[int64](w, `performance.getEntries().reduce((sum, e) => sum + (e.transferSize || 0), 0)`); got > overlayMost {
		w.t.Errorf("%s: got %d bytes, want at most %d", name, got, overlayMost)
	}
	// OBS adds the style that somebody typed there as an element.
	if got := ask[string](w, `(s => { s.textContent = "html { outline-style: solid; outline-width: 7px }"; document.head.append(s); return getComputedStyle(document.documentElement).outlineWidth })(document.createElement("style"))`); got != "7px" {
		w.t.Errorf("%s: got an outline of %s with a style that was added, want 7px", name, got)
	}
	// A picture of a game lies below it in screenshots.
	ask[bool](w, `(document.documentElement.style.background = "linear-gradient(135deg,#1b5e20,#8bc34a 30%,#ffeb3b 50%,#0288d1 70%,#fafafa)", true)`)
	w.keep("overlay-" + name)
	ask[bool](w, `(document.documentElement.style.background = "", true)`)
}

// below is the color below a page, as a streaming program chooses it; nil for that of the browser.
func below(color *cdp.RGBA) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetDefaultBackgroundColorOverride, emulation.SetDefaultBackgroundColorOverrideParams{Color: color})
		return err
	})
}

// press clicks on something, and waits for the page behind it.
func (w window) press(selector, until string) {
	w.t.Helper()
	w.do(chromedp.ScrollIntoView(shown(selector)), chromedp.Click(shown(selector)))
	w.loaded(until)
}

// loaded waits for a page.
func (w window) loaded(until string) {
	w.t.Helper()
	(&journey{window: w}).loaded("overlay", until)
}

// counted makes a counter and a timer, looks at their pages, and deletes them.
func (v *tour) counted(base string) {
	v.t.Helper()
	for _, one := range []struct {
		list  string
		deeds []string
	}{{"counters", []string{"stop", "again"}}, {"timers", nil}} {
		v.at("new of "+one.list, base+"/"+one.list+"/new")
		v.press("#form > button", `document.getElementById("summary")`)
		v.state("new of " + one.list + " wrong")
		v.do(chromedp.SetValue("#name", "Tonight"))
		v.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
		v.state("stage with " + one.list)
		form := ask[string](v.window, `document.querySelector("#`+one.list+` ~ .list li:last-child a").getAttribute("href")`)
		v.at("one of "+one.list, form)
		if one.list == "timers" {
			v.runs(strings.Replace(form, "/timers/", "/desk/timers/", 1))
		}
		for _, deed := range append(one.deeds, "delete") {
			v.at(deed+" of "+one.list, form+"/"+deed)
		}
		v.press(`button[name=sure]`, `document.querySelector("[role=status]:not([hidden])")`)
	}
}

// varied makes a variant of alerts, looks at its pages, and deletes it.
func (v *tour) varied(base string) {
	v.t.Helper()
	const save = "#form > button"
	v.at("new variant", base+"/variants/new")
	v.press(save, `document.getElementById("summary")`)
	v.state("new variant wrong")
	v.do(chromedp.SetValue("#name", "Big"), chromedp.SetValue("#template", "{donor} is great"))
	v.press(save, `document.querySelector("[role=status]:not([hidden])")`)
	v.state("stage with a variant")
	form := ask[string](v.window, `document.querySelector("#variants ~ .list li:last-child a").getAttribute("href")`)
	v.at("variant", form)
	v.at("sound of a variant", form+"/sound")
	v.at("delete a variant", form+"/delete")
	v.press(`button[name=sure]`, `document.querySelector("[role=status]:not([hidden])")`)
}

// runs starts a timer and changes its time, with a mistake.
func (v *tour) runs(timer string) {
	v.t.Helper()
	v.at("a timer that was never started", timer)
	v.press(`button[value=start]`, `document.querySelector("button[value=pause]")`)
	v.press(`button[value=subtract]`, `document.getElementById("time-problem")`)
	v.state("a timer wrong")
	v.do(chromedp.SetValue("#time", "1:30"), chromedp.SetValue("#reason", "He slept."))
	v.press(`button[value=subtract]`, `document.querySelector("#log ~ .list li:nth-child(2)")`)
	v.state("a timer with its log")
}

// stage makes an overlay, looks at its pages and at what a stream shows of it, and deletes it.
func (v *tour) stage(base string) {
	v.t.Helper()
	v.at("stage", base+"/stage")
	v.at("how alerts sound", base+"/stage/sound")
	v.at("how alerts follow each other", base+"/stage/queue")
	v.at("sounds", base+"/stage/sound/files")
	v.at("new overlay", base+"/overlays/new")
	v.press("#form > button", `document.getElementById("summary")`)
	v.state("new overlay wrong")
	v.do(chromedp.SetValue("#name", "Bar"))
	v.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	v.state("stage with an overlay")
	form := ask[string](v.window, `document.querySelector("#overlays ~ .list li:last-child a").getAttribute("href")`)
	v.at("overlay", form)
	address := ask[string](v.window, `document.getElementById("address").value`)
	v.at("new address of an overlay", form+"/renew")
	v.at("overlay on a stream", address)
	v.at("delete an overlay", form+"/delete")
	v.press(`button[name=sure]`, `document.querySelector("[role=status]:not([hidden])")`)
	v.varied(base)
	v.counted(base)
	v.at("alert desk without an overlay", base+"/desk")
	v.do(chromedp.Navigate(v.BaseURL+base+"/overlays/new"), chromedp.SetValue("#kind", string(fund.OverlayAlerts)), chromedp.SetValue("#name", "Alerts"))
	v.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	v.do(chromedp.Navigate(v.BaseURL+base+"/overlays/new"), chromedp.SetValue("#kind", string(fund.OverlayScene)), chromedp.SetValue("#name", "Scene"))
	v.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	v.do(chromedp.Navigate(ask[string](v.window, `document.querySelector("#overlays ~ .list li:last-child a").href`)), chromedp.SetValue("input[id^=parts-]", "everywhere"))
	v.press("#form > button", `document.getElementById("summary")`)
	v.state("scene wrong")
	v.do(chromedp.SetValue("input[id^=parts-]", "0 0 50 50"))
	v.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	v.at("keys of the alert desk", base+"/desk/keys")
	v.press("#name ~ button", `document.getElementById("name-problem")`)
	v.state("keys of the alert desk wrong")
	v.do(chromedp.SetValue("#name", "Deck"))
	v.press("#name ~ button", `document.getElementById("key")`)
	v.state("a key of the alert desk")
	v.at("alert desk", base+"/desk")
	v.press(`button[value=test-long]`, `document.querySelector(".desk ol")`)
	v.state("alert desk with an alert that waits")
	v.press(`button[value=off]`, `document.querySelector("button[value=on_empty]")`)
	v.state("alert desk off the air")
	v.press(`button[value=on_empty]`, `document.querySelector("button[value=off]")`)
	v.at("alert desk in a dock", base+"/desk?dock=yes")
}
