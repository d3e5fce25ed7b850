package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSiteName is how many characters the name of a site may have.
const MaxSiteName = 60

// Site is what the pages say of whoever runs the server.
type Site struct {
	Name    SiteName `help:"Name of the site, in the title and at the top of every page (default: ${default})." default:"Almoner" placeholder:"NAME"`
	Logo    string   `help:"File of the site's picture, a square JPEG, PNG, GIF or WebP of at least 64 × 64 pixels, for the top of every page and for tabs of browsers." type:"path" placeholder:"FILE"`
	Accent  string   `help:"Color of buttons, links and bars, where a cause has none of its own: #0b6b50. It has to be readable on white." placeholder:"#RRGGBB"`
	Contact Sender   `help:"Whom visitors write to, in the footer of every page and in /.well-known/security.txt." placeholder:"ADDRESS"`
	Privacy WebURL   `help:"Address of the privacy policy, for the footer of every page." placeholder:"URL"`
	Terms   WebURL   `help:"Address of the terms of use, for the footer of every page." placeholder:"URL"`
	Legal   WebURL   `help:"Address of the page that says who runs the site, as the law of many countries wants, for the footer of every page." placeholder:"URL"`
}

// SiteName is the name of a site.
type SiteName string

// UnmarshalText reads a name of one line.
func (s *SiteName) UnmarshalText(text []byte) error {
	name := strings.TrimSpace(string(text))
	switch {
	case name == "":
		return errors.New("is empty; write the name of the site")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Errorf("%q has signs that cannot be shown; write a name of one line", name)
	case utf8.RuneCountInString(name) > MaxSiteName:
		return fmt.Errorf("%q is too long; write at most %d characters", name, MaxSiteName)
	}
	*s = SiteName(name)
	return nil
}
