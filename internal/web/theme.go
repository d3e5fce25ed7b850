package web

import (
	"cmp"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/ui"
)

// themeOf is the theme of the pages of a fact: its own, else that of its event or cause; nil is the site's.
func themeOf(f fund.Fact) *ui.Theme {
	return ui.ThemeOf(cmp.Or(f.Color, f.ColorFallback))
}
