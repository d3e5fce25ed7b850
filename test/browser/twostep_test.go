package browser_test

import (
	"time"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/totp"
)

// twoSteps has somebody who is signed in set two-step sign-in up, sign in with a code of the app and with a recovery code, and turn it off again.
func (v *tour) twoSteps(user demo.Login) {
	v.t.Helper()
	const alert, code = `document.querySelector("[role=alert]")`, "#code"
	v.at("two steps off", "/account/two-step")
	v.send(`document.querySelector(".qr svg")`)
	v.state("two steps set up")
	v.do(chromedp.SetValue(code, "000000"))
	v.send(alert)
	v.state("two steps set up wrong")
	key := ask[string](v.window, `document.querySelector(".key code").textContent.replaceAll(" ", "")`)
	v.do(chromedp.SetValue(code, must.Get(totp.Code(key, time.Now()))(v.t)))
	v.send(`document.querySelectorAll(".codes li").length == 10`)
	v.state("recovery codes")
	recovery := ask[string](v.window, `document.querySelector(".codes code").textContent`)
	v.at("two steps on", "/account/two-step")

	v.do(chromedp.Navigate(v.BaseURL + "/account/sessions"))
	v.press(".who button", `document.getElementById("email")`)
	v.do(chromedp.SetValue("#email", user.Email), chromedp.SetValue("#password", user.Password))
	v.send(`location.pathname == "/account/sign-in/code"`)
	v.state("code")
	v.do(chromedp.SetValue(code, "000000"))
	v.send(alert)
	v.state("code wrong")
	v.press("form[method=get] button", `!document.querySelector("[inputmode]")`)
	v.state("recovery code")
	v.do(chromedp.SetValue(code, recovery))
	v.send(`location.pathname == "/dashboard"`)
	v.at("ask again", "/account/prove?next=/account/two-step")
	v.do(chromedp.SetValue("#password", "not the password"))
	v.send(alert)
	v.state("ask again wrong")
	v.do(chromedp.SetValue("#password", user.Password))
	v.send(`location.pathname == "/account/two-step"`)
	v.send(`document.querySelector("form[action$=set-up]")`)
}
