package browser_test

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// inviteCharity has somebody who is signed in invite a charity, and returns the link that the charity is mailed.
func (v *tour) inviteCharity() (link string) {
	v.t.Helper()
	language := tourLanguages[v.language]
	email := fmt.Sprintf("office-%s@meadow.example", language)
	v.at("invite a charity", "/dashboard/new/charity?name=Meadow+"+language)
	submit := `form[action="/dashboard/new/charity"] button`
	v.press(submit, `document.getElementById("summary")`)
	v.state("invite a charity wrong")
	v.do(chromedp.SetValue("#website", "meadow.example"), chromedp.SetValue("#email", email), chromedp.SetValue("#country", "GB"),
		chromedp.SetValue("#message", "I stream every Friday, and my viewers love meadows.\nMay I raise money for you?"))
	v.press(submit, `location.pathname === "/dashboard/charities"`)
	v.state("invited charities")
	id := ask[string](v.window, `document.querySelector("input[name=id]").value`)
	v.command(v.t, "charity", "approve", "--invitation", id, "--yes")
	v.at("invited charities that were mailed", "/dashboard/charities")
	return v.linkTo(email, "/dashboard/charity")
}

// answerCharity has a charity answer, write its profile, and see what comes next.
func (v *tour) answerCharity(link string) {
	v.t.Helper()
	v.at("answer of a charity", link)
	v.do(chromedp.SetValue("#username", "Meg"), chromedp.SetValue("#password", "short"))
	v.press(`button[value=join]`, `document.getElementById("password-problem")`)
	v.state("answer of a charity wrong")
	v.do(chromedp.SetValue("#password", "a long password"))
	v.press(`button[value=join]`, `location.pathname.endsWith("/charity") && document.getElementById("legal_name")`)
	v.state("profile of a charity")
	send := `#form button`
	v.press(send, `document.getElementById("summary")`)
	v.state("profile of a charity wrong")
	v.do(chromedp.SetValue("#legal_name", "Meadow Trust"), chromedp.SetValue("#address-line1", "1 Lane"), chromedp.SetValue("#address-city", "Town"))
	v.press(send, `document.querySelector("main ol")`)
	v.state("what comes next for a charity")
	v.at("charities of who accepted", "/dashboard/charities")
	v.at("dashboard with a charity", "/dashboard")
	v.cause(ask[string](v.window, `document.querySelector("main .list a").getAttribute("href")`))
}

// cause is what somebody sees of a cause whose owner they are.
func (v *tour) cause(base string) {
	v.t.Helper()
	v.at("cause of mine", base)
	v.at("payments of a cause", base+"/payments")
	v.at("profile of a cause", base+"/profile")
	ask[bool](v.window, `(document.getElementById("name").value = "", true)`)
	v.press(`#form button`, `document.getElementById("summary")`)
	v.state("profile of a cause wrong")
	v.at("pictures of a cause", base+"/profile/pictures")
	v.at("legal name and receipts of a cause", base+"/legal")
	v.do(chromedp.SetValue("#receipt_profile", "us"))
	v.press(`#form button`, `document.getElementById("summary")`)
	v.state("legal name and receipts of a cause wrong")
	v.at("what streamers may do", base+"/permissions")
	v.at("people of a cause", base+"/members")
	v.press(`form[action="`+base+`/members"] button`, `document.getElementById("user-problem")`)
	v.state("people of a cause wrong")
}
