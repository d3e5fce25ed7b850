package browser_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testmail"
)

// mostTabs is how often the Tab key is pressed at most on the way to something.
const mostTabs = 120

// reachByTab presses Tab until what has the focus fits a script, which calls it e, and wants to see every stop on the way.
func (w window) reachByTab(script string) {
	w.t.Helper()
	for range mostTabs {
		w.do(chromedp.KeyEvent(kb.Tab))
		at := ask[struct {
			What       string
			Seen, Fits bool
		}](w, `(e => ({What: e.outerHTML.slice(0, 120), Fits: Boolean(`+script+`), Seen: e === document.body || e.tagName === "IFRAME" ||
			(getComputedStyle(e).outlineStyle !== "none" || Boolean(e.closest("label, .card, .pick")?.matches(":has(:focus-visible)"))) && e.checkVisibility()}))(document.activeElement)`)
		if !at.Seen {
			w.t.Errorf("%s: got the focus on %s, want it to be seen", ask[string](w, "location.pathname"), at.What)
		}
		if at.Fits {
			return
		}
	}
	w.t.Fatalf("%s: got to nothing with %s by the Tab key", ask[string](w, "location.pathname"), script)
}

// link and button reach what says exactly that, and press it.
func (w window) link(text, until string) {
	w.t.Helper()
	w.reachByTab(fmt.Sprintf(`e.matches("a, button") && e.innerText.trim() === %q`, text))
	w.enter(until)
}

// put reaches a field, and types into it in place of what is there.
func (w window) put(id, text string) {
	w.t.Helper()
	if ask[string](w, "document.activeElement.id") != id {
		w.reachByTab(fmt.Sprintf(`e.id === %q`, id))
	}
	w.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete))
	if text != "" {
		w.do(chromedp.KeyEvent(text))
	}
}

// refused presses Enter, and wants the form back with the focus on what is wrong.
func (w window) refused(focus string) {
	w.t.Helper()
	w.enter(`document.title.startsWith("Error") && document.activeElement !== document.body`)
	if !ask[bool](w, fmt.Sprintf(`document.activeElement.matches(%q) && %s(document.activeElement)`, focus, isShown)) {
		w.t.Errorf("%s: got the focus on %s, want it on %s", ask[string](w, "location.pathname"), ask[string](w, `document.activeElement.outerHTML.slice(0, 160)`), focus)
	}
}

// done is what says that something was saved.
const done = `document.querySelector("[role=status]:not([hidden])")`

// TestTheDashboardByKeyboard is an evening of a streamer without a mouse, with a mistake in each form.
func TestTheDashboardByKeyboard(t *testing.T) {
	t.Parallel()
	h := start(t)
	w, user := open(t), h.Users[0]
	at := func(path string) { w.do(chromedp.Navigate(h.BaseURL + path)) }

	at("/account/sign-in")
	w.put("email", user.Email)
	w.put("password", "not the password")
	w.refused("#email, #password")
	w.put("password", user.Password)
	w.enter(`!document.getElementById("password")`)

	at("/dashboard")
	w.link("Start a campaign", `location.pathname === "/dashboard/new"`)
	w.link("Open Harbor Relief", `document.getElementById("name")`)
	w.put("name", "")
	w.refused("#name")
	w.put("name", "Night run")
	w.enter(`location.pathname.endsWith("/setup/goal")`)
	w.put("goal", "a lot")
	w.refused("#goal")
	w.put("goal", "500")
	w.reachByTab(`e.name === "safety"`)
	w.do(chromedp.KeyEvent(kb.ArrowDown))
	chosen := ask[string](w, `document.activeElement.value`)
	w.link("Publish", done)

	w.link("Safety", `document.querySelector("[name=safety]")`)
	if got := ask[string](w, `document.querySelector("[name=safety]:checked").value`); got != chosen || chosen == "normal" {
		t.Errorf("got the choice %q, want %q, which the arrow chose", got, chosen)
	}
	w.link("Page", `document.getElementById("form")`)
	w.put("name", "")
	w.refused("#summary")
	w.reachByTab(`e.matches("#summary a[href='#name']")`)
	w.put("name", "Night run II")
	w.enter(done)

	w.link("Schedule", `location.pathname.endsWith("/schedule")`)
	w.link("Add an entry", `document.getElementById("form")`)
	w.put("name", "Opening")
	w.refused("#summary")
	w.reachByTab(`e.id === "starts_at"`)
	w.do(chromedp.KeyEvent("01022035"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("0630PM"))
	w.link("Add", done)

	w.link("Settings", `document.getElementById("thanks")`)
	w.put("minimum", "nothing")
	w.refused("#summary")
	w.put("minimum", "2")
	w.enter(done)

	w.gifts()
	w.exports()

	w.link("Matches", `location.pathname.endsWith("/matches")`)
	w.link("Add a match", `document.getElementById("form")`)
	w.put("matched_by", "Mona")
	w.refused("#summary")
	w.put("pledged", "20")
	w.reachByTab(`e.id === "ends_at"`)
	w.do(chromedp.KeyEvent("01022035"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("0630PM"))
	w.link("Add", done)

	w.link("People", `document.getElementById("names")`)
	w.put("name", "Vic")
	w.enter(`document.querySelector("[role=alert]")`)
	if !ask[bool](w, `document.activeElement.id === "roles-problem"`) {
		t.Errorf("got the focus on %s, want it on the roles", ask[string](w, `document.activeElement.outerHTML.slice(0, 160)`))
	}
	w.reachByTab(`e.value === "screener"`)
	w.do(chromedp.KeyEvent(" "))
	w.link("Make the link", `document.getElementById("link-0")`)

	at("/dashboard/teams")
	w.put("name", "")
	w.refused("#name")
	w.put("name", "Owls")
	w.enter(`document.getElementById("members")`)
	w.put("email", "")
	w.refused("#email")
	w.link("Change page", `document.getElementById("about")`)
	w.put("slug", "no spaces")
	w.refused("#summary")
}

// gifts has two test gifts come, decides about both, and looks at one.
func (w window) gifts() {
	w.t.Helper()
	for range 2 {
		w.link("Overview", `!location.search && document.querySelector("form[action$='/on-air']")`)
		w.link("Send a test gift", `location.search === "?said=gift"`)
	}
	const waiting = `document.querySelectorAll("#held ~ .list > li").length`
	w.link("Screening", waiting+" === 2")
	w.link("Show", waiting+" === 1")
	w.until(`document.activeElement.id === "next"`) // nobody begins at the top after each gift
	w.screens(waiting)
	w.link("Gifts", `document.getElementById("q")`)
	w.put("q", "test")
	w.enter(`location.search.includes("q=test")`)
	w.reachByTab(`e.matches("main .list a")`)
	w.enter(`document.querySelector(".details")`)
}

// screens works on the page of the screening by its keys: undo, a note that is kept over a lost connection and a reload, another name, decisions.
func (w window) screens(waiting string) {
	w.t.Helper()
	wait := func(until string) {
		w.t.Helper()
		at := ask[string](w, `new Promise(done => {
			const end = performance.now() + 10000, look = () => `+until+` ? done("") : performance.now() > end ? done(document.activeElement.outerHTML.slice(0, 300) + document.querySelector("main").innerText) : setTimeout(look, 20)
			look()
		})`)
		if at != "" {
			w.t.Fatalf("%s: got the page at %s", until, at)
		}
	}
	key := func(keys, until string) {
		w.t.Helper()
		w.do(chromedp.KeyEvent(keys))
		wait(until)
	}
	const first, closed = `document.querySelector("#held ~ .list > li")`, `!document.querySelector("details[open]")`
	key("u", waiting+" === 2")
	key("n", `document.activeElement.matches("textarea")`)
	key("ahu", `document.activeElement.value.endsWith("ahu")`) // keys decide nothing while somebody types; the browser is sent the letter of N, too
	w.do(chromedp.Reload())
	wait(waiting + ` === 2 && document.querySelector("details[open] textarea")?.value.endsWith("ahu")`)
	ask[bool](w, `(window.there = fetch, window.fetch = () => Promise.reject("away"), document.querySelector("details[open] button[value=note]").click()) ?? true`)
	wait(`!document.querySelector(".offline").hidden`)
	ask[bool](w, `(window.fetch = there) && true`)
	wait(`document.querySelector(".offline").hidden && ` + first + `.querySelector(".note")?.textContent.endsWith("ahu") && ` + closed)
	ask[bool](w, first+`.focus() ?? true`)
	key("e", `document.activeElement.name === "name"`)
	key("Robin"+kb.Enter, first+`.textContent.includes("Robin") && `+closed)
	ask[bool](w, `document.getElementById("keys").click() ?? true`)
	ask[bool](w, first+`.focus() ?? true`)
	key("a", waiting+" === 2")
	w.do(chromedp.Reload())
	wait(`document.getElementById("keys").checked === false && document.getElementById("keys").closest("label").checkVisibility()`)
	ask[bool](w, first+`.focus() ?? true`)
	key("ahu", waiting+` === 2 && !document.querySelector("details[open]")`)
	ask[bool](w, `document.getElementById("keys").click() ?? true`)
	ask[bool](w, first+`.focus() ?? true`)
	key("a", waiting+" === 1")
	key("h", waiting+" === 0")
	wait(`document.activeElement.id === "next"`)
}

// exports chooses what to export, mistypes the days, and has the file sent.
func (w window) exports() {
	w.t.Helper()
	day := func(id, keys string) {
		w.reachByTab(fmt.Sprintf(`e.id === %q`, id))
		w.do(chromedp.KeyEvent(keys))
	}
	w.link("Export", `document.getElementById("from")`)
	w.reachByTab(`e.name === "what"`)
	w.reachByTab(`e.name === "format"`)
	first := ask[string](w, `document.activeElement.value`)
	w.do(chromedp.KeyEvent(kb.ArrowDown))
	format := ask[string](w, `document.activeElement.value`)
	day("from", "02022026")
	day("to", "02012026")
	w.refused("#from, #to")
	if got := ask[string](w, `document.querySelector("[name=format]:checked").value + document.getElementById("from").value`); got != format+"2026-02-02" || format == first {
		w.t.Errorf("got %q after a mistake, want the choice %q and the day kept", got, format)
	}
	if ask[string](w, "document.activeElement.id") == "from" {
		day("to", "02032026")
	} else {
		w.do(chromedp.KeyEvent("02032026"))
	}
	w.reachByTab(`e.matches("summary")`)
	w.do(chromedp.KeyEvent(" "))
	w.reachByTab(`e.id === "delimiter"`)
	w.do(chromedp.KeyEvent(kb.ArrowDown))
	w.reachByTab(`e.name === "no_mark"`)
	w.do(chromedp.KeyEvent(" "))
	w.reachByTab(`e.type === "submit"`)
	ask[bool](w, `addEventListener("submit", e => { document.body.dataset.sent = [...new FormData(e.target).values()].slice(1).join(); document.body.append("x") }) ?? true`)
	began := w.downloads()
	w.do(chromedp.KeyEvent(kb.Enter))
	w.until(`document.body.dataset.sent`)
	if file := began(); !strings.HasSuffix(file, "."+format) {
		w.t.Errorf("got the file %q, want one of %s", file, format)
	}
	if got, want := ask[string](w, `document.body.dataset.sent`), format+",2026-02-02,2026-02-03,semicolon,yes"; !strings.HasSuffix(got, want) {
		w.t.Errorf("got %q sent, want %q", got, want)
	}
	w.do(chromedp.Reload())
}

// downloads makes something that waits until a file begins to come, and is its name. Until then the page is on its way to somewhere else, and whatever leads
// elsewhere ends as aborted.
func (w window) downloads() func() string {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny, EventsEnabled: new(true)})
		return err
	}))
	coming := chromedp.Events(w.ctx, browser.DownloadWillBegin)
	return func() string {
		w.t.Helper()
		for file, err := range coming {
			must.Do(w.t, err)
			return file.SuggestedFilename
		}
		w.t.Fatal("got no file, want one")
		return ""
	}
}

// TestAnInvitedCharityByKeyboard invites a charity, and answers for it, without a mouse and with a mistake in each form.
func TestAnInvitedCharityByKeyboard(t *testing.T) {
	t.Parallel()
	post := testmail.Start(t, testmail.Options{})
	h := start(t, "--mail-server", post.URL(), "--mail-from", "Open Harbor <receipts@give.test>", "--mail-anyone")
	w, _ := signedIn(t, h, h.Users[0])
	const office = "office@meadow.example"
	w.do(chromedp.Navigate(h.BaseURL + "/dashboard/new"))
	w.link("Invite a charity", `document.getElementById("website")`)
	w.put("name", "Wild Meadow")
	w.refused("#summary")
	w.reachByTab(`e.matches("#summary a[href='#website']")`)
	w.put("website", "meadow.example")
	w.put("email", office)
	w.reachByTab(`e.id === "country"`)
	w.do(chromedp.KeyEvent("United K"))
	w.put("message", "May I raise money for you?")
	w.link("Send to the operator", `location.pathname === "/dashboard/charities"`)
	h.command(t, "charity", "approve", "--invitation", ask[string](w, `document.querySelector("input[name=id]").value`), "--yes")
	w.reachByTab(`e.matches("form[action$='/withdraw'] button")`)

	(&journey{window: w}).forget()
	w.do(chromedp.Navigate(mailedLink(t, post, office, h.BaseURL+"/dashboard/charity")))
	(&journey{window: w}).loaded("answer", `document.getElementById("username")`)
	w.put("username", "Meg")
	w.put("password", "short")
	w.refused("#password")
	w.put("password", "a long password")
	w.enter(`document.getElementById("legal_name")`)
	w.put("description", "We keep meadows.")
	w.put("legal_name", "")
	w.refused("#summary")
	w.reachByTab(`e.matches("#summary a[href='#legal_name']")`)
	w.put("legal_name", "Meadow Trust")
	w.put("address-line1", "1 Lane")
	w.put("address-city", "Town")
	w.link("Send to the operator", `document.querySelector("main ol")`)
	w.link("Invited charities", `document.getElementById("accepted")`)
	w.link("Wild Meadow", `document.querySelector("main ol")`)

	w.do(chromedp.Navigate(h.BaseURL + "/account/sessions"))
	w.reachByTab(`e.matches(".who button")`)
	w.enter(`document.getElementById("email")`)
}

// drag takes something with the mouse and lets it go over something else, as a hand does.
func (w window) drag(from, to string) {
	w.t.Helper()
	at := ask[[]float64](w, `((from, to) => {
		to.scrollIntoView({block: "center", behavior: "instant"});
		return [from, to].flatMap(e => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] });
	})(`+from+`, `+to+`)`)
	x, y, tx, ty := at[0], at[1], at[2], at[3]
	mouse := func(kind input.DispatchMouseEventType, x, y float64) {
		w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1})
			return err
		}))
	}
	mouse(input.DispatchMouseEventTypeMouseMoved, x, y)
	mouse(input.DispatchMouseEventTypeMousePressed, x, y)
	for i := range 10 {
		mouse(input.DispatchMouseEventTypeMouseMoved, x+(tx-x)*float64(i+1)/10, y+(ty-y)*float64(i+1)/10)
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, tx, ty)
}

// TestIncentivesAreDragged drags a reward to another place with a mouse, and wants it there after the page is loaded again.
func TestIncentivesAreDragged(t *testing.T) {
	t.Parallel()
	h := start(t)
	w, base := signedIn(t, h, h.Users[0])
	for _, name := range []string{"First prize", "Second prize", "Third prize"} {
		w.do(chromedp.Navigate(h.BaseURL+base+"/rewards/new"), chromedp.SetValue("#name", name), chromedp.SetValue("#amount", "5"), chromedp.Focus("#amount"))
		w.enter(done)
	}
	const order = `[...document.querySelectorAll("#rewards ~ .list h3")].map(e => e.textContent).filter(n => n.endsWith(" prize")).join()`
	row := func(name string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("[data-move]")].find(e => e.textContent.includes(%q))`, name)
	}
	for _, c := range []struct{ from, to, want string }{
		{"Third prize", "First prize", "Third prize,First prize,Second prize"}, {"Third prize", "Second prize", "First prize,Second prize,Third prize"},
	} {
		w.drag(row(c.from), row(c.to))
		(&journey{window: w}).loaded("drag", fmt.Sprintf(`document.getElementById("done").textContent.includes(%q) && %s === %q`, c.from, order, c.want))
		w.do(chromedp.Navigate(h.BaseURL + base + "/incentives"))
		if got := ask[string](w, order); got != c.want {
			t.Errorf("got %s, want %s after the page is loaded again", got, c.want)
		}
	}
}
