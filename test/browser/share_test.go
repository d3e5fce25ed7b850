package browser_test

import (
	"fmt"
	"net/url"
	"strings"
)

// share is what a streamer does with a page: its links to share, its QR code, and a link that fills in the form for those who follow it.
func share(j *journey) {
	j.step("the campaign", `document.querySelector(".share a")`, j.visit(j.campaignPage()))
	for _, link := range ask[[]string](j.window, `[...document.querySelectorAll(".share a")].map(a => a.href)`) {
		if told, err := url.QueryUnescape(link); err != nil || !strings.Contains(told, j.campaignPage()) {
			j.t.Errorf("got the link %s to share (%v), want it to carry the address of the page", link, err)
		}
	}
	if wide := ask[int](j.window, `new Promise(done => {
		const code = new Image();
		code.onload = code.onerror = () => done(code.naturalWidth);
		code.src = location.pathname + "/qr.svg";
	})`); wide == 0 {
		j.t.Error("got no picture of the QR code")
	}
	prefilled := url.Values{"amount": {"12.50"}, "name": {"Ada of the chat"}, "comment": {"From a link"}}
	j.step("a link that fills in the form", `document.getElementById("amount")?.value === "12.50"`, j.visit(j.campaignPage()+"/donate?"+prefilled.Encode()))
	for id, want := range map[string]string{"name": "Ada of the chat", "comment": "From a link", "email": ""} {
		if got := ask[string](j.window, fmt.Sprintf(`document.getElementById(%q).value`, id)); got != want {
			j.t.Errorf("got %q as %s, want %q", got, id, want)
		}
	}
	j.step("the provider", `document.getElementById("card")`, j.tap(`.pay button`))
	if text := ask[string](j.window, "document.body.textContent"); !strings.Contains(text, "12.50") {
		j.t.Errorf("got no 12.50 on the page of the provider: %s", text)
	}
}
