package server

import (
	"context"
	"errors"
	"io/fs"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/ops"
)

// Check are all reasons for which Open would refuse the settings, as far as they can be seen without the database and without asking anybody. Nil
// stands among them for what is good. What the settings' own checks refuse, it leaves to them.
func Check(ctx context.Context, s Settings) []error {
	_, captcha := captchaOf(s.Captcha)
	_, speech := speechOf(s.Speech)
	_, accent := brandOf(ctx, config.Site{Accent: s.Site.Accent})
	_, logo := brandOf(ctx, config.Site{Logo: s.Site.Logo})
	_, key := readKeys(s.Secret.For(s.Database))
	if errors.Is(key, fs.ErrNotExist) {
		key = nil // it is made
	}
	all := []error{captcha, speech, accent, logo, key, ops.CheckFolder(s.Backups.Dir), checkCertificates(s.TLS)}
	providers, err := s.OpenID.Providers()
	if err != nil {
		return all
	}
	for _, p := range providers {
		_, err := openIDSecret(p)
		all = append(all, err)
	}
	return all
}
