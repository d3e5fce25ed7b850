package account_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testqr"
	"github.com/almoner/almoner/internal/totp"
)

const (
	twoStepAt, setUpAt, turnOnAt = "/account/two-step", "/account/two-step/set-up", "/account/two-step/confirm"
	codesAt, offAt               = "/account/two-step/codes", "/account/two-step/off"
	codeAt, proveAt              = "/account/sign-in/code", "/account/prove"
)

var (
	shownKey   = regexp.MustCompile(`<code dir="ltr">([A-Z2-7 ]+)</code>`)
	shownCodes = regexp.MustCompile(`<li><code>([a-z2-7-]+)</code></li>`)
)

// code is that of an authenticator app now.
func (h *house) code(key string) string {
	h.t.Helper()
	return must.Get(totp.Code(key, h.Clock.Now()))(h.t)
}

// turnOn sets two-step sign-in up in a browser, and gives the key and the recovery codes.
func (b browser) turnOn() (key string, codes []string) {
	b.h.t.Helper()
	b.Post(setUpAt, b.Get(twoStepAt).Form(b.h.t, setUpAt))
	page := b.Get(setUpAt)
	key = strings.ReplaceAll(shownKey.FindStringSubmatch(page.Text)[1], " ", "")
	done := b.Post(turnOnAt, testbrowser.With(page.Form(b.h.t, turnOnAt), "code", b.h.code(key)))
	for _, one := range shownCodes.FindAllStringSubmatch(done.Text, -1) {
		codes = append(codes, one[1])
	}
	if len(codes) != fund.RecoveryCodes || !strings.Contains(done.Text, "<h1>Two-step sign-in is on</h1>") {
		b.h.t.Fatalf("got %d with %d codes\n%s", done.StatusCode, len(codes), done.Text)
	}
	b.h.Clock.Advance(5 * totp.Period)
	return key, codes
}

// TestTwoStepSignInIsTurnedOnByPage scans the picture, mistypes a code, and sees the recovery codes once.
func TestTwoStepSignInIsTurnedOnByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	desk, phone := h.browser(), h.browser()
	desk.signIn("")
	phone.signIn("")
	if page := desk.Get("/account/sessions"); !strings.Contains(page.Text, `href="/account/two-step"`) {
		t.Errorf("got an account page without the link\n%s", page.Text)
	}
	if page := desk.Get(setUpAt); page.Header.Get("Location") != twoStepAt {
		t.Errorf("got %d before it began, want to be led back", page.StatusCode)
	}
	if begun := desk.Post(setUpAt, desk.Get(twoStepAt).Form(t, setUpAt)); begun.Header.Get("Location") != setUpAt {
		t.Errorf("got %d to %q, want the key shown", begun.StatusCode, begun.Header.Get("Location"))
	}
	page := desk.Get(setUpAt)
	key := strings.ReplaceAll(shownKey.FindStringSubmatch(page.Text)[1], " ", "")
	if read := testqr.Read(t, page.Text); !strings.HasPrefix(read, "otpauth://totp/") || !strings.Contains(read, "secret="+key) || !strings.Contains(read, email) {
		t.Errorf("got a picture of %s, want the key %s for the app", read, key)
	}
	wrong := desk.Post(turnOnAt, testbrowser.With(page.Form(t, turnOnAt), "code", "000000"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `role="alert">This code is wrong`) || !strings.Contains(wrong.Text, "<title>Error: Set up") ||
		!strings.Contains(strings.ReplaceAll(wrong.Text, " ", ""), key) {
		t.Errorf("got %d\n%s\nwant the same key again, and what is wrong", wrong.StatusCode, wrong.Text)
	}
	key, codes := desk.turnOn()
	for _, at := range []string{twoStepAt, "/account/sessions"} {
		if page := desk.Get(at); strings.Contains(page.Text, codes[0]) || strings.Contains(page.Text, key) {
			t.Errorf("%s: got a recovery code or the key once more\n%s", at, page.Text)
		}
	}
	if page := desk.Get(twoStepAt); !strings.Contains(page.Text, "10 unused codes are left") {
		t.Errorf("got\n%s\nwant ten codes left", page.Text)
	}
	if page := phone.Get("/account/sessions"); page.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d in the other browser, want it signed out", page.StatusCode)
	}
	for name, answer := range map[string]testbrowser.Answer{
		"the key": desk.Get(setUpAt), "beginning again": desk.Post(setUpAt, page.Form(t, turnOnAt)), "confirming again": desk.Post(turnOnAt, page.Form(t, turnOnAt)),
	} {
		if answer.Header.Get("Location") != twoStepAt {
			t.Errorf("%s: got %d, want to be led back once it is on", name, answer.StatusCode)
		}
	}
	renewed := desk.Post(codesAt, desk.Get(twoStepAt).Form(t, codesAt))
	if fresh := shownCodes.FindAllString(renewed.Text, -1); len(fresh) != fund.RecoveryCodes || strings.Contains(renewed.Text, codes[0]) {
		t.Errorf("got %d\n%s\nwant ten other codes", renewed.StatusCode, renewed.Text)
	}
	desk.Post(offAt, desk.Get(twoStepAt).Form(t, offAt))
	if page := desk.Get(twoStepAt); !strings.Contains(page.Text, `action="/account/two-step/set-up"`) {
		t.Errorf("got\n%s\nwant it off", page.Text)
	}
	for name, answer := range map[string]testbrowser.Answer{"off": desk.Post(offAt, page.Form(t, turnOnAt)), "codes": desk.Post(codesAt, page.Form(t, turnOnAt))} {
		if answer.Header.Get("Location") != twoStepAt {
			t.Errorf("%s, once more: got %d, want the page again", name, answer.StatusCode)
		}
	}
}

// TestSignInTakesTwoStepsByPage signs in with a code, and with a recovery code. Nobody is signed in between the steps.
func TestSignInTakesTwoStepsByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	desk, b := h.browser(), h.browser()
	desk.signIn("")
	key, codes := desk.turnOn()
	const next = "/account/password?a=b"
	first := b.signIn(next)
	at := first.LedTo(t, codeAt)
	if at.Get("next") != next || strings.Contains(strings.Join(first.Header.Values("Set-Cookie"), "\n"), "almoner_session=") {
		t.Errorf("got %q and %q, want the code asked for, and no session", at, first.Header.Values("Set-Cookie"))
	}
	for _, path := range []string{"/account/sessions", twoStepAt, next} {
		if page := b.Get(path); page.StatusCode != http.StatusSeeOther || !strings.HasPrefix(page.Header.Get("Location"), "/account/sign-in?") {
			t.Errorf("%s: got %d between the steps, want the sign-in", path, page.StatusCode)
		}
	}
	page := b.Get(first.Header.Get("Location"))
	for _, want := range []string{"Ana", `autocomplete="one-time-code"`, `inputmode="numeric"`, "Use a recovery code"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a page without %s\n%s", want, page.Text)
		}
	}
	wrong := b.Post(codeAt, testbrowser.With(page.Form(t, codeAt), "code", "000000"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `role="alert">This code is wrong`) || !strings.Contains(wrong.Text, "<title>Error: Enter your code") {
		t.Errorf("got %d\n%s", wrong.StatusCode, wrong.Text)
	}
	for name, answer := range map[string]testbrowser.Answer{
		"no form":           b.Post(codeAt, url.Values{"code": {h.code(key)}}),
		"another site":      b.Post(codeAt, testbrowser.With(page.Form(t, codeAt), "code", h.code(key)), "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"),
		"another browser's": b.Post(codeAt, testbrowser.With(h.browser().Get("/account/sign-in").Form(t, "/account/sign-in"), "code", h.code(key))),
	} {
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d, want it refused", name, answer.StatusCode)
		}
	}
	// Another browser does not have what this one has after the password.
	if answer := h.browser().Get(codeAt); !strings.HasPrefix(answer.Header.Get("Location"), "/account/sign-in?") {
		t.Errorf("got %d in another browser, want the password asked for", answer.StatusCode)
	}
	done := b.Post(codeAt, testbrowser.With(page.Form(t, codeAt), "code", h.code(key)))
	if done.Header.Get("Location") != next {
		t.Errorf("got %d to %q, want the page that was asked for\n%s", done.StatusCode, done.Header.Get("Location"), done.Text)
	}
	if page := b.Get("/account/sessions"); page.StatusCode != http.StatusOK {
		t.Errorf("got %d, want to be signed in", page.StatusCode)
	}
	if again := b.Post(codeAt, testbrowser.With(page.Form(t, codeAt), "code", h.code(key))); again.StatusCode == http.StatusOK {
		t.Error("got the form taken twice")
	}

	other := h.browser()
	other.signIn("")
	recovery := other.Get(codeAt + "?with=recovery")
	if !strings.Contains(recovery.Text, "Recovery code</label>") || strings.Contains(recovery.Text, "one-time-code") {
		t.Errorf("got\n%s\nwant a recovery code asked for", recovery.Text)
	}
	if wrong := other.Post(codeAt, testbrowser.With(recovery.Form(t, codeAt), "code", "abcd")); wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, "This recovery code is wrong") {
		t.Errorf("got %d\n%s", wrong.StatusCode, wrong.Text)
	}
	if done := other.Post(codeAt, testbrowser.With(recovery.Form(t, codeAt), "code", strings.ToUpper(codes[4]))); done.Header.Get("Location") != "/dashboard" {
		t.Errorf("got %d, want to be signed in\n%s", done.StatusCode, done.Text)
	}
	if page := other.Get(twoStepAt); !strings.Contains(page.Text, "9 unused codes are left") {
		t.Errorf("got\n%s\nwant nine left", page.Text)
	}
}

// TestWrongCodesByPage asks for the password again after some, and slows down after that.
func TestWrongCodesByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	desk, b := h.browser(), h.browser()
	desk.signIn("")
	key, _ := desk.turnOn()
	b.signIn("/account/email")
	form := b.Get(codeAt+"?next=/account/email").Form(t, codeAt)
	for range fund.PendingSignInTries - 1 {
		if wrong := b.Post(codeAt, testbrowser.With(form, "code", "1")); wrong.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("got %d, want it wrong", wrong.StatusCode)
		}
	}
	for range 2 {
		if over := b.Post(codeAt, testbrowser.With(form, "code", "1")); over.Header.Get("Location") != "/account/sign-in?next=%2Faccount%2Femail" {
			t.Errorf("got %d to %q, want the password asked for again", over.StatusCode, over.Header.Get("Location"))
		}
	}
	b.signIn("")
	late := b.Post(codeAt, testbrowser.With(b.Get(codeAt).Form(t, codeAt), "code", h.code(key)))
	if late.StatusCode != http.StatusTooManyRequests || late.Header.Get("Retry-After") != "5" || !strings.Contains(late.Text, "Try again in 5 seconds.") {
		t.Errorf("got %d with %q\n%s", late.StatusCode, late.Header.Get("Retry-After"), late.Text)
	}
	h.Clock.Advance(5 * time.Second)
	if done := b.Post(codeAt, testbrowser.With(b.Get(codeAt).Form(t, codeAt), "code", h.code(key))); done.Header.Get("Location") != "/dashboard" {
		t.Errorf("got %d, want to be signed in", done.StatusCode)
	}
}

// TestSensitivePagesAskAgain asks for the password after ten minutes, and leads back to where it was asked for.
func TestSensitivePagesAskAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	b.signIn("")
	begin := b.Get(twoStepAt).Form(t, setUpAt)
	b.Post(setUpAt, begin)
	confirm := b.Get(setUpAt).Form(t, turnOnAt)
	h.Clock.Advance(fund.ProofLife)
	for name, c := range map[string]struct {
		answer testbrowser.Answer
		back   string
	}{
		"the key": {b.Get(setUpAt), setUpAt}, "begin": {b.Post(setUpAt, begin), twoStepAt}, "confirm": {b.Post(turnOnAt, confirm), setUpAt},
		"codes": {b.Post(codesAt, begin), twoStepAt}, "off": {b.Post(offAt, begin), twoStepAt},
	} {
		if back := c.answer.LedTo(t, proveAt).Get("next"); back != c.back {
			t.Errorf("%s: got led back to %q, want %q", name, back, c.back)
		}
	}
	page := b.Get(proveAt + "?next=" + url.QueryEscape(setUpAt))
	wrong := b.Post(proveAt, testbrowser.With(page.Form(t, proveAt), "password", "no password"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `role="alert">The password is wrong.`) || !strings.Contains(wrong.Text, "<title>Error: Confirm") ||
		strings.Contains(wrong.Text, "no password") {
		t.Errorf("got %d\n%s", wrong.StatusCode, wrong.Text)
	}
	if right := b.Post(proveAt, testbrowser.With(page.Form(t, proveAt), "password", password)); right.Header.Get("Location") != setUpAt {
		t.Errorf("got %d to %q, want to be led back", right.StatusCode, right.Header.Get("Location"))
	}
	if page := b.Get(setUpAt); page.StatusCode != http.StatusOK {
		t.Errorf("got %d, want the key shown", page.StatusCode)
	}
	for _, away := range []string{"https://evil.test/", "//evil.test/", "/@ana", "javascript:alert(1)"} {
		page := b.Get(proveAt + "?next=" + url.QueryEscape(away))
		if strings.Contains(html.UnescapeString(page.Text), away+`"`) {
			t.Errorf("%s: got a page that leads there", away)
		}
		if right := b.Post(proveAt, testbrowser.With(page.Form(t, proveAt), "password", password, "next", away)); right.Header.Get("Location") != "/dashboard" {
			t.Errorf("%s: got led to %q", away, right.Header.Get("Location"))
		}
	}
	for range 6 {
		wrong = b.Post(proveAt, testbrowser.With(page.Form(t, proveAt), "password", "no password"))
	}
	if wrong.StatusCode != http.StatusTooManyRequests || wrong.Header.Get("Retry-After") == "" {
		t.Errorf("got %d, want guesses slowed down", wrong.StatusCode)
	}
}
