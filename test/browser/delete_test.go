package browser_test

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// leaves has somebody delete an account, and undo that.
func (v *tour) leaves() {
	v.t.Helper()
	email := fmt.Sprintf("leaver-%s@example.org", tourLanguages[v.language])
	made := v.command(v.t, "user", "create", "--username", "Leaver "+tourLanguages[v.language], "--email", email)
	v.do(chromedp.Navigate(v.BaseURL+"/account/sign-in"), chromedp.SetValue("#email", email), chromedp.SetValue("#password", made["password"]))
	v.send(`location.pathname == "/dashboard" && !document.getElementById("password")`)
	v.at("delete the account", "/account/delete")
	v.do(chromedp.Click(`input[name=sure]`))
	v.press(`form[action="/account/delete"] button`, `!document.querySelector("main form")`)
	v.state("account deleted")
	v.at("restore the account", v.linkTo(email, "/account/restore"))
	v.press(`form[action="/account/restore"] button`, `!document.querySelector("main form")`)
	v.state("account restored")
}
