package browser_test

import (
	"fmt"
	"strings"
	"time"
)

const (
	// mostTaps is how often a donor presses something between a link and the payment provider, beside typing.
	mostTaps = 4
	// longestGift is how long a donation may take from the link to the thank-you, typed by a script. On a busy machine it may take slowGift times as
	// long as the first page.
	longestGift = 45 * time.Second
	slowGift    = 30
)

// donor gives: from a link to the thank-you, without scrolling on a phone, with a mail address typed at the provider alone, and back in a browser that has
// never been here.
func donor(j *journey) {
	began := time.Now()
	name, address := fmt.Sprintf("Zoë %d", began.UnixNano()), fmt.Sprintf("zoe-%d@example.org", began.UnixNano())
	j.step("the campaign behind a link", `document.querySelector(".total")`, j.visit(j.campaignPage()))
	first := time.Since(began)
	j.spoken()
	j.step("donate", `location.pathname.endsWith("/donate") && document.getElementById("name")`, j.tap(`a.button[href$="/donate"]`))
	j.spoken()
	j.step("amount, name and comment", "true", j.tap(`label[for="preset-1"]`), j.fill("#name", name), j.fill("#comment", "For the harbor!"))
	if down := ask[float64](j.window, "scrollY"); j.device.touch && down != 0 {
		j.t.Errorf("got the donate page scrolled by %v, want all of it on the first screen", down)
	}
	j.step("the provider", `document.getElementById("card")`, j.tap(`.pay button`))
	j.spoken()
	if j.taps > mostTaps {
		j.t.Errorf("got %d taps to the provider, want %d at most", j.taps, mostTaps)
	}
	j.step("the card", "true", j.fill("#card", goodCard), j.fill("#code", "123"), j.fill("#email", address))
	j.forget()
	j.step("thanks", `document.querySelector(".gift.thanked")`, j.tap(submit))
	j.spoken()
	if took := time.Since(began); took > max(longestGift, slowGift*first) {
		j.t.Errorf("got %s from the link to the thank-you, and %s for its first page, want %s at most", took, first, longestGift)
	}
	j.post.WaitTo(j.ctx, j.t, address, 1)
	j.step("the gift on the page of the campaign", fmt.Sprintf(`document.getElementById("donations").textContent.includes(%q)`, name), j.visit(j.campaignPage()))
	if text := ask[string](j.window, `document.getElementById("donations").textContent`); !strings.Contains(text, "25") {
		j.t.Errorf("got %q, want the $25.00 that were chosen", text)
	}
}
