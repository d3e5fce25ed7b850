package browser_test

import (
	"context"
	"net"
	"os/exec"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// named runs the server of a demo under a name, because browsers make no passkeys at a number, until the test ends.
func (h house) named(t *testing.T) house {
	t.Helper()
	h.stop()
	l := must.Get(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	at := l.Addr().String()
	must.Do(t, l.Close())
	_, port, _ := net.SplitHostPort(at)
	h.BaseURL = "http://localhost:" + port
	server := exec.CommandContext(context.WithoutCancel(t.Context()), h.binary, "serve", "--sandbox", "--addr", at, "--base-url", h.BaseURL, "--db", h.db, "--log-level", "warn")
	log := testnode.Launch(t, server)
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil || log.Len() > 0 {
			t.Errorf("got %v and the log\n%s\nwant a clean stop and no warning", err, log)
		}
	})
	return h
}

// device is what the browser has for passkeys.
func (w window) device() webauthn.AuthenticatorID {
	w.t.Helper()
	var id webauthn.AuthenticatorID
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		made, err := cdp.Call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		id = made.AuthenticatorID
		return err
	}))
	return id
}

// verified says whether the device recognizes its owner from now on.
func (w window) verified(id webauthn.AuthenticatorID, is bool) {
	w.t.Helper()
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: id, IsUserVerified: is})
		return err
	}))
}

// TestAPasskeyInChromium adds a passkey with the device of Chromium, and signs in with it, without a name and a password. A device that does not recognize its owner
// gives none.
func TestAPasskeyInChromium(t *testing.T) {
	t.Parallel()
	h := start(t).named(t)
	v := &tour{window: open(t), house: h, part: "passkeys", paths: &paths{}}
	v.do(speaks("en"))
	phone := v.device()
	user := h.Users[0]
	v.do(chromedp.Navigate(v.BaseURL+"/account/sign-in"), chromedp.SetValue("#email", user.Email), chromedp.SetValue("#password", user.Password))
	v.state("sign in")
	v.send(`location.pathname == "/dashboard"`)
	v.at("passkeys", "/account/passkeys")
	v.do(chromedp.SetValue("#name", "My phone"))
	v.send(`document.querySelector(".rows h2")?.textContent == "My phone"`)
	v.state("passkey added")
	v.at("ask again", "/account/prove?next=/account/passkeys")
	v.press("form.passkey button", `location.pathname == "/account/passkeys"`)

	v.do(chromedp.Navigate(v.BaseURL + "/account/sessions"))
	v.press(".who button", `document.querySelector("form.passkey:not([hidden])")`)
	v.verified(phone, false)
	v.press("form.passkey button", `document.querySelector("[data-failed]:not([hidden])")`)
	v.state("sign in failed")
	v.verified(phone, true)
	v.press("form.passkey button", `location.pathname == "/dashboard"`)
	v.at("passkeys used", "/account/passkeys")
	v.press(".rows button", `!document.querySelector(".rows")`)
}
