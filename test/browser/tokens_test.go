package browser_test

import "github.com/chromedp/chromedp"

// tokens has somebody who has just proved who they are make an access token.
func (v *tour) tokens() {
	v.t.Helper()
	const chosen = "input[name=scope][value=public]"
	v.at("no tokens", "/account/tokens")
	v.at("new token", "/account/tokens/new")
	v.do(chromedp.SetValue("#name", "My bot"), chromedp.Click(chosen))
	v.send(`document.querySelector("[role=alert]")`)
	v.state("new token wrong")
	v.do(chromedp.Click(chosen))
	v.send(`document.getElementById("token")`)
	v.state("token made")
	v.at("tokens", "/account/tokens")
}
