package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestACommentOfManyLinesLeavesRoom gives with a comment of line breaks, which would push everything else off the page.
func TestACommentOfManyLinesLeavesRoom(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.post(t, "/pay/sandbox/donations", h.Sandbox.Token, fmt.Sprintf(`{"name":"Tall","campaign":%d,"amount":"5","comment":%q}`, h.Campaign.LegacyID, "a"+strings.Repeat("\nx", 400)))
	w := open(t)
	w.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(h.campaignPage()))
	tall := `[...document.querySelectorAll(".gives li")].find(one => one.textContent.includes("Tall"))`
	w.until(tall + ` !== undefined`)
	if height := ask[float64](w, tall+`.getBoundingClientRect().height`); height > 500 {
		t.Errorf("got a donation of %v pixels, want one that leaves room for others", height)
	}
}
