package browser_test

import "github.com/chromedp/chromedp"

// apps has somebody who has just proved who they are make an application with a webhook.
func (v *tour) apps() {
	v.t.Helper()
	v.at("no apps", "/account/apps")
	v.at("new app", "/account/apps/new")
	form := `form[action="/account/apps/new"] button`
	v.press(form, `document.querySelector("[role=alert]")`)
	v.state("new app wrong")
	v.do(chromedp.SetValue("#name", "My bot"), chromedp.SetValue("#addresses", "https://bot.example.org/back"))
	v.press(form, `document.getElementById("secret")`)
	v.state("app made")
	app := ask[string](v.window, `document.querySelector("main a[href^='/account/apps/']").getAttribute("href")`)
	v.at("apps", "/account/apps")
	v.at("app", app)
	v.at("new webhook", app+"/webhooks")
	form = `form[action="` + app + `/webhooks"] button`
	v.press(form, `document.querySelector("[role=alert]")`)
	v.state("new webhook wrong")
	v.do(chromedp.SetValue("#url", "https://bot.example.org/hook"), chromedp.SetValue("#description", "For the bot"))
	v.press(form, `document.getElementById("secret")`)
	v.state("webhook made")
	webhook := ask[string](v.window, `document.querySelector("main a[href*='/webhooks/']").getAttribute("href")`)
	v.at("webhook", webhook)
	v.at("no trackers", app+"/relays")
	form = `form[action="` + app + `/relays"] button`
	v.press(form, `document.querySelector("[role=alert]")`)
	v.state("new tracker wrong")
	v.do(chromedp.SetValue("#name", "For the bot"))
	v.press(form, `document.getElementById("keys")`)
	v.state("tracker made")
	v.press(`button[value=key]`, `document.querySelector("main .list")`)
	v.state("tracker with a key")
	v.press(`button[value=delete]`, `document.querySelector("[role=alert]")`)
	v.state("tracker that stays")
	v.at("trackers", app+"/relays")
}
