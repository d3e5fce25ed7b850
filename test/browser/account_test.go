package browser_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/almoner/almoner/internal/testmail"
)

// TestAnotherAddressToSignInWith changes the address of a user by keyboard, from the account page to the link in the mail.
func TestAnotherAddressToSignInWith(t *testing.T) {
	t.Parallel()
	post := testmail.Start(t, testmail.Options{})
	h := start(t, "--mail-server", post.URL(), "--mail-from", "Open Harbor <accounts@give.test>")
	w, user := open(t), h.Users[0]
	const address = "another@example.org"

	w.do(chromedp.Navigate(h.BaseURL + "/account/email"))
	w.settled("Sign in")
	w.do(chromedp.KeyEvent(user.Email), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(user.Password), chromedp.KeyEvent(kb.Enter))
	w.settled("Change e-mail address")
	w.look("email")
	w.do(chromedp.KeyEvent(user.Email), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`[role=alert]`))
	w.look("email-wrong")
	w.do(chromedp.SetValue("#email", address), chromedp.Focus("#email"), chromedp.KeyEvent(kb.Enter))
	w.settled("Check your e-mail")
	w.look("email-sent")

	post.WaitTo(t.Context(), t, address, 1)
	mails := post.Messages()
	mail := mails[slices.IndexFunc(mails, func(m testmail.Message) bool { return m.To == address })]
	link := regexp.MustCompile(regexp.QuoteMeta(h.BaseURL) + `/account/email/confirm\?key=\S+`).FindString(plainText(t, mail.Data))
	w.do(chromedp.Navigate(link))
	w.settled("Confirm your e-mail address")
	w.look("email-confirm")
	w.do(chromedp.KeyEvent("not the password"), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`[role=alert]`))
	w.look("email-confirm-wrong")
	w.do(chromedp.KeyEvent(user.Password), chromedp.KeyEvent(kb.Enter))
	w.settled("E-mail address changed")
	w.look("email-done")
	w.do(chromedp.Navigate(link))
	w.settled("This link does not work")
	w.look("email-closed")
}
