package ui

import (
	"cmp"
	"net/url"
	"strings"
)

// Captcha is the widget of a form. Its script puts what it says of the sender into a field of the form; without scripts there is none, and the form is
// sent without it.
type Captcha struct {
	// Class is how the service's script knows its place in the page.
	Class, SiteKey, Script string
	// Needs are the sources that the page has to allow for it.
	Needs Sources
}

// CaptchaFields are where widgets put what they say. hCaptcha fills that of reCAPTCHA, too, with the same.
var CaptchaFields = []string{"cf-turnstile-response", "h-captcha-response", "g-recaptcha-response"}

// CaptchaOf makes the widget of a service, which is known by the host of its script; nil if there is none. The sources are those of the
// services' own manuals. A service that nobody here knows is taken for one that follows one of them, and loads from
// where its script is only.
func CaptchaOf(siteKey, script string, there bool) *Captcha {
	if !there {
		return nil
	}
	c := &Captcha{SiteKey: siteKey, Script: script}
	u, err := url.Parse(script)
	if err != nil {
		u = &url.URL{}
	}
	origin := u.Scheme + "://" + u.Host
	switch host := u.Hostname(); {
	case host == "challenges.cloudflare.com":
		c.Class, c.Needs = "cf-turnstile", Sources{Scripts: origin, Frames: origin}
	case host == "hcaptcha.com" || strings.HasSuffix(host, ".hcaptcha.com"):
		const all = "https://hcaptcha.com https://*.hcaptcha.com"
		c.Class, c.Needs = "h-captcha", Sources{Scripts: all, Frames: all, Styles: all, Connections: all}
	case host == "www.google.com" || host == "www.recaptcha.net":
		own := origin + "/recaptcha/"
		c.Class, c.Needs = "g-recaptcha", Sources{
			Scripts: own + " https://www.gstatic.com/recaptcha/ https://www.gstatic.cn/recaptcha/",
			Frames:  own + " https://recaptcha.google.com/recaptcha/",
		}
	default:
		c.Class, c.Needs = "cf-turnstile h-captcha g-recaptcha", Sources{Scripts: origin, Frames: origin, Styles: origin, Connections: origin}
	}
	return c
}

// CaptchaToken is what the widget says of who sent a form; "" for nothing.
func CaptchaToken(form url.Values) string {
	said := make([]string, 0, len(CaptchaFields))
	for _, field := range CaptchaFields {
		said = append(said, form.Get(field))
	}
	return cmp.Or(said...)
}
