package web

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/api"
)

// widget is the captcha of the donate form. Its script puts what it says of the sender into a field of the form;
// without scripts there is none, and the form is sent without it.
type widget struct {
	// Class is how the service's script knows its place in the page.
	Class, SiteKey, Script string
	// needs are the sources that the page has to allow for it.
	needs sources
}

// sources are origins, or addresses below which everything is allowed, for each kind of thing that a page loads.
type sources struct{ scripts, frames, styles, connections, ancestors string }

// with are both sources together.
func (s sources) with(more sources) sources {
	both := func(a, b string) string { return strings.TrimSpace(a + " " + b) }
	return sources{
		scripts: both(s.scripts, more.scripts), frames: both(s.frames, more.frames), styles: both(s.styles, more.styles),
		connections: both(s.connections, more.connections), ancestors: both(s.ancestors, more.ancestors),
	}
}

// tokenFields are where widgets put what they say. hCaptcha fills that of reCAPTCHA, too, with the same.
var tokenFields = []string{"cf-turnstile-response", "h-captcha-response", "g-recaptcha-response"}

// captcha is the widget of donate forms; nil for none.
func (s *Site) captcha() *widget {
	siteKey, script, ok := s.app.CaptchaWidget()
	if !ok {
		return nil
	}
	return widgetOf(siteKey, script)
}

// widgetOf makes the widget of a service, which is known by the host of its script. The sources are those of the
// services' own manuals. A service that nobody here knows is taken for one that follows one of them, and loads from
// where its script is only.
func widgetOf(siteKey, script string) *widget {
	w := &widget{SiteKey: siteKey, Script: script}
	u, err := url.Parse(script)
	if err != nil {
		u = &url.URL{}
	}
	switch host := u.Hostname(); {
	case host == "challenges.cloudflare.com":
		w.Class, w.needs = "cf-turnstile", sources{scripts: api.Origin(script), frames: api.Origin(script)}
	case host == "hcaptcha.com" || strings.HasSuffix(host, ".hcaptcha.com"):
		const all = "https://hcaptcha.com https://*.hcaptcha.com"
		w.Class, w.needs = "h-captcha", sources{scripts: all, frames: all, styles: all, connections: all}
	case host == "www.google.com" || host == "www.recaptcha.net":
		own := api.Origin(script) + "/recaptcha/"
		w.Class, w.needs = "g-recaptcha", sources{
			scripts: own + " https://www.gstatic.com/recaptcha/ https://www.gstatic.cn/recaptcha/",
			frames:  own + " https://recaptcha.google.com/recaptcha/",
		}
	default:
		own := api.Origin(script)
		w.Class, w.needs = "cf-turnstile h-captcha g-recaptcha", sources{scripts: own, frames: own, styles: own, connections: own}
	}
	return w
}

// captchaToken is what the widget says of who sent the form; "" for nothing.
func (w donateForm) captchaToken() string {
	var said []string
	for _, field := range tokenFields {
		said = append(said, w.Get(field))
	}
	return cmp.Or(said...)
}
