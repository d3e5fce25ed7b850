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
	v.press(`button[value=test]`, `document.getElementById("since")`)
	v.at("message of a webhook", ask[string](v.window, `document.querySelector("main a[href*='/deliveries/']").getAttribute("href")`))
	events := webhook + "/facts/" + v.Campaign.ID // of somebody else, which everybody sees
	v.at("single events of nothing", events)
	v.press(`main form button`, `document.querySelector("[role=alert]")`)
	v.state("single events wrong")
	v.do(chromedp.Navigate(v.BaseURL+events), chromedp.Click(`#direct ~ .events summary`), chromedp.Click(`input[value="public:direct:donation_updated"]`))
	v.press(`main form button`, `document.querySelector("a[href*='/facts/']")`)
	v.state("webhook with a subscription")
	v.at("single events", events)
	v.at("format of a webhook", webhook+"/edit")
	v.do(chromedp.SetValue("#format", "discord"), chromedp.SetValue("#template", "{donor} gave {amount}!"))
	v.press(`button[value=sample]`, `document.querySelector(".sample .lines")`)
	v.state("lines of a chat")
	v.do(chromedp.SetValue("#url", "https://example.org/none"))
	v.press(`button[value=save]`, `document.getElementById("url-problem")`)
	v.state("format of a webhook wrong")
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
