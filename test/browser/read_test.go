package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestGiftsAreReadByOneKey has two readers look at the same gifts: what one reads leaves the page of the other one, and a new gift comes in.
func TestGiftsAreReadByOneKey(t *testing.T) {
	t.Parallel()
	h := start(t)
	first, _ := signedIn(t, h, h.Users[0])
	page := h.BaseURL + "/dashboard/" + h.Campaign.ID + "/read"
	first.do(chromedp.Navigate(page))
	if !ask[bool](first, `!!document.querySelector(".aloud input[name=id]")`) {
		h.donate(t, "Zero")
		first.until(`document.querySelector(".aloud input[name=id]")`)
	}
	first.look("read aloud")
	h.donate(t, "Grace Reader")
	h.donate(t, "Ada Reader")
	first.until(`document.querySelector("main").textContent.includes("Ada Reader")`)
	second := first.tabs(2)[1]
	second.do(chromedp.Navigate(page))
	const next, last = `document.querySelector(".aloud input[name=id]")?.value`, `document.querySelector("#last ~ .list input[name=id]")?.value`
	for range 2 {
		now := ask[string](second, next)
		if got := ask[string](first, next); got != now {
			t.Fatalf("got %s before the first reader, and %s before the second", got, now)
		}
		first.do(chromedp.KeyEvent(kb.Enter))
		for name, w := range map[string]window{"first": first, "second": second} {
			w.until(next + ` !== "` + now + `" && ` + last + ` === "` + now + `"`)
			t.Log(name, "sees the next one")
		}
	}
	undone := ask[string](first, last)
	first.do(chromedp.KeyEvent("u"))
	first.until(next + ` === "` + undone + `"`)

	first.switchKeys("p")
	first.do(chromedp.Navigate(h.BaseURL + "/dashboard/" + h.Campaign.ID + "/desk"))
	if ask[bool](first, `document.getElementById("keys").checked`) {
		t.Error("got the keys of the desk on, want them off as those of the reader")
	}
	first.pressed("p", 0)
	ask[bool](first, `document.getElementById("keys").click() ?? true`)
	first.switchKeys("p")
}

// switchKeys wants a key to send something, and nothing once keys are switched off.
func (w window) switchKeys(key string) {
	w.t.Helper()
	w.pressed(key, 1)
	ask[bool](w, `document.getElementById("keys").click() ?? true`)
	w.pressed(key, 0)
}

// pressed presses a key, and wants so many forms to be sent for it.
func (w window) pressed(key string, want int) {
	w.t.Helper()
	ask[bool](w, `(window.sent = 0, document.onsubmit = () => window.sent++, true)`)
	w.do(chromedp.KeyEvent(key))
	if got := ask[int](w, "window.sent"); got != want {
		w.t.Errorf("%s: got %d forms sent at %s, want %d", key, got, ask[string](w, "location.pathname"), want)
	}
}
