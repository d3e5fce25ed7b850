package poster_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/almoner/almoner/internal/poster"
	"github.com/almoner/almoner/internal/shade"
)

var green = shade.RGB{R: 0.04, G: 0.42, B: 0.31}

func drawn(t *testing.T, p poster.Poster) image.Image {
	t.Helper()
	file, err := p.Draw()
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(file))
	if err != nil || picture.Bounds() != image.Rect(0, 0, poster.Width, poster.Height) {
		t.Fatalf("got %v, %v, want a PNG of 1200 × 630", picture.Bounds(), err)
	}
	return picture
}

// inked reports whether anything dark is in an area.
func inked(picture image.Image, area image.Rectangle) bool {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 0x90 { //nolint:forcetypeassert // what the model makes
				return true
			}
		}
	}
	return false
}

// Where the name and the bar are.
var (
	nameArea = image.Rect(64, 270, 1136, 430)
	barEnd   = image.Rect(1000, 455, 1130, 470)
)

func TestScriptsThatTheFontLacksAreLeftOut(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"Light up the harbor": true, "Für Kinder – schnell": true, "Ελπίδα": true, "Надежда": true, "": false, "猫の家": false, "أمل": false, "Run 🎮": true, "🎮": false, "Run ⚓️ now": true, "Run 猫": false, "مرحبا Run": false,
	} {
		if got := inked(drawn(t, poster.Poster{Name: name, Share: -1, Accent: green}), nameArea); got != want {
			t.Errorf("%q: got it drawn: %t, want %t", name, got, want)
		}
	}
}

func TestBarIsAsLongAsTheShare(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]bool{-1: false, 0: false, 0.5: false, 1: true, 7: true} {
		if got := inked(drawn(t, poster.Poster{Share: share, Accent: green}), barEnd); got != want {
			t.Errorf("%v: got the end of the bar reached: %t, want %t", share, got, want)
		}
	}
}

func TestLongNamesStayWithinThePoster(t *testing.T) {
	t.Parallel()
	long := poster.Poster{Share: -1, Accent: green}
	for range 200 {
		long.Name, long.For, long.Site = long.Name+"wordswithoutend ", long.For+"wide", long.Site+"site"
	}
	if picture := drawn(t, long); inked(picture, image.Rect(1150, 260, poster.Width, poster.Height)) {
		t.Error("got letters in the margin, want the name cut")
	}
}

func TestCoverIsShown(t *testing.T) {
	t.Parallel()
	cover := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for i := range cover.Pix {
		cover.Pix[i] = map[bool]uint8{true: 0xff, false: 0}[i%4 == 3]
	}
	var file bytes.Buffer
	if err := png.Encode(&file, cover); err != nil {
		t.Fatal(err)
	}
	if !inked(drawn(t, poster.Poster{Share: -1, Accent: green, Cover: file.Bytes()}), image.Rect(0, 0, 1200, 100)) {
		t.Error("got no cover")
	}
	if _, err := (poster.Poster{Cover: []byte("no picture")}).Draw(); err == nil {
		t.Error("got a poster, want an error of a cover that is no picture")
	}
}

func BenchmarkDraw(b *testing.B) {
	p := poster.Poster{Name: "Light up the harbor for everybody who is out there tonight", For: "for Open Harbor", Total: "$12,345.67", Rest: "raised of $20,000", Site: "Almoner", Share: 0.6, Accent: green}
	for b.Loop() {
		if _, err := p.Draw(); err != nil {
			b.Fatal(err)
		}
	}
}
