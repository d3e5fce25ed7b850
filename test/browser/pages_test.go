package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestEveryKindOfPage looks at the pages that no donor's way leads through, and at the page of all components in all their states.
func TestEveryKindOfPage(t *testing.T) {
	t.Parallel()
	h := start(t, "--rate", "1/s") // with donors, who know the rates of today
	w := open(t)
	for _, page := range []struct{ name, path, heading string }{
		{"components", "/assets/design", "Components"}, {"home", "/", "Give together"}, {"cause", "/cause/" + h.Cause.Slug, "Open Harbor"},
		{"event", "/" + h.Cause.Slug + "/" + h.FundraisingEvent.Slug, "Winter Lights"}, {"team", "/+" + h.Team.Slug, "Lanterns"},
		{"user", "/@" + h.Campaign.OwnerSlug, "MiraPlays"}, {"embeds", strings.TrimPrefix(h.campaignPage(), h.BaseURL) + "/embed", "Show this on your site"}, {"frame", "/embed/list" + strings.TrimPrefix(h.campaignPage(), h.BaseURL), "Light up the harbor"},
		{"reference", "/docs/api", "version 5: public"}, {"operation", "/docs/api?document=private&operation=getCause", "Get a cause"},
		{"no donations", "/@zoe/first-light", "first campaign"},
		{"ended", "/@jonas/autumn-warmup", "Autumn warm-up"}, {"ended donate", "/@jonas/autumn-warmup/donate", "Donate to"},
		{"not found", "/nothing/at/all", "Page not found"}, {"find gifts", "/gifts", "Find your gifts"},
	} {
		w.do(chromedp.Navigate(h.BaseURL + page.path))
		w.settled(page.heading)
		w.look(page.name)
	}
}

// TestTheFirstScreenOfTheDonatePage wants a phone to show what a donation needs without scrolling, and a button that says the sum.
func TestTheFirstScreenOfTheDonatePage(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(h.campaignPage()+"/donate"))
	w.settled("Donate to")
	const pay = `document.querySelector(".pay").getBoundingClientRect()`
	for _, id := range []string{"preset-0", "preset-other", "name", "anonymous", "comment"} {
		if !ask[bool](w, `document.getElementById("`+id+`").getBoundingClientRect().bottom <= `+pay+`.top`) {
			t.Errorf("got %s below the first screen", id)
		}
	}
	if !ask[bool](w, pay+`.bottom <= innerHeight`) {
		t.Error("got the button below the first screen")
	}
	w.do(chromedp.Click(`label[for="preset-1"]`))
	const button = `document.querySelector(".pay button").innerText`
	if got := ask[string](w, button); got != "Continue to payment · $25.00" {
		t.Errorf("got a button %q, want it to say the sum", got)
	}
	w.do(chromedp.Click(`label[for="cover"]`))
	if got := ask[string](w, button); got != "Continue to payment · $26.06" {
		t.Errorf("got a button %q, want it to say the sum with the fee", got)
	}
	w.do(chromedp.Click(`.pay button`))
	w.settled("Pay for your gift")
}

// TestDonateStaysInReach wants a phone to show the button wherever on the page of a campaign its visitor is.
func TestDonateStaysInReach(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(h.campaignPage()))
	w.settled("Light up the harbor")
	for _, at := range []string{"0", "document.body.scrollHeight / 2", "document.body.scrollHeight - 1400"} {
		if !ask[bool](w, `scrollTo({top: `+at+`, behavior: "instant"}), (r => r.top >= 0 && r.bottom <= innerHeight)(document.querySelector(".dock .button").getBoundingClientRect())`) {
			t.Errorf("got the button out of reach at %s", at)
		}
	}
}
