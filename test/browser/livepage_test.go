package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What the page of a campaign shows.
const (
	shownTotal = `document.querySelector(".total").textContent`
	shownBar   = `document.querySelector(".panel progress").value`
	newest     = `document.querySelector("#donations .gives li")`
)

// TestACampaignPageFollowsItsDonations watches the page of a campaign while a donation comes and is hidden, and while the server restarts.
func TestACampaignPageFollowsItsDonations(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.Navigate(h.campaignPage()))
	w.settled("Light up the harbor")
	// What a reload, or another button or list in the place of these, would lose.
	ask[bool](w, `window.stayed = document.querySelector(".panel .button"), stayed.focus(), document.querySelector("details.more").open = true`)
	total, bar := ask[string](w, shownTotal), ask[int64](w, shownBar)

	h.donate(t, "Grace Live")
	w.until(newest + `.textContent.includes("Grace Live")`)
	if got, after := ask[int64](w, shownBar), ask[string](w, shownTotal); got != bar+500 || after == total {
		t.Errorf("got the bar at %d and %q after $5.00, want it 500 above %d, and more than %q", got, after, bar, total)
	}
	w.until(`document.getElementById("said").textContent === ` + shownTotal)
	w.wantStayed()

	total = ask[string](w, shownTotal)
	id := strings.TrimPrefix(ask[string](w, newest+`.id`), "donation-")
	h.post(t, "/api/private/facts/"+h.Campaign.ID+"/trigger", h.V3.UserToken, fmt.Sprintf(`{"event":"screening","donation_id":%q,"screening":"hidden"}`, id))
	w.until(`!document.getElementById("donations").textContent.includes("Grace Live")`)
	if got := ask[string](w, shownTotal); got != total {
		t.Errorf("got %q after a donor was hidden, want %q as before", got, total)
	}

	h.stop()
	h.run(t, strings.TrimPrefix(h.BaseURL, "http://"))
	h.donate(t, "Ada Again")
	w.until(newest + `.textContent.includes("Ada Again")`)
	w.wantStayed()
}

// wantStayed wants the page to be the one that was opened, with its focus and its open list.
func (w window) wantStayed() {
	w.t.Helper()
	if !ask[bool](w, `window.stayed !== undefined && document.activeElement === stayed && document.querySelector("details.more").open`) {
		w.t.Error("got another page, focus or a list that is closed again, want all of it to stay")
	}
}
