package server

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/captcha"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
)

// captchaOf is the captcha of the donate form; nil for none.
func captchaOf(c config.Captcha) (app.Captcha, error) {
	switch {
	case !c.Set():
		return nil, nil //nolint:nilnil // no captcha is no error
	case c.Incomplete():
		return nil, fault.New(fault.Conflict,
			"A captcha needs all of --captcha-verify-url, --captcha-secret, --captcha-site-key and --captcha-script; set what is missing, or none of them.")
	}
	return captcha.New(captcha.Options{
		VerifyURL: string(c.VerifyURL), Secret: c.Secret, SiteKey: c.SiteKey, ScriptURL: string(c.Script),
	}), nil
}
