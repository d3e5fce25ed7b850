package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestEmptyFormsSayWhatIsMissing sends each form as somebody does who typed nothing: browsers do not stop it, so that what is missing is said in the language of the page.
func TestEmptyFormsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newClubHouse(t, func(o *app.Options) { o.Mailer, o.Captcha = links{}, person{} })
	must.Get(h.SetSetting(t.Context(), app.System(), fund.SettingSignUp, `"open"`))(t)
	desk, half, stranger := h.browser(), h.browser(), h.browser()
	desk.signIn("")
	link := h.invite(guest)
	desk.ask("new@example.org")
	confirm := h.mailed()["new@example.org"]
	stranger.forgot(email)
	reset := h.mailed()[email]
	desk.turnOn()
	half.signIn("")
	for path, of := range map[string]struct {
		b    browser
		page string
	}{
		"/account/sign-in": {stranger, "/account/sign-in"}, forgotAt: {stranger, forgotAt}, signUpAt: {stranger, signUpAt}, joinAt: {stranger, link}, resetAt: {stranger, reset},
		codeAt: {half, codeAt}, emailAt: {desk, emailAt}, confirmAt: {desk, confirm}, passwordAt: {desk, passwordAt}, proveAt: {desk, proveAt}, deleteAt: {desk, deleteAt}, newTokenAt: {desk, newTokenAt},
	} {
		page := of.b.Follow(of.page)
		if !strings.Contains(page.Text, `action="`+path+`" novalidate>`) && strings.Contains(page.Text, " required") {
			t.Errorf("%s: got a form that the browser checks", path)
		}
		form := url.Values{}
		for name, values := range page.Form(t, path) {
			form[name] = values
		}
		got := of.b.Post(path, form)
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `role="alert"`) || !strings.Contains(got.Text, `aria-invalid="true"`) {
			t.Errorf("%s: got %d\n%s\nwant 422 and what is missing", path, got.StatusCode, got.Text)
		}
	}
}
