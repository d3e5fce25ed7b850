package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/almoner/almoner/internal/demo"
)

// signedIn is a browser of its own, in which somebody is signed in and sees the incentives of their first campaign.
func signedIn(t *testing.T, h house, user demo.Login) (w window, base string) {
	t.Helper()
	w = open(t)
	w.do(chromedp.Navigate(h.BaseURL+"/account/sign-in"), chromedp.SetValue("#email", user.Email), chromedp.SetValue("#password", user.Password))
	j := &journey{window: w}
	w.do(chromedp.Click(shown(submit)))
	j.loaded("sign in", `!document.getElementById("password")`)
	w.do(chromedp.Navigate(h.BaseURL + "/dashboard"))
	base = ask[string](w, `document.querySelector("main .list a").getAttribute("href")`)
	w.do(chromedp.Navigate(h.BaseURL + base + "/incentives"))
	return w, base
}

// enter presses Enter on what has the focus, and waits for the page behind it.
func (w window) enter(until string) {
	w.t.Helper()
	w.do(chromedp.KeyEvent(kb.Enter))
	(&journey{window: w}).loaded("enter", until)
}

// TestIncentivesByKeyboardInTwoBrowsers makes two rewards, puts them in order and edits one at once in two browsers, by keyboard only.
func TestIncentivesByKeyboardInTwoBrowsers(t *testing.T) {
	t.Parallel()
	h := start(t)
	w, base := signedIn(t, h, h.Users[0])
	for _, name := range []string{"First prize", "Second prize"} {
		w.tabTo("Add a reward")
		w.enter(`document.getElementById("form")`)
		w.tabToField("name")
		w.do(chromedp.KeyEvent(name))
		w.tabToField("amount")
		w.do(chromedp.KeyEvent("5"))
		w.enter(`document.querySelector("[role=status]:not([hidden])")`)
	}
	const order = `[...document.querySelectorAll("#rewards ~ .list h3")].map(e => e.textContent).join()`
	before := ask[string](w, order)
	w.tabTo("Second prize")
	w.tabTo("Up")
	w.enter(`document.querySelector("[autofocus]")`)
	if got := ask[string](w, order); got == before {
		t.Errorf("got %s, want another order", got)
	}
	w.until(`document.getElementById("done").textContent.startsWith("Second prize is now ")`)
	if focus := ask[bool](w, `document.activeElement.matches("button[name=up], button[name=down]") && document.activeElement.closest("li").textContent.includes("Second prize")`); !focus {
		t.Error("got the focus elsewhere, want it on the row that was moved")
	}

	other, _ := signedIn(t, h, h.Users[0])
	for _, one := range []window{w, other} {
		one.do(chromedp.Navigate(h.BaseURL + base + "/incentives"))
		one.tabTo("First prize")
		one.enter(`document.getElementById("form")`)
	}
	other.tabToField("description")
	other.do(chromedp.KeyEvent("Made of gold"))
	other.tabTo("Save")
	other.enter(`document.querySelector("[role=status]:not([hidden])")`)
	w.tabToField("name")
	w.do(chromedp.KeyEvent(kb.End), chromedp.KeyEvent(" of all"))
	w.enter(`document.querySelector(".clash")`)
	w.look("clash")
	if got := ask[string](w, `document.getElementById("name").value + "|" + document.getElementById("description").value`); got != "First prize of all|Made of gold" {
		t.Errorf("got %q, want what both typed", got)
	}
	w.tabToField("custom_question")
	w.tabTo("Keep mine and save")
	w.enter(`document.querySelector("[role=status]:not([hidden])")`)
	other.do(chromedp.Navigate(h.BaseURL + base + "/incentives"))
	other.tabTo("First prize of all")
	other.enter(`document.getElementById("form")`)
	if got := ask[string](other, `document.getElementById("description").value`); got != "Made of gold" {
		t.Errorf("got %q, want what the other browser wrote", got)
	}
}
