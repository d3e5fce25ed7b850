package web_test

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
	sideOf = regexp.MustCompile(`viewBox="0 0 (\d+) `)
	darkAt = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-\d+z`)
)

// scanned is what a phone reads from a QR code that is an SVG.
func scanned(t *testing.T, drawing string) string {
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

func TestQRCodesLeadToDonatePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, want := range map[string]string{"/@ana/run/qr.svg": "/@ana/run/donate", "/cause/water/qr.svg": "/cause/water/donate"} {
		if got := scanned(t, h.donor().get(path).body); got != h.url+want {
			t.Errorf("%s: got a code of %s, want %s", path, got, h.url+want)
		}
	}
}
