package browser_test

import (
	"strings"

	"github.com/chromedp/chromedp"
)

// events is what somebody who acts for a charity does with its fundraising events.
func (v *tour) events() {
	v.t.Helper()
	user := v.Users[v.language]
	v.command(v.t, "cause", "member", "add", "--cause", v.Cause.Slug, "--user", user.Slug, "--role", "finance")
	cause := "/dashboard/" + v.Cause.ID
	v.at("events of a charity", cause+"/events")
	v.at("new event", cause+"/events/new")
	v.press(`#form button`, `document.querySelector("[role=alert]")`)
	v.state("new event wrong")
	name := "Night run " + tourLanguages[v.language]
	v.do(chromedp.SetValue("#name", name))
	v.press(`#form button`, `document.querySelector("[role=status]:not([hidden])")`)
	v.state("events with a draft")
	event := ask[string](v.window, `[...document.querySelectorAll("main .list a")].find(a => a.textContent === "`+name+`").getAttribute("href")`)
	v.at("event", event)
	v.at("page of an event", event+"/page")
	v.at("pictures of an event", event+"/page/pictures")
	v.at("schedule of an event", event+"/schedule")
	v.stages(event)
	v.at("what an event asks", event+"/registration")
	v.do(chromedp.Click("#address-required"))
	v.press(`#form button`, `document.querySelector("[role=alert]")`)
	v.state("what an event asks wrong")
	v.at("what an event shows", event+"/visibility")
	v.at("who registered", event+"/registrations")
	v.at("register for an event", event+"/register")
	v.do(chromedp.SetValue("#email", "nobody"))
	v.press(`#form button`, `document.querySelector("[role=alert]")`)
	v.state("register for an event wrong")
	v.do(chromedp.SetValue("#email", "me@example.org"))
	v.press(`#form button`, `location.pathname === "/dashboard"`)
	v.at("registration", event+"/register")
	v.at("take a registration back", event+"/register/delete")
	v.at("who registered with somebody", event+"/registrations")
	v.at("questions about gifts", cause+"/cases")
	if ask[bool](v.window, `!!document.querySelector("button.plain")`) { // a donor of another part may have asked
		v.press(`main li form:last-of-type button`, `document.querySelector("[role=alert]")`)
		v.state("questions about gifts wrong")
	}
	v.command(v.t, "cause", "member", "remove", "--cause", v.Cause.Slug, "--user", user.Slug)
}

// stages makes a stage beside the first one, looks at what it has of its own, and deletes it.
func (v *tour) stages(base string) {
	v.t.Helper()
	v.at("new stage", base+"/stage/new")
	v.press(`#form button`, `document.querySelector("[role=alert]")`)
	v.state("new stage wrong")
	v.do(chromedp.SetValue("#name", "Main hall"))
	v.press(`#form button`, `document.querySelector("[role=status]:not([hidden])")`)
	v.state("stages")
	hall := ask[string](v.window, `document.querySelector("#stages ~ .list li:last-child a").getAttribute("href")`)
	v.at("another stage", hall)
	v.at("change a stage", strings.Replace(hall, "/stage?", "/stage/change?", 1))
	v.at("alert desk of another stage", strings.Replace(hall, "/stage?", "/desk?", 1))
	v.at("delete a stage", strings.Replace(hall, "/stage?", "/stage/delete?", 1))
	v.press(`button[name=sure]`, `document.querySelector("[role=status]:not([hidden])")`)
}
