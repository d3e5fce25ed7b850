package shade

// What accents stand on, as tokens.css of internal/web/ui has it: the paper and the cards of light and of dark pages. A test compares them.
var (
	LightPaper = LCH{0.99, 0.002, 100}
	LightCard  = LCH{1, 0, 0}
	DarkPaper  = LCH{0.18, 0.012, 255}
	DarkCard   = LCH{0.22, 0.015, 255}
)

const (
	// tint is how much of the accent is in the background of what is marked with it.
	tint = 0.08
	// darkLightness and darkChroma are those of accents on dark pages.
	darkLightness = 0.8
	darkChroma    = 0.12
	// step is by how much the lightness of a color is lowered until it stands out.
	step = 0.002
)

// white is what stands on an accent of light pages.
var white = RGB{1, 1, 1}

// Accent is the color of a theme's buttons, links and bars, for light and for dark pages, each with what is written on it.
type Accent struct{ Light, OnLight, Dark, OnDark LCH }

// LightContrast is the least contrast that a color has as an accent of light pages: as a text on paper, on a card and on its own tint, and below
// white text.
func LightContrast(c RGB) float64 {
	least := Contrast(c, white)
	for _, ground := range []LCH{LightPaper, LightCard} {
		_, rgb := ground.fit()
		least = min(least, Contrast(c, rgb), Contrast(c, c.Over(rgb, tint)))
	}
	return least
}

// darkContrast is LightContrast for dark pages, below the text on.
func darkContrast(c, on RGB) float64 {
	least := Contrast(c, on)
	for _, ground := range []LCH{DarkPaper, DarkCard} {
		_, rgb := ground.fit()
		least = min(least, Contrast(c, rgb), Contrast(c, c.Over(rgb, tint)))
	}
	return least
}

// Readable is the nearest color with enough contrast on light pages: the color itself, or a darker one of the same hue.
func Readable(c RGB) RGB {
	for at := c.LCH(); LightContrast(c) < Enough && at.L > 0; at.L -= step {
		_, rgb := at.fit()
		c, _ = Parse(rgb.String()) // as it will be written
	}
	return c
}

// AccentOf is the theme of a color: on light pages it is the color, or the nearest readable one; on dark ones a light color of the same hue.
func AccentOf(c RGB) Accent {
	light := Readable(c).LCH()
	dark, _ := LCH{darkLightness, min(light.C, darkChroma), light.H}.fit()
	onDark, _ := LCH{0.2, min(light.C, 0.04), light.H}.fit()
	return Accent{Light: light, OnLight: LCH{1, 0, 0}, Dark: dark, OnDark: onDark}
}

// DarkContrast is the least contrast of the accent on dark pages.
func (a Accent) DarkContrast() float64 {
	_, dark := a.Dark.fit()
	_, on := a.OnDark.fit()
	return darkContrast(dark, on)
}
