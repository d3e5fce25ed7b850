package browser_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/testmail"
)

const (
	// longestStep is how long a step may take, on a machine that does much else; lookEvery is how often its page is looked at.
	longestStep = time.Minute
	lookEvery   = 50 * time.Millisecond
)

// journey is one run of a scenario.
type journey struct {
	window
	house
	device   device
	language string
	// post takes the mails of the house; nil for none.
	post *testmail.Server
	// taps is how often something was pressed that is no key.
	taps  int
	steps []picture
}

// picture is what a step looked like.
type picture struct {
	name string
	png  []byte
}

// begin opens a browser in a language on a device. When the test fails, the pictures of its steps are kept.
func begin(t *testing.T, h house, d device, language string) *journey {
	t.Helper()
	j := &journey{window: open(t), house: h, device: d, language: language}
	t.Cleanup(j.keepFailed)
	var touch []chromedp.EmulateViewportOption
	if d.touch {
		touch = append(touch, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	j.do(chromedp.EmulateViewport(d.width, d.height, touch...), speaks(language))
	return j
}

// speaks has the browser ask for pages in a language.
func speaks(language string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
			UserAgent: "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", AcceptLanguage: language,
		})
		return err
	})
}

// step does a part of the journey, which ends when the page fits the script, and keeps what it looks like then.
func (j *journey) step(name, until string, do ...func()) {
	j.t.Helper()
	for _, one := range do {
		one()
	}
	j.loaded(name, until)
	if wide := ask[int64](j.window, "document.documentElement.scrollWidth"); wide > j.device.width {
		j.t.Errorf("%s: got a page %d wide, want it to fit into %d", name, wide, j.device.width)
	}
	j.steps = append(j.steps, picture{name, j.picture()})
	j.keep(fmt.Sprintf("%s-%02d-%s", filepath.Base(j.t.Name()), len(j.steps), strings.ReplaceAll(name, " ", "-")))
}

// loaded waits until a page has been loaded and fits the script.
func (j *journey) loaded(name, until string) {
	j.t.Helper()
	script := fmt.Sprintf(`document.readyState === "complete" && Boolean(%s)`, until)
	late := time.After(longestStep)
	for look := time.NewTicker(lookEvery); ; {
		// A page that leaves in this moment cannot answer; the next one will.
		if there, err := chromedp.Run(j.ctx, chromedp.Evaluate[bool](script)); err == nil && there {
			return
		}
		select {
		case <-late:
			said := ask[string](j.window, `[...document.querySelectorAll("[role=alert]")].map(e => e.innerText).join("\n")`)
			j.t.Fatalf("%s: got %s, which says %q, want a page with %s", name, ask[string](j.window, "location.href"), said, until)
		case <-look.C:
		}
	}
}

// visit types an address.
func (j *journey) visit(address string) func() {
	return func() { j.do(chromedp.Navigate(address)) }
}

// onScreen is the first element of a selector that is on the screen, with the coordinates of the middle of its first line.
const onScreen = `(() => {
	for (const e of [...document.querySelectorAll(%q)].filter(` + isShown + `)) {
		const r = e.getClientRects()[0], x = r.left + r.width / 2, y = r.top + r.height / 2;
		if (r.top >= 0 && r.bottom <= innerHeight && e.contains(document.elementFromPoint(x, y))) return [x, y];
	}
	return null;
})()`

// tap presses what is on the screen, or on a desktop further down.
func (j *journey) tap(selector string) func() {
	return func() {
		j.t.Helper()
		j.taps++
		if !j.device.touch {
			ask[bool](j.window, fmt.Sprintf(`%s?.scrollIntoView({block: "center", behavior: "instant"}), true`, shown(selector)))
		}
		at := ask[[]float64](j.window, fmt.Sprintf(onScreen, selector))
		switch {
		case len(at) != 2:
			j.t.Fatalf("got no %s on the screen of a %s at %s, want it to be reached without scrolling", selector, j.device.name, ask[string](j.window, "location.href"))
		case j.device.touch:
			j.do(chromedp.TapXY(at[0], at[1]))
		default:
			j.do(chromedp.MouseClickXY(at[0], at[1]))
		}
	}
}

// reach scrolls to something, and presses it.
func (j *journey) reach(selector string) func() {
	return func() {
		j.t.Helper()
		ask[bool](j.window, fmt.Sprintf(`%s?.scrollIntoView({block: "center", behavior: "instant"}), true`, shown(selector)))
		j.tap(selector)()
	}
}

// sees reports whether somebody who looks at the page sees the element.
func (j *journey) sees(selector string) bool {
	j.t.Helper()
	return ask[bool](j.window, fmt.Sprintf(`%s !== undefined`, shown(selector)))
}

// says wants what an element says to have some words, and not others.
func (j *journey) says(selector string, words, not []string) {
	j.t.Helper()
	said := ask[string](j.window, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText).join("\n")`, selector))
	for _, word := range words {
		if !strings.Contains(said, word) {
			j.t.Errorf("got %s without %q, saying\n%s", selector, word, said)
		}
	}
	for _, word := range not {
		if strings.Contains(said, word) {
			j.t.Errorf("got %s with %q, saying\n%s", selector, word, said)
		}
	}
}

// fill types into a field.
func (j *journey) fill(selector, text string) func() {
	return func() { j.do(chromedp.SendKeys(selector, text)) }
}

// forget makes the browser one that has never been here.
func (j *journey) forget() {
	j.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
}

// spoken wants the page to be in the language of the browser, and in its direction.
func (j *journey) spoken() {
	j.t.Helper()
	want := map[string]string{"ar": "ar rtl"}[j.language]
	if want == "" {
		want = j.language + " ltr"
	}
	got := ask[string](j.window, `document.documentElement.lang.slice(0, 2) + " " + getComputedStyle(document.documentElement).direction`)
	if got != want {
		j.t.Errorf("got the page %s in %q, want %q", ask[string](j.window, "location.pathname"), got, want)
	}
}

// picture is what the window shows.
func (w window) picture() []byte {
	w.t.Helper()
	png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		w.t.Fatal(err)
	}
	return png
}

// keepFailed writes the pictures of a journey that failed, and of where it is now.
func (j *journey) keepFailed() {
	if !j.t.Failed() {
		return
	}
	if png, err := chromedp.Run(j.ctx, chromedp.CaptureScreenshot()); err == nil {
		j.steps = append(j.steps, picture{"the end", png})
	}
	folder := filepath.Join(failedFolder, filepath.FromSlash(j.t.Name()))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		j.t.Error(err)
		return
	}
	for i, one := range j.steps {
		name := fmt.Sprintf("%02d %s.png", i+1, strings.ReplaceAll(one.name, "/", " "))
		if err := os.WriteFile(filepath.Join(folder, name), one.png, 0o600); err != nil {
			j.t.Error(err)
		}
	}
	j.t.Logf("pictures of its steps are in test/browser/%s", folder)
}
