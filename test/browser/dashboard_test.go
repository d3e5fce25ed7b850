package browser_test

import (
	"strings"

	"github.com/chromedp/chromedp"
)

// dashboard is what somebody who is signed in does with a campaign, and what a volunteer without an account then sees.
func (v *tour) dashboard() {
	v.t.Helper()
	v.at("dashboard", "/dashboard")
	base := ask[string](v.window, `document.querySelector("main .list a").getAttribute("href")`)
	v.at("campaign of mine", base)
	v.incentives(base)
	v.at("screening", base+"/screening")
	if ask[bool](v.window, `!!document.querySelector("a[href$='/offline']")`) {
		v.at("gift that came another way", base+"/offline")
		v.press(`form[action="`+base+`/offline"] button`, `document.querySelector("[role=alert]")`)
		v.state("gift that came another way wrong")
	}
	v.at("gifts of a campaign", base+"/gifts")
	gift := ask[string](v.window, `document.querySelector("main .list a")?.getAttribute("href") ?? ""`)
	v.at("search without a match", base+"/gifts?q=nothing-like-this")
	if gift != "" { // not every campaign has one
		v.at("gift of a campaign", gift)
	}
	v.at("people", base+"/people")
	give := `form[action="` + base + `/people/give"] button:not([formaction])`
	v.press(give, `document.querySelector("[role=alert]")`)
	v.state("people wrong")
	v.do(chromedp.Click(`.check input[value=screener]`), chromedp.SetValue("#name", "Vic"))
	v.press(give, `document.getElementById("link-0")`)
	v.state("links")
	link := ask[string](v.window, `document.getElementById("link-0").value`)
	v.at("people with a grant", base+"/people")
	path := strings.TrimPrefix(link, v.BaseURL)
	v.at("accept with an account", path)
	(&journey{window: v.window}).forget()
	v.at("accept", path)
	v.press(`form[action="/dashboard/accept/alone"] button`, `location.pathname === "`+base+`"`)
	v.state("campaign of a volunteer")
	v.at("screening of a volunteer", base+"/screening")
}
