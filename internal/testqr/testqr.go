// Package testqr reads QR codes in tests, as a phone does.
package testqr

import (
	"image"
	"image/color"
	"image/draw"
	"regexp"
	"strconv"
	"testing"

	qr "github.com/piglig/go-qr"

	"github.com/almoner/almoner/internal/must"
)

var (
	sideOf = regexp.MustCompile(`<svg [^>]*viewBox="0 0 (\d+) \d+" shape-rendering`)
	darkAt = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`)
)

// Read is what a phone reads from the QR code that a page has, or that is a drawing.
func Read(t testing.TB, drawing string) string {
	t.Helper()
	const scale = 4
	number := func(text string) int { return scale * must.Get(strconv.Atoi(text))(t) }
	side := sideOf.FindStringSubmatch(drawing)
	if side == nil {
		t.Fatalf("got %s, want a drawing", drawing)
	}
	seen := image.NewGray(image.Rect(0, 0, number(side[1]), number(side[1])))
	draw.Draw(seen, seen.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for _, run := range darkAt.FindAllStringSubmatch(drawing, -1) {
		x, y := number(run[1]), number(run[2])
		draw.Draw(seen, image.Rect(x, y, x+number(run[3]), y+scale), image.NewUniform(color.Black), image.Point{}, draw.Src)
	}
	return must.Get(qr.Decode(seen))(t)
}
