package browser_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// holdAnswers has answers to a page's scripts wait until the test lets them go: held are those that came, in the order in which they were asked for.
const holdAnswers = `window.held = [], window.asked = window.fetch, window.fetch = (...how) => {
	const answer = window.asked(...how);
	return new Promise((yes, no) => held.push(() => answer.then(yes, no)));
}, true`

// choose chooses a country as a person does.
func (w window) choose(country string) {
	w.t.Helper()
	ask[bool](w, fmt.Sprintf(`(s => { s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); return true })(document.getElementById("address-country"))`, country))
}

// TestTwoCountriesOneAfterTheOther chooses a country before the lines of another one are there, and types meanwhile.
func TestTwoCountriesOneAfterTheOther(t *testing.T) {
	t.Parallel()
	h := start(t)
	w := open(t)
	w.do(chromedp.Navigate(h.campaignPage() + "/donate"))
	w.settled("Donate to")
	w.do(chromedp.Click(`//summary[contains(., "Rewards")]`), chromedp.SendKeys(w.fieldOf("Harbor hoodie", ".many input"), "1"),
		chromedp.SetValue("#address-country", "US"), chromedp.Click(shown(".set-country")), chromedp.WaitReady("form.scripted"))
	w.do(chromedp.SetValue("#address-region", "WA"))
	ask[bool](w, holdAnswers)

	w.choose("JP")
	w.choose("DE")
	w.do(chromedp.SendKeys("#address-line1", "1 Quay"))
	ask[bool](w, `held[1](), true`)
	w.until(`document.querySelector("#address-postal_code ~ *, #address-city") && !document.getElementById("address-region")`)
	if got := ask[string](w, `document.activeElement.id + " " + document.getElementById("address-line1").value + " " + document.activeElement.selectionStart`); got != "address-line1 1 Quay 6" {
		t.Errorf("got %q, want the focus and the line as they were left", got)
	}
	if got := ask[string](w, `(async () => { held[0](); await asked(location.href); return document.getElementById("address-country").value + " " + [...document.querySelectorAll("#address input")].map(i => i.name.slice(8)).join(" ") })()`); got != "DE recipient line1 line2 postal_code city contact" {
		t.Errorf("got %q after the answer for Japan, which came last, want Germany's lines", got)
	}

	w.choose("US")
	ask[bool](w, `held[2](), true`)
	w.until(`document.getElementById("address-region")`)
	if got := ask[string](w, `document.getElementById("address-region").value + " " + document.getElementById("address-line1").value`); got != "WA 1 Quay" {
		t.Errorf("got %q, want what was typed for the United States before", got)
	}
}
