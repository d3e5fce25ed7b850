// Package shade computes with the colors that causes and sites choose: how well a text stands out (WCAG 2.2), which similar color would do, and the
// two that a theme needs, for light and for dark pages.
//
// The arithmetic of colors is OKLCH, in which a color keeps its look when only its lightness changes; the contrast is WCAG's, of sRGB.
package shade

import (
	"fmt"
	"math"
	"strconv"
)

// Enough is the contrast that a text needs against what it stands on: WCAG 2.2, 1.4.3 (AA).
const Enough = 4.5

// RGB is a color of sRGB, each part from 0 to 1.
type RGB struct{ R, G, B float64 }

// Parse reads "#rrggbb" or "#rgb", in any case; false for anything else.
func Parse(text string) (RGB, bool) {
	if len(text) == 4 && text[0] == '#' {
		text = "#" + text[1:2] + text[1:2] + text[2:3] + text[2:3] + text[3:] + text[3:]
	}
	if len(text) != 7 || text[0] != '#' || text[1] == '+' || text[1] == '-' {
		return RGB{}, false
	}
	n, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return RGB{}, false
	}
	part := func(shift int) float64 { return float64(n>>shift&0xff) / 255 }
	return RGB{part(16), part(8), part(0)}, true
}

// String is the color as "#rrggbb".
func (c RGB) String() string {
	part := func(v float64) int { return int(math.Round(clamp(v) * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", part(c.R), part(c.G), part(c.B))
}

func clamp(v float64) float64 { return max(0, min(1, v)) }

// linear undoes the transfer function of sRGB.
func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// encoded is the inverse of linear.
func encoded(v float64) float64 {
	if v <= 0.0031308 {
		return v * 12.92
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}

// luminance is WCAG's relative luminance, from 0 to 1.
func (c RGB) luminance() float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast is the contrast ratio of two colors, from 1 to 21.
func Contrast(a, b RGB) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// Over is what a color looks like that lies over another with that opacity, from 0 to 1.
func (c RGB) Over(ground RGB, opacity float64) RGB {
	mix := func(above, below float64) float64 { return above*opacity + below*(1-opacity) }
	return RGB{mix(c.R, ground.R), mix(c.G, ground.G), mix(c.B, ground.B)}
}

// LCH is a color of OKLCH: lightness from 0 to 1, chroma, and hue in degrees.
type LCH struct{ L, C, H float64 }

// CSS are the parts of the color as the function oklch of CSS takes them: "45.2% .098 164.1".
func (c LCH) CSS() string {
	number := func(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	return number(c.L*100, 1) + "% " + number(c.C, 3) + " " + number(c.H, 1)
}

// LCH converts the color to OKLCH (https://bottosson.github.io/posts/oklab/, read 2026-11-29).
func (c RGB) LCH() LCH {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	lightness := 0.2104542553*l + 0.7936177850*m - 0.0040720468*s
	x := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	y := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	hue := math.Atan2(y, x) * 180 / math.Pi
	if hue < 0 {
		hue += 360
	}
	return LCH{lightness, math.Hypot(x, y), hue}
}

// whole converts the color to sRGB, and reports whether that has it.
func (c LCH) whole() (RGB, bool) {
	x, y := c.C*math.Cos(c.H*math.Pi/180), c.C*math.Sin(c.H*math.Pi/180)
	l := cube(c.L + 0.3963377774*x + 0.2158037573*y)
	m := cube(c.L - 0.1055613458*x - 0.0638541728*y)
	s := cube(c.L - 0.0894841775*x - 1.2914855480*y)
	rgb := RGB{
		encoded(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		encoded(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		encoded(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
	}
	const rounding = 1e-4
	fits := true
	for _, v := range []float64{rgb.R, rgb.G, rgb.B} {
		fits = fits && v >= -rounding && v <= 1+rounding
	}
	return RGB{clamp(rgb.R), clamp(rgb.G), clamp(rgb.B)}, fits
}

func cube(v float64) float64 { return v * v * v }

// chromaStep is by how much the chroma of a color is lowered until a screen has it.
const chromaStep = 0.002

// fit is the color with as much of its chroma as sRGB has at its lightness and hue.
func (c LCH) fit() (LCH, RGB) {
	for ; c.C > 0; c.C -= chromaStep {
		if rgb, fits := c.whole(); fits {
			return c, rgb
		}
	}
	c.C = 0
	rgb, _ := c.whole()
	return c, rgb
}
