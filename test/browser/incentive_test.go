package browser_test

import (
	"github.com/chromedp/chromedp"
)

// begunEarlier has the form of the page say that it began with another title, as after somebody else changed it.
const begunEarlier = `(v => { v.value = v.value.replace(/(^| )name=\w+/, "$1name=0"); return true })(document.querySelector("[name=version]"))`

// editor is the page of a campaign as its owner writes it, and its preview.
func (v *tour) editor(base string) {
	v.t.Helper()
	v.at("page editor", base+"/page")
	ask[bool](v.window, `(document.querySelector("button[formtarget]").removeAttribute("formtarget"), true)`)
	ask[bool](v.window, `(document.getElementById("name").value = "", true)`)
	v.press("button[formaction]", `document.getElementById("summary")`)
	v.state("page editor wrong")
	ask[bool](v.window, `(document.querySelector("button[formtarget]").removeAttribute("formtarget"), true)`)
	v.do(chromedp.SetValue("#name", "A name to be"), chromedp.SetValue("#description", "**Words** to be"))
	v.press("button[formaction]", `document.querySelector(".fact")`)
	v.state("preview")
	v.at("retire a campaign", base+"/page/retire")
	v.at("delete a campaign", base+"/page/delete")
	v.at("pictures of a campaign", base+"/page/pictures")
}

// incentives are made, changed, clash, and are deleted.
func (v *tour) incentives(base string) {
	v.t.Helper()
	v.at("incentives", base+"/incentives")
	v.at("schedule", base+"/schedule")
	for _, c := range []struct{ kind, amount, more string }{
		{"polls", "", "options-new"}, {"targets", "40", ""}, {"rewards", "5", "description"}, {"milestones", "90000", ""}, {"schedule", "", "description"},
	} {
		v.at("new "+c.kind, base+"/"+c.kind+"/new")
		v.press("#form > button", `document.getElementById("summary")`)
		v.state("new " + c.kind + " wrong")
		v.do(chromedp.SetValue("#name", "A tour of "+c.kind))
		if c.amount != "" {
			v.do(chromedp.SetValue("#amount", c.amount))
		}
		if c.kind == "schedule" {
			v.do(chromedp.SetValue("#starts_at", "2035-06-01T18:00"))
		}
		if c.more != "" {
			v.do(chromedp.SetValue("#"+c.more, "One\nTwo"))
		}
		v.press("#form > button", `document.querySelector("[role=status]")`)
		v.state("incentives with " + c.kind)
		v.press(`#`+c.kind+` ~ .list li:last-child a`, `document.getElementById("form")`)
		v.state("change " + c.kind)
		ask[bool](v.window, begunEarlier)
		v.do(chromedp.SetValue("#name", "Written here"))
		v.press("#form > button", `document.querySelector(".clash")`)
		v.state("clash of " + c.kind)
		form := ask[string](v.window, `document.getElementById("form").getAttribute("action")`)
		if c.kind == "rewards" {
			v.at("retire", form+"/retire")
		}
		v.at("delete "+c.kind, form+"/delete")
		v.press(`button[name=sure]`, `document.querySelector("[role=status]")`)
	}
	if !ask[bool](v.window, `!!document.querySelector("a[href$='/matches']")`) {
		return
	}
	v.at("matches", base+"/matches")
	v.at("new match", base+"/matches/new")
	v.press("#form > button", `document.getElementById("summary")`)
	v.state("new match wrong")
	v.do(chromedp.SetValue("#matched_by", "Mona"), chromedp.SetValue("#pledged", "20"), chromedp.SetValue("#ends_at", "2035-06-01T18:00"))
	v.press("#form > button", `document.querySelector("[role=status]")`)
	v.state("matches with one")
	v.press(`#matches ~ .list li:last-child a`, `document.getElementById("form")`)
	v.state("change match")
	form := ask[string](v.window, `document.getElementById("form").getAttribute("action")`)
	v.at("end match", form+"/end")
	v.press(`button[name=sure]`, `document.querySelector("[role=status]")`)
	v.at("match that has ended", form)
}
