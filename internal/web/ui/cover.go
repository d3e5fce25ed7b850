package ui

import (
	"strconv"
	"strings"
)

// The view box of a drawn cover, in its own units.
const (
	coverWidth  = 1200
	coverHeight = 400
)

// ridgeSteps is how many hills a ridge of a drawn cover has.
const ridgeSteps = 4

// Cover is the wide picture at the top of a page or a card. Where nobody chose one, a landscape is drawn.
type Cover struct {
	// Src is the address of the picture, and Wide that of a larger one for large screens; "" for none.
	Src, Wide string
	// Lazy is set where the picture may come later: when its visitor is near.
	Lazy bool
	// Hue is the color of the drawn landscape, Sun where its sun is, and Ridges the outlines of its hills, the farthest first.
	Hue    int
	Sun    Point
	Ridges []string
}

// Point is a place in a drawing, in its own units.
type Point struct{ X, Y int }

// NewCover is the cover of something. Seed chooses what is drawn: the same each time. Src is the address of its picture; "" for none.
func NewCover(seed, src string) Cover {
	c := Cover{Src: src, Hue: int(hash(seed) % hues)}
	if src != "" {
		return c
	}
	random := hash("cover " + seed)
	next := func(below uint32) int {
		random = random*1664525 + 1013904223 // Numerical Recipes: any sequence will do, as long as it never changes
		return int((random >> 8) % below)
	}
	c.Sun = Point{coverWidth/6 + next(coverWidth*2/3), coverHeight/4 + next(coverHeight/5)}
	for far := range 3 {
		c.Ridges = append(c.Ridges, ridge(coverHeight*(9+3*far)/20, next))
	}
	return c
}

// ridge is the outline of hills that are about that far below the top.
func ridge(top int, next func(uint32) int) string {
	const span = coverWidth / ridgeSteps
	at := func() string { return strconv.Itoa(top - 40 + next(80)) }
	var path strings.Builder
	path.WriteString("M0 " + at())
	for step := range ridgeSteps {
		x := step * span
		path.WriteString("C" + strconv.Itoa(x+span/2) + " " + at() + " " + strconv.Itoa(x+span/2) + " " + at() + " " + strconv.Itoa(x+span) + " " + at())
	}
	path.WriteString("V" + strconv.Itoa(coverHeight) + "H0Z")
	return path.String()
}
