package browser_test

import (
	"strings"

	"github.com/chromedp/chromedp"
)

// begin makes a draft of a campaign in three steps, looks at all of them with what is wrong, and throws it away.
func (v *tour) begin() {
	v.t.Helper()
	v.at("new campaign", "/dashboard/new")
	home := ask[string](v.window, `document.querySelector(".homes a").getAttribute("href")`)
	v.at("name of a new campaign", home)
	name := `form[data-preview] button`
	v.press(name, `document.getElementById("name-problem")`)
	v.state("name of a new campaign wrong")
	v.do(chromedp.Navigate(v.BaseURL+home), chromedp.SetValue("#name", "Night run"))
	v.press(name, `location.pathname.endsWith("/setup/goal")`)
	v.state("goal of a new campaign")
	base := strings.TrimSuffix(ask[string](v.window, "location.pathname"), "/setup/goal")
	v.press(`button[value=publish]`, `document.getElementById("goal-problem")`)
	v.state("goal of a new campaign wrong")
	v.at("new campaign beside a draft", "/dashboard/new")
	v.at("name of a draft", base+"/setup")
	v.press(`form[action$="/discard"] button`, `location.pathname === "/dashboard/new"`)
}

// dashboard is what somebody who is signed in does with a campaign, and what a volunteer without an account then sees.
func (v *tour) dashboard() {
	v.t.Helper()
	v.at("dashboard", "/dashboard")
	v.teams()
	v.at("dashboard with a team", "/dashboard")
	base := ask[string](v.window, `document.querySelector("main .list a").getAttribute("href")`)
	v.at("campaign of mine", base)
	v.editor(base)
	v.incentives(base)
	v.begin()
	v.at("exercise", base+"/exercise")
	v.at("new goal for exercise", base+"/exercise/new")
	v.press(`#form button`, `document.querySelector("[role=alert]")`)
	v.state("new goal for exercise wrong")
	v.do(chromedp.SetValue("#goal", "42"))
	v.press(`#form button`, `document.querySelector("[role=status]:not([hidden])")`)
	v.state("exercise with a goal")
	v.at("record exercise", base+"/exercise/record")
	v.at("profile", "/dashboard/profile")
	v.at("pictures of a profile", "/dashboard/profile/pictures")
	v.stage(base)
	charity := v.inviteCharity()
	v.events()
	v.at("safety", base+"/safety")
	v.at("groups without any", base+"/groups")
	v.at("new group", base+"/groups/new")
	v.press("#form > button", `document.getElementById("summary")`)
	v.state("new group wrong")
	v.do(chromedp.SetValue("#name", "Tonight"))
	v.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
	v.state("groups")
	group := ask[string](v.window, `document.querySelector("#groups ~ .list a").getAttribute("href")`)
	v.at("group", group)
	v.at("delete a group", group+"/delete")
	v.at("highlights", base+"/highlights")
	v.at("screening", base+"/screening")
	v.at("hand-over", base+"/handover")
	if ask[bool](v.window, `!!document.querySelector("a[href$='/offline']")`) {
		v.at("gift that came another way", base+"/offline")
		v.press(`form[action="`+base+`/offline"] button`, `document.querySelector("[role=alert]")`)
		v.state("gift that came another way wrong")
	}
	v.at("read aloud", base+"/read")
	v.at("gifts of a campaign", base+"/gifts")
	if v.Users[v.language].Slug == v.Campaign.OwnerSlug {
		v.at("many gifts", "/dashboard/"+v.Campaign.ID+"/gifts")
	}
	gift := ask[string](v.window, `document.querySelector("main .list a")?.getAttribute("href") ?? ""`)
	v.at("search without a match", base+"/gifts?q=nothing-like-this")
	if gift != "" { // not every campaign has one
		v.at("gift of a campaign", gift)
	}
	v.command(v.t, "cause", "shipping", "--fact", strings.TrimPrefix(base, "/dashboard/"), "--by", "streamers")
	v.at("rewards to send", base+"/claims")
	v.at("rewards that were sent", base+"/claims?sent=1")
	v.at("settings", base+"/settings")
	v.at("export", base+"/export")
	v.do(chromedp.SetValue("#from", "2026-02-02"), chromedp.SetValue("#to", "2026-02-01"))
	v.press(`form[action="`+base+`/export"] button`, `document.querySelector("[role=alert]")`)
	v.state("export wrong")
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
	v.answerCharity(charity)
	(&journey{window: v.window}).forget()
	v.at("accept", path)
	v.press(`form[action="/dashboard/accept/alone"] button`, `location.pathname === "`+base+`"`)
	v.state("campaign of a volunteer")
	v.at("screening of a volunteer", base+"/screening")
}
