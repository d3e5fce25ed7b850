package browser_test

import (
	"fmt"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// operators are the pages of those who run the server.
func (v *tour) operators() {
	v.t.Helper()
	v.do(chromedp.Navigate(v.BaseURL+"/account/sign-in"), chromedp.SetValue("#email", v.Operator.Email), chromedp.SetValue("#password", v.Operator.Password))
	v.send(`location.pathname == "/dashboard"`)
	v.at("administration", "/admin")
	v.at("no stuck events", "/admin/events")
	e := fund.ProviderEvent{
		ID: fund.SettingID("stuck " + v.part + tourLanguages[v.language]), Provider: "sandbox", EventID: "evt_" + tourLanguages[v.language], Topic: "payment.paid", Reference: "nowhere", Header: "{}", Body: []byte("{}"),
		DueAt: time.Now().Add(time.Hour), ReceivedAt: time.Now(),
	}
	must.Do(v.t, storetest.OpenAt(v.t, v.db, store.Options{}).SaveProviderEvent(v.t.Context(), e))
	v.at("an event", "/admin/events/"+e.ID.String())
	v.press(`button[value=dismiss]`, `document.querySelector("[role=alert]")`)
	v.state("dismissed without a reason")
	v.do(chromedp.SetValue("#reason", "Of another program."))
	v.press(`button[value=dismiss]`, `document.querySelector("[role=status]")`)
	v.state("dismissed")
	v.at("dismissed events", "/admin/events/dismissed")
	v.at("users of the server", "/admin/users")
	v.at("nobody found", "/admin/users?q=nobody+at+all")
	mallory := fmt.Sprintf("mallory-%s@example.org", tourLanguages[v.language])
	v.command(v.t, "user", "create", "--username", "Mallory "+tourLanguages[v.language], "--email", mallory)
	v.do(chromedp.SetValue("#q", mallory))
	v.press(`form[role=search] button`, `document.querySelector("main button[value=disable]")`)
	v.state("a user")
	v.press(`main button[value=disable]`, `document.querySelector("[role=status]")`)
	v.state("a user who is disabled")
	v.press(`main button[value=enable]`, `document.querySelector("main button[value=disable]")`)
	v.state("a user who is enabled")
	v.at("nothing taken down", "/admin/takedowns")
	v.press(`button[value=takedown]`, `document.querySelector("[role=alert]")`)
	v.state("taken down without an address")
	v.command(v.t, "user", "create", "--username", "Trent "+tourLanguages[v.language], "--email", "trent-"+mallory)
	v.command(v.t, "campaign", "create", "--user", "trent-"+tourLanguages[v.language], "--cause", v.Cause.Slug, "--name", "Elsewhere")
	v.do(chromedp.SetValue("#address", "@trent-"+tourLanguages[v.language]+"/elsewhere"), chromedp.SetValue("#reason", "Not theirs."))
	v.press(`button[value=takedown]`, `document.querySelector("[role=status]")`)
	v.state("taken down")
	v.press(`button[value=putback]`, `!document.querySelector("button[value=putback]")`)
	v.state("put back")
	v.at("receipts to look at", "/admin/receipts")
	v.at("settings of the server", "/admin/settings")
	v.do(chromedp.SetValue("input[name=value]", "0"))
	v.press(`form:has(input[name=value]) button`, `document.querySelector("[role=alert]")`)
	v.state("a setting that is wrong")
	v.at("log of acts", "/admin/log")
	v.at("log of acts of nobody", "/admin/log?by=nobody+at+all")
	v.at("causes of the server", "/admin/causes")
	v.at("a cause for its operator", "/admin/causes/"+v.Cause.ID)
	v.press(`button[value=suspend]`, `document.querySelector("[role=alert]")`)
	v.state("suspended without a reason")
}
