package server

import (
	"context"
	"os"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/media"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/shade"
	"github.com/almoner/almoner/internal/web/ui"
)

// siteLogo is the form of a site's picture: as tall as the header of pages on a screen with many pixels, and in the tab of a browser.
var siteLogo = media.Form{Name: "--site-logo", Across: 1, Down: 1, Widths: []int{64, 192}}

// brandOf is what pages say of whoever runs the node. It refuses a picture that cannot be read and a color that cannot be.
func brandOf(ctx context.Context, s config.Site) (ui.Brand, error) {
	brand := ui.Brand{
		Name: string(s.Name), Contact: s.Contact.Address.Address, Privacy: string(s.Privacy), Terms: string(s.Terms), Legal: string(s.Legal),
	}
	if s.Accent != "" {
		c, ok := shade.Parse(s.Accent)
		switch {
		case !ok:
			return brand, fault.New(fault.Conflict, "--site-accent: %q is not a color; write it like #0b6b50.", s.Accent)
		case shade.LightContrast(c) < shade.Enough:
			return brand, fault.New(fault.Conflict, "--site-accent: %s is too light to be read on white (contrast %.1f, at least %.1f); the nearest color that works is %s.",
				s.Accent, shade.LightContrast(c), shade.Enough, shade.Readable(c))
		}
		brand.Theme = ui.ThemeOf(s.Accent)
	}
	var err error
	brand.Logo, err = logoOf(ctx, s.Logo)
	return brand, err
}

// logoOf is the picture in a file, made safe and small; nil for no file.
func logoOf(ctx context.Context, file string) (*ui.Asset, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // no logo is no error
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "--site-logo: the file %s cannot be read.", file)
	}
	made, err := media.NewMaker().Make(ctx, siteLogo, content)
	if err != nil {
		return nil, err
	}
	return ui.NewPicture("logo."+made.Type, made.Sizes[len(made.Sizes)-1].Content), nil
}

// payLinks are the links of a site at the foot of the payment pages of the sandbox: those that the law wants there.
func payLinks(b ui.Brand) (links []sandbox.Link) {
	for _, link := range []sandbox.Link{{Name: "site.privacy", URL: b.Privacy}, {Name: "site.terms", URL: b.Terms}, {Name: "site.legal", URL: b.Legal}} {
		if link.URL != "" {
			links = append(links, link)
		}
	}
	return links
}
