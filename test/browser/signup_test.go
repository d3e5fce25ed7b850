package browser_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testnode"
)

// captchaService tells people from programs: its widget is a box that people tick.
func captchaService(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		must.Get(w.Write([]byte(`document.querySelector(".captcha").innerHTML = '<label class="check"><input type="checkbox" name="cf-turnstile-response" value="person"><span>I am a person</span></label>';`)))(t)
	})
	mux.HandleFunc("POST /siteverify", func(w http.ResponseWriter, r *http.Request) {
		must.Get(fmt.Fprintf(w, `{"success":%t}`, r.PostFormValue("response") == "person"))(t)
	})
	service := httptest.NewServer(mux)
	t.Cleanup(service.Close)
	return service.URL
}

// signUps are the pages of a server where anybody makes an account, with a captcha.
func (v *tour) signUps() {
	v.t.Helper()
	service, post, at := captchaService(v.t), testmail.Start(v.t, testmail.Options{}), testnode.Free(v.t)
	data := house{binary: v.binary, data: v.t.TempDir()}
	testnode.Filled(v.t, data.data, false)
	data.db = "sqlite:" + data.data + "/almoner.db"
	data.command(v.t, "setting", "set", "sign_up", "open")
	v.BaseURL = "http://" + at
	server := exec.CommandContext(context.WithoutCancel(v.t.Context()), v.binary, "serve", "--sandbox", "--addr", at, "--base-url", v.BaseURL, "--db", data.db, "--log-level", "warn",
		"--mail-server", post.URL(), "--mail-from", "Open Harbor <receipts@give.test>", "--mail-anyone",
		"--captcha-verify-url", service+"/siteverify", "--captcha-secret", "secret", "--captcha-site-key", "key", "--captcha-script", service+"/api.js")
	log := testnode.Launch(v.t, server)
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil || log.Len() > 0 {
			v.t.Errorf("got %v and the log\n%s\nwant a clean stop and no warning", err, log)
		}
	}()
	v.post = post
	const box, guest = `.captcha input`, "guest@example.org"
	v.do(chromedp.Navigate(v.BaseURL + "/account/sign-up"))
	v.shown(`document.querySelector("` + box + `")`)
	v.state("sign up")
	v.send(`document.querySelector("[role=alert]")`)
	v.state("sign up with nothing")
	v.do(chromedp.SetValue("#email", guest))
	v.send(`document.getElementById("captcha-problem")`)
	v.state("sign up as a program")
	v.shown(`document.querySelector("` + box + `")`)
	v.do(chromedp.SetValue("#email", guest), chromedp.Click(box))
	v.send(`!document.getElementById("email")`)
	v.state("sign up sent")
	v.at("account of who signs up", v.linkTo(guest, "/account/join"))
	v.do(chromedp.SetValue("#username", "Guest"), chromedp.SetValue("#password", "four words of my own"))
	v.send(`location.pathname === "/dashboard"`)
	v.state("dashboard of who signed up")
}
