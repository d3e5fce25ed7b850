package account_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/account"
)

const emailAt, confirmAt = "/account/email", "/account/email/confirm"

// links are the addresses that mails were to confirm, by recipient; "" for one without a link.
type links map[string]string

// Send keeps a link.
func (l links) Send(ctx context.Context, letter app.Letter, hand func(context.Context) error) app.Delivery {
	if content, is := letter.Content.(app.AccountMail); is && (content.Link != "" || letter.Kind == fund.MailConfirmLogin) {
		l[letter.Recipient] = content.Link
	}
	if err := hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	return app.Delivery{Result: app.MailTaken}
}

// mailed sends what is due.
func (h *house) mailed() links {
	sent := links{}
	h.Node(func(o *app.Options) { o.Mailer, o.Accounts = sent, account.Addresses(h.url) }).DoDue(h.t.Context(), fund.WorkMail)
	return sent
}

// newMailHouse is newHouse with a mail server.
func newMailHouse(t *testing.T) *house {
	t.Helper()
	return newHouse(t, func(o *app.Options) { o.Mailer = links{} })
}

// ask asks for another address on the page.
func (b browser) ask(address string) testbrowser.Answer {
	b.h.t.Helper()
	return b.Post(emailAt, testbrowser.With(b.Get(emailAt).Form(b.h.t, emailAt), "email", address))
}

// confirm enters a password on the page of a link.
func (b browser) confirm(page testbrowser.Answer, password string) testbrowser.Answer {
	b.h.t.Helper()
	return b.Post(confirmAt, testbrowser.With(page.Form(b.h.t, confirmAt), "password", password))
}

func TestEmailIsChangedByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	desk, phone := h.browser(), h.browser()
	desk.signIn("")
	phone.signIn("")
	if page := desk.Get("/account/sessions"); !strings.Contains(page.Text, `href="/account/email"`) {
		t.Errorf("got an account page without the link to change the address\n%s", page.Text)
	}
	sent := desk.ask("New@example.org")
	if sent.StatusCode != http.StatusOK || !strings.Contains(sent.Text, "New@example.org") || !strings.Contains(sent.Text, "within 30 minutes") {
		t.Errorf("got %d\n%s", sent.StatusCode, sent.Text)
	}
	link := h.mailed()["new@example.org"]
	page := desk.Follow(link)
	for _, want := range []string{"<bdi>Ana</bdi>", "<bdi>new@example.org</bdi>", `autocomplete="current-password"`, "signed out in all other browsers"} {
		if page.StatusCode != http.StatusOK || !strings.Contains(page.Text, want) {
			t.Errorf("got %d without %s\n%s", page.StatusCode, want, page.Text)
		}
	}
	wrong := desk.confirm(page, "no password")
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `role="alert">The password is wrong.`) ||
		!strings.Contains(wrong.Text, "<title>Error: Confirm") || strings.Contains(wrong.Text, "no password") {
		t.Errorf("got %d\n%s", wrong.StatusCode, wrong.Text)
	}
	done := desk.confirm(wrong, password)
	if done.StatusCode != http.StatusOK || !strings.Contains(done.Text, "You now sign in with <bdi>new@example.org</bdi>") {
		t.Errorf("got %d\n%s", done.StatusCode, done.Text)
	}
	if page := desk.Get("/account/sessions"); !strings.Contains(page.Text, "new@example.org") {
		t.Errorf("got %d in the browser that changed the address, want it to stay signed in", page.StatusCode)
	}
	if page := phone.Get("/account/sessions"); page.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d in the other browser, want the sign-in", page.StatusCode)
	}
	for name, again := range map[string]testbrowser.Answer{"followed": desk.Follow(link), "confirmed": desk.confirm(page, password), "made up": desk.Get(confirmAt + "?key=x"), "no key": desk.Get(confirmAt)} {
		if again.StatusCode != http.StatusNotFound || !strings.Contains(again.Text, "This link does not work") {
			t.Errorf("%s: got %d\n%s", name, again.StatusCode, again.Text)
		}
	}
}

// TestPagesDoNotTellWhoHasAnAccount compares what is testbrowser.Answer about an address that is free, and one that somebody has.
func TestPagesDoNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	if _, err := h.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Sam", Email: "have@example.org", Password: password}); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.signIn("")
	free, have := b.ask("free@example.org"), b.ask("have@example.org")
	if free.StatusCode != have.StatusCode || strings.ReplaceAll(free.Text, "free@", "have@") != have.Text {
		t.Errorf("got %d\n%s\nand %d\n%s\nwant the same", free.StatusCode, free.Text, have.StatusCode, have.Text)
	}
	if link, sent := h.mailed()["have@example.org"]; !sent || link != "" {
		t.Errorf("got %v with the link %q, want a mail without one", sent, link)
	}
}

// TestNoLinkIsPromisedThatNobodySends opens the page where no mail server is set.
func TestNoLinkIsPromisedThatNobodySends(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	b.signIn("")
	form := b.Get("/account/sessions").Form(t, "/account/sign-out")
	for name, page := range map[string]testbrowser.Answer{"form": b.Get(emailAt), "sent": b.Post(emailAt, testbrowser.With(form, "email", "new@example.org"))} {
		if !strings.Contains(page.Text, "This site sends no e-mail.") || strings.Contains(page.Text, "<form") {
			t.Errorf("%s: got %d\n%s", name, page.StatusCode, page.Text)
		}
	}
	if sent := h.mailed(); len(sent) != 0 {
		t.Errorf("got %v, want no mail", sent)
	}
}

func TestEmailPageRefuses(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	b := h.browser()
	if page := b.Get(emailAt); page.Header.Get("Location") != "/account/sign-in?next=%2Faccount%2Femail" {
		t.Errorf("got %d to %s for nobody, want the sign-in", page.StatusCode, page.Header.Get("Location"))
	}
	if page := b.Post(emailAt, url.Values{"email": {"new@example.org"}}); page.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for nobody, want the sign-in", page.StatusCode)
	}
	b.signIn("")
	for address, want := range map[string]string{
		"": "Enter an e-mail address", `a"b`: "Enter an e-mail address", strings.Repeat("a", 255) + "@example.org": "Enter a shorter", email: "sign in with already",
	} {
		page := b.ask(address)
		if page.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page.Text, want) || !strings.Contains(page.Text, "<title>Error: ") {
			t.Errorf("%q: got %d without %q\n%s", address, page.StatusCode, want, page.Text)
		}
	}
	if page := b.Post(emailAt, url.Values{"email": {"new@example.org"}}); page.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another page, want 403", page.StatusCode)
	}
	for range shield.MailsAnHour {
		b.ask("new@example.org")
	}
	if page := b.ask("new@example.org"); page.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page.Text, "Too many links") {
		t.Errorf("got %d\n%s", page.StatusCode, page.Text)
	}
	link := h.mailed()["new@example.org"]
	stranger := h.browser()
	page := stranger.Follow(link)
	if answer := h.browser().Post(confirmAt, testbrowser.With(page.Form(t, confirmAt), "password", password)); answer.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a form of another browser, want 403", answer.StatusCode)
	}
	for range 5 {
		stranger.confirm(page, "guess")
	}
	late := stranger.confirm(page, password)
	if late.StatusCode != http.StatusTooManyRequests || late.Header.Get("Retry-After") != "5" || !strings.Contains(late.Text, "Try again in 5 seconds.") {
		t.Errorf("got %d, %q, want 429 and when to try again", late.StatusCode, late.Header.Get("Retry-After"))
	}
	h.Clock.Advance(5 * time.Second)
	// The browser of the link need not be signed in.
	if done := stranger.confirm(page, password); done.StatusCode != http.StatusOK {
		t.Errorf("got %d\n%s", done.StatusCode, done.Text)
	}
	if page := b.Get("/account/sessions"); page.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d where the user was signed in, want that session ended", page.StatusCode)
	}
}
