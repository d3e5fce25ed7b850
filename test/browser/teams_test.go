package browser_test

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// teams makes a team, and invites somebody to it.
func (v *tour) teams() {
	v.t.Helper()
	v.at("teams", "/dashboard/teams")
	v.press(`form[action="/dashboard/teams"] button`, `document.querySelector("[role=alert]")`)
	v.state("team wrong")
	v.do(chromedp.SetValue("#name", "Night Owls "+tourLanguages[v.language]))
	v.press(`form[action="/dashboard/teams"] button`, `location.pathname.endsWith("/team")`)
	v.state("team")
	base := ask[string](v.window, "location.pathname")
	v.press(`form[action$="/invite"] button`, `document.querySelector("[role=alert]")`)
	v.state("invitation to a team wrong")
	guest := fmt.Sprintf("mod-%s@example.org", tourLanguages[v.language])
	v.do(chromedp.SetValue("#email", guest))
	v.press(`form[action$="/invite"] button`, `document.querySelector("form[action$='/withdraw']")`)
	v.state("team with an invitation")
	v.at("invitation to a team", v.linkTo(guest, "/dashboard/join"))
	v.at("change a team", base+"/edit")
	v.do(chromedp.SetValue("#slug", "a b"))
	v.press(`form[action$="/edit"] button`, `document.querySelector("[role=alert]")`)
	v.state("change a team wrong")
	v.at("pictures of a team", base+"/pictures")
	v.at("new campaign of a team", base+"/campaign")
	v.press(`#form button`, `document.querySelector("[role=alert]")`)
	v.state("new campaign of a team wrong")
}
