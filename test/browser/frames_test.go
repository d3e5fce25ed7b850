package browser_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

const (
	// framesEnv is for how long donations are made, such as 2m.
	framesEnv = "ALMONER_FRAMES"
	// frameMost is the p99 from the request of a donation to the frame that shows it.
	frameMost = 250 * time.Millisecond
	// shownMost is the longest from the click of a screener to the frame that shows the alert.
	shownMost = 500 * time.Millisecond
	// frameWork is what style, layout and script of a frame may take, longTask how long nothing else happens at most.
	frameWork, longTask = 4 * time.Millisecond, 50 * time.Millisecond
	// frameTime is from one frame to the next, where something moves.
	frameTime = time.Second / 60
	// totalEvery is the time between two donations that the total shows, alertsAlone how many alerts are measured one at a time.
	totalEvery, alertsAlone = 100 * time.Millisecond, 100
	// handGuard is longer than a screening page takes no press for after its rows changed, in milliseconds: nobody decides that fast.
	handGuard = "1000"
	// shownAlone is how many of those that a screener shows.
	shownAlone = 25
	// traced is how long a page is traced.
	traced = 20 * time.Second
	// heapMost is by how many bytes the heap of a page may grow once it has run for a while, nodesMost by how many nodes.
	heapMost, nodesMost = 256 << 10, 100
)

// framesScript keeps what a page shows and since when: the start of the frame after the one that shows it.
const framesScript = `(() => {
	window.frames_ = [];
	let last = "";
	new MutationObserver(() => requestAnimationFrame(() => {
		const text = (document.querySelector("[data-alert] h1") ?? document.getElementById("amount"))?.textContent.trim() ?? "";
		if (text !== last) requestAnimationFrame(() => frames_.push([Date.now(), text])), last = text;
	})).observe(document, {childList: true, characterData: true, subtree: true});
})()`

// shownSince are the texts that a page has shown, and since when, in milliseconds.
type shownSince [][2]any

// TestFrames measures how soon a donation is on the screen, how long each frame keeps a page busy, and whether its memory grows.
func TestFrames(t *testing.T) {
	t.Parallel()
	if os.Getenv(framesEnv) == "" {
		t.Skip("bash scripts/frames.sh measures it: it takes minutes and the whole machine")
	}
	length := must.Get(time.ParseDuration(os.Getenv(framesEnv)))(t)
	h := start(t)
	w, _ := signedIn(t, h, h.Users[0])
	base := h.BaseURL + "/dashboard/" + h.Campaign.ID
	overlays := map[fund.OverlayKind]window{}
	for _, kind := range []fund.OverlayKind{fund.OverlayTotal, fund.OverlayAlerts} {
		_, address := w.newOverlay(base, kind, fund.ThemeCard)
		one := openFor(t, longestWindow+2*length)
		one.do(onNewPages(framesScript), chromedp.EmulateViewport(1920, 1080), chromedp.Navigate(address))
		one.until(`document.getElementById("overlay")`)
		one.do(chromedp.MouseClickXY(9, 9))
		overlays[kind] = one
	}
	w.do(chromedp.Navigate(base+"/stage/queue"), chromedp.SetValue("[name=rest]", "0"))
	w.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	w.do(chromedp.Navigate(base + "/desk"))
	w.until(`!document.querySelector(".desk > .note")`)
	h.alertsAlone(w, overlays[fund.OverlayAlerts])
	h.shownAlone(w, overlays[fund.OverlayAlerts])
	h.totals(overlays, length)
}

// onNewPages runs a script in each page that a window opens, before its own.
func onNewPages(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// alertsAlone measures alerts for which nothing waits.
func (h house) alertsAlone(desk, alerts window) {
	t := desk.t
	t.Helper()
	began := map[string]time.Time{}
	for i := range alertsAlone {
		name := fmt.Sprintf("Frame %d", i)
		began[name] = time.Now()
		h.donate(t, name)
		alerts.until(`document.querySelector("[data-alert] h1")?.textContent.startsWith("` + name + ` ")`)
		desk.until(`document.querySelector(".desk .on-screen button[value=skip]")`)
		desk.do(chromedp.Click(".desk .on-screen button[value=skip]"))
		alerts.until(`!document.querySelector("[data-alert]")`)
	}
	judgeFrames(t, "from a donation to the first frame of its alert", frameMost, firstFrames(alerts, began), alertsAlone)
}

// firstFrames is how long each alert took to its first frame, by the name of the donor.
func firstFrames(alerts window, began map[string]time.Time) (took []time.Duration) {
	alerts.t.Helper()
	for _, shown := range ask[shownSince](alerts, `frames_`) {
		at, _ := shown[0].(float64)
		text, _ := shown[1].(string)
		for name, since := range began {
			if strings.HasPrefix(text, name+" ") {
				took = append(took, time.UnixMilli(int64(at)).Sub(since))
			}
		}
	}
	return took
}

// shownAlone measures how soon an alert is on the screen that a screener shows.
func (h house) shownAlone(desk, alerts window) {
	t := desk.t
	t.Helper()
	giving := "/api/private/campaigns/" + h.Campaign.ID + "/giving"
	h.write(t, http.MethodPatch, giving, h.V3.UserToken, `{"screening_mode":"everything"}`)
	screener, _ := signedIn(t, h, h.Users[0])
	screener.do(chromedp.Navigate(h.BaseURL + "/dashboard/" + h.Campaign.ID + "/screening"))
	pressed := map[string]time.Time{}
	for i := range shownAlone {
		name := fmt.Sprintf("Shown %d", i)
		h.donate(t, name)
		button := `[...document.querySelectorAll("#held ~ ul li")].find((row) => row.textContent.includes("` + name + ` "))?.querySelector("button[value=shown]")`
		screener.until(button)
		ask[bool](screener, `new Promise((done) => setTimeout(() => done(true), `+handGuard+`))`)
		pressed[name] = time.UnixMilli(ask[int64](screener, `(() => { const at = Date.now(); `+button+`.click(); return at })()`))
		alerts.until(`document.querySelector("[data-alert] h1")?.textContent.startsWith("` + name + ` ")`)
		desk.until(`document.querySelector(".desk .on-screen button[value=skip]")`)
		desk.do(chromedp.Click(".desk .on-screen button[value=skip]"))
		alerts.until(`!document.querySelector("[data-alert]")`)
	}
	judgeFrames(t, "from the click of a screener to the first frame of the alert", shownMost, firstFrames(alerts, pressed), shownAlone)
	h.write(t, http.MethodPatch, giving, h.V3.UserToken, `{"screening_mode":"off"}`)
}

// totals measures the total while many donations come, and what the frames of both pages cost.
func (h house) totals(overlays map[fund.OverlayKind]window, length time.Duration) {
	total := overlays[fund.OverlayTotal]
	t := total.t
	t.Helper()
	const number = `Number(document.getElementById("amount").textContent.replace(/[^0-9.]/g, ""))`
	before := ask[float64](total, number)
	ask[bool](total, `(frames_.length = 0, true)`)
	var made []time.Time
	was, ends := map[fund.OverlayKind]held{}, map[fund.OverlayKind]func() []traceEvent{}
	steps := int(length / totalEvery)
	tick := time.NewTicker(totalEvery)
	defer tick.Stop()
	for i := range steps {
		for kind, one := range overlays {
			switch i {
			case steps / 4:
				was[kind] = one.holds()
			case steps / 2:
				ends[kind] = one.trace()
			case steps/2 + int(traced/totalEvery):
				judgeTrace(t, kind, ends[kind]())
			}
		}
		made = append(made, time.Now())
		h.post(t, "/pay/sandbox/donations", h.Sandbox.Token, fmt.Sprintf(`{"name":"Grace","campaign":%d,"amount":"1"}`, h.Campaign.LegacyID))
		<-tick.C
	}
	total.until(fmt.Sprintf(number+` >= %f`, before+float64(steps)-.5))
	ask[bool](total, `new Promise((done) => { let frames = 3; const next = () => frames-- ? requestAnimationFrame(next) : done(true); next() })`)
	var took []time.Duration
	for _, one := range ask[shownSince](total, `frames_.map(([at, text]) => [at, Number(text.replace(/[^0-9.]/g, ""))])`) {
		at, _ := one[0].(float64)
		shows, _ := one[1].(float64)
		for i := len(took); i < len(made) && shows >= before+float64(i+1)-.5; i++ {
			took = append(took, time.UnixMilli(int64(at)).Sub(made[i]))
		}
	}
	judgeFrames(t, fmt.Sprintf("from a donation to the total, %d/s", time.Second/totalEvery), frameMost, took, steps)
	for kind, one := range overlays {
		before, after := was[kind], one.holds()
		t.Logf("%s: heap %d KB, then %d KB; %d nodes, then %d, while %d donations came", kind, before.bytes>>10, after.bytes>>10, before.nodes, after.nodes, steps*3/4)
		if after.bytes > before.bytes+heapMost || after.nodes > before.nodes+nodesMost {
			t.Errorf("%s: got %+v after %+v, want no more memory in use", kind, after, before)
		}
	}
}

func judgeFrames(t *testing.T, what string, most time.Duration, took []time.Duration, want int) {
	t.Helper()
	if len(took) != want {
		t.Fatalf("%s: got %d on the screen, want %d", what, len(took), want)
	}
	slices.Sort(took)
	p99 := took[(len(took)-1)*99/100]
	t.Logf("%s: p50 %s, p99 %s, at most %s, of %d", what, took[len(took)/2], p99, took[len(took)-1], want)
	if p99 > most {
		t.Errorf("%s: got a p99 of %s, want at most %s", what, p99, most)
	}
}

// held is what a page holds in memory.
type held struct{ bytes, nodes int64 }

// holds is what a page holds once its garbage is collected.
func (w window) holds() held {
	w.t.Helper()
	var h held
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		heap, err := cdp.Call(ctx, target, runtime.GetHeapUsage, cdp.Empty{})
		if err != nil {
			return err
		}
		nodes, err := cdp.Call(ctx, target, memory.GetDOMCounters, cdp.Empty{})
		h = held{int64(heap.UsedSize), nodes.Nodes}
		return err
	}))
	return h
}
