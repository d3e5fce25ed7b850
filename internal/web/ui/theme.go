package ui

import (
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/shade"
)

// themeName begins the name of a theme: the digits of its color follow, and the hash of its content.
const themeName = "theme-"

// digits is how many digits a color has.
const digits = 6

// Theme is the style sheet that gives a page another accent color, beside Style. Its name has the color, so that every node serves every theme without
// having made the page that asks for it.
type Theme struct {
	color string
	asset *Asset
}

// ThemeOf is the theme of a color, "#0b6b50"; nil for what is none. A color that cannot be read on light pages becomes the nearest one that can.
func ThemeOf(color string) *Theme {
	c, ok := shade.Parse(color)
	if !ok {
		return nil
	}
	c = shade.Readable(c)
	color = c.String()
	return &Theme{color, newAsset(themeName+strings.TrimPrefix(color, "#")+".css", sheetOf(shade.AccentOf(c)))}
}

// sheetOf is the style sheet of an accent. It stands in the layer of the tokens, and comes after them.
func sheetOf(a shade.Accent) []byte {
	rule := func(accent, on shade.LCH) string {
		return fmt.Sprintf(":root{--lch-accent:%s;--lch-on-accent:%s}", accent.CSS(), on.CSS())
	}
	return []byte("@layer base{" + rule(a.Light, a.OnLight) + "@media (prefers-color-scheme:dark){" + rule(a.Dark, a.OnDark) + "}}\n")
}

// Path is where the theme is; "" for none, which a page leaves out.
func (t *Theme) Path() string {
	if t == nil {
		return ""
	}
	return t.asset.Path()
}

// Color is the accent color of light pages, "#0b6b50"; "" for no theme.
func (t *Theme) Color() string {
	if t == nil {
		return ""
	}
	return t.color
}

// findTheme is the theme of that name; nil for one that never was.
func findTheme(name string) *Asset {
	rest, is := strings.CutPrefix(name, themeName)
	if !is || len(rest) < digits {
		return nil
	}
	if theme := ThemeOf("#" + rest[:digits]); theme != nil && theme.asset.name == name {
		return theme.asset
	}
	return nil
}
