package web_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
)

// fakeCaptcha lets those pass who say "person", and remembers what it was asked.
type fakeCaptcha struct {
	script string
	asked  []string
}

func (c *fakeCaptcha) Passed(_ context.Context, token string, _ netip.Addr) (bool, error) {
	c.asked = append(c.asked, token)
	return token == "person", nil
}

func (c *fakeCaptcha) Widget() (siteKey, scriptURL string) { return "site-key", c.script }

func newGuardedHouse(t *testing.T, script string) (*house, *fakeCaptcha) {
	t.Helper()
	captcha := &fakeCaptcha{script: script}
	return newHouse(t, func(o *app.Options) { o.Captcha = captcha }), captcha
}

func TestTheDonatePageShowsTheCaptcha(t *testing.T) {
	t.Parallel()
	const hcaptcha = "https://hcaptcha.com https://*.hcaptcha.com"
	for script, c := range map[string]struct{ class, styles, rules string }{
		"https://challenges.cloudflare.com/turnstile/v0/api.js": {
			"cf-turnstile", "", "script-src https://challenges.cloudflare.com; frame-src https://challenges.cloudflare.com; ",
		},
		"https://js.hcaptcha.com/1/api.js": {
			"h-captcha", " " + hcaptcha, "script-src " + hcaptcha + "; frame-src " + hcaptcha + "; connect-src " + hcaptcha + "; ",
		},
		"https://www.google.com/recaptcha/api.js": {
			"g-recaptcha", "", "script-src https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/ https://www.gstatic.cn/recaptcha/; " +
				"frame-src https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/; ",
		},
		"https://captcha.example:8443/w.js": {
			"cf-turnstile h-captcha g-recaptcha", " https://captcha.example:8443",
			"script-src https://captcha.example:8443; frame-src https://captcha.example:8443; connect-src https://captcha.example:8443; ",
		},
	} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			h, _ := newGuardedHouse(t, script)
			got := h.donor().get(page)
			for _, want := range []string{`<script src="` + script + `" async defer></script>`, `<div class="captcha ` + c.class + `" data-sitekey="site-key"></div>`} {
				if !strings.Contains(got.body, want) {
					t.Errorf("got a page without %q:\n%s", want, got.body)
				}
			}
			want := "default-src 'none'; style-src 'self'" + c.styles + "; img-src 'self'; base-uri 'none'; " + c.rules +
				"form-action 'self' " + h.url + " https://pay.example; frame-ancestors 'none'"
			if policy := got.Header.Get("Content-Security-Policy"); policy != want {
				t.Errorf("got the policy\n%s\nwant\n%s", policy, want)
			}
			if referrer := got.Header.Get("Referrer-Policy"); referrer != "strict-origin" {
				t.Errorf("got Referrer-Policy %q, want the origin told only", referrer)
			}
			if other := h.donor().get("/@ana/run"); other.Header.Get("Content-Security-Policy") != followPolicy {
				t.Errorf("got %s for a page without a form, want it as it was", other.Header.Get("Content-Security-Policy"))
			}
		})
	}
}

func TestWhoPassesTheCaptchaNeedNotWait(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"cf-turnstile-response", "h-captcha-response", "g-recaptcha-response"} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			h, captcha := newGuardedHouse(t, "https://challenges.cloudflare.com/turnstile/v0/api.js")
			g := h.donor()
			// Without a script nobody has a token: they give as ever, and wait as ever.
			var last answer
			for i := range int64(6) {
				last = g.give(page, "preset", "10.00", "comment", number(i))
			}
			if last.StatusCode != http.StatusTooManyRequests || len(captcha.asked) != 0 {
				t.Errorf("got %d for the sixth gift, and %q asked; want 429 and nothing asked", last.StatusCode, captcha.asked)
			}
			form := last.form("preset", "10.00", "comment", "5", field, "robot")
			refused := g.send(http.MethodPost, page, form.Encode())
			if refused.StatusCode != http.StatusTooManyRequests || strings.Contains(refused.body, "robot") {
				t.Errorf("got %d for one who did not pass, want 429 and a form without the token", refused.StatusCode)
			}
			form.Set(field, "person")
			passed := g.send(http.MethodPost, page, form.Encode())
			if passed.StatusCode != http.StatusSeeOther || strings.Join(captcha.asked, " ") != "robot person" {
				t.Errorf("got %d, and %q asked; want 303 for the person", passed.StatusCode, captcha.asked)
			}
			// Another token does not make it another donation.
			form.Set(field, "another")
			if again := g.send(http.MethodPost, page, form.Encode()); again.Header.Get("Location") != passed.Header.Get("Location") {
				t.Errorf("got %d to %q for the same form, want the same payment %q", again.StatusCode, again.Header.Get("Location"), passed.Header.Get("Location"))
			}
		})
	}
}
