// Package poster draws the picture that other sites show beside a link to a fundraiser: its name, whom it is for, what it has raised, and how far
// that is from its goal.
//
// The letters are those of package typeface. A line with any other letter is left out as a whole, because half a name is
// worse than none; emoji and other signs that the fonts lack are left out alone. Drawing takes about 20 ms and 5 MB: callers say how often.
package poster

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // covers are JPEG or PNG
	"image/png"
	"strings"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"github.com/almoner/almoner/internal/shade"
	"github.com/almoner/almoner/internal/typeface"
)

// The size of a poster in pixels: what Facebook, Discord, Slack and X show uncropped.
const (
	Width  = 1200
	Height = 630
)

// Poster is what a picture says. An empty line is left out.
type Poster struct {
	// Name is the fundraiser's, For says whom it is for, Total what it has raised, Rest how that is named, and Site whose page it is.
	Name, For, Total, Rest, Site string
	// Share is how much of the goal is reached, from 0 to 1; negative without a goal.
	Share float64
	// Accent is the color of the bar.
	Accent shade.RGB
	// Cover is the file of a JPEG or PNG; nil for none.
	Cover []byte
}

// Where things are, in pixels.
const (
	margin   = 64
	coverEnd = 250
	barTop   = 450
	barTall  = 28
	lineTall = 66
)

// The colors of all posters.
var (
	paper = color.RGBA{0xfd, 0xfd, 0xfc, 0xff}
	ink   = color.RGBA{0x18, 0x1f, 0x2a, 0xff}
	quiet = color.RGBA{0x50, 0x5a, 0x68, 0xff}
	track = color.RGBA{0xe3, 0xe6, 0xea, 0xff}
)

// Draw draws the poster as PNG.
func (p Poster) Draw() ([]byte, error) {
	on := image.NewRGBA(image.Rect(0, 0, Width, Height))
	fill(on, on.Bounds(), paper)
	if err := p.drawCover(on); err != nil {
		return nil, err
	}
	pen := pen{on: on}
	y := coverEnd + lineTall
	for _, line := range pen.wrapped(p.Name, bold(54), 2) {
		pen.write(line, margin, y, bold(54), ink)
		y += lineTall - 4
	}
	pen.write(pen.cut(p.For, regular(32)), margin, y, regular(32), quiet)
	if p.Share >= 0 {
		p.drawBar(on)
	}
	end := pen.write(p.Total, margin, barTop+barTall+74, bold(60), ink)
	pen.write(p.Rest, end+16, barTop+barTall+74, regular(32), quiet)
	site := pen.cut(p.Site, regular(28))
	pen.write(site, Width-margin-font.MeasureString(regular(28), site).Ceil(), Height-28, regular(28), quiet)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, on); err != nil {
		return nil, fmt.Errorf("encode a poster: %w", err)
	}
	return out.Bytes(), nil
}

// drawCover draws the cover, or the accent where there is none.
func (p Poster) drawCover(on *image.RGBA) error {
	area := image.Rect(0, 0, Width, coverEnd)
	if p.Cover == nil {
		fill(on, area, rgba(p.Accent.Over(shade.RGB{R: 1, G: 1, B: 1}, 0.25)))
		fill(on, image.Rect(0, coverEnd-10, Width, coverEnd), rgba(p.Accent))
		return nil
	}
	cover, _, err := image.Decode(bytes.NewReader(p.Cover))
	if err != nil {
		return fmt.Errorf("cover of a poster: %w", err)
	}
	from := cover.Bounds()
	if tall := from.Dx() * coverEnd / Width; tall < from.Dy() {
		from.Min.Y += (from.Dy() - tall) / 2
		from.Max.Y = from.Min.Y + tall
	}
	draw.ApproxBiLinear.Scale(on, area, cover, from, draw.Src, nil)
	return nil
}

// drawBar draws the bar of the goal.
func (p Poster) drawBar(on *image.RGBA) {
	whole := image.Rect(margin, barTop, Width-margin, barTop+barTall)
	round(on, whole, track)
	reached := whole
	reached.Max.X = whole.Min.X + int(float64(whole.Dx())*min(1, p.Share))
	if p.Share > 0 {
		reached.Max.X = max(reached.Max.X, whole.Min.X+barTall)
		round(on, reached, rgba(p.Accent))
	}
}

func rgba(c shade.RGB) color.RGBA {
	part := func(v float64) uint8 { return uint8(v*255 + 0.5) }
	return color.RGBA{part(c.R), part(c.G), part(c.B), 0xff}
}

func fill(on draw.Image, area image.Rectangle, c color.Color) {
	draw.Draw(on, area, image.NewUniform(c), image.Point{}, draw.Src)
}

// round fills a bar whose ends are half circles, with soft edges.
func round(on *image.RGBA, bar image.Rectangle, c color.RGBA) {
	radius := float64(bar.Dy()) / 2
	left, right, middle := float64(bar.Min.X)+radius, float64(bar.Max.X)-radius, float64(bar.Min.Y)+radius
	mask := image.NewAlpha(bar)
	for y := bar.Min.Y; y < bar.Max.Y; y++ {
		for x := bar.Min.X; x < bar.Max.X; x++ {
			dx, dy := float64(x)+0.5-max(left, min(right, float64(x)+0.5)), float64(y)+0.5-middle
			inside := max(0, min(1, (radius*radius-dx*dx-dy*dy)/(2*radius)+0.5))
			mask.SetAlpha(x, y, color.Alpha{uint8(inside * 255)})
		}
	}
	draw.DrawMask(on, bar, image.NewUniform(c), image.Point{}, mask, bar.Min, draw.Over)
}

// pen writes on a picture.
type pen struct{ on draw.Image }

// write writes a line from x on, and returns where it ends.
func (p pen) write(line string, x, y int, face font.Face, c color.Color) int {
	line = oneLine(line)
	d := font.Drawer{Dst: p.on, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(line)
	return d.Dot.X.Ceil()
}

// room is how wide a line may be.
const room = Width - 2*margin

// cut is as much of a line as fits.
func (p pen) cut(line string, face font.Face) string {
	line = oneLine(line)
	if font.MeasureString(face, line).Ceil() <= room {
		return line
	}
	letters := []rune(line)
	for len(letters) > 0 && font.MeasureString(face, string(letters)+"…").Ceil() > room {
		letters = letters[:len(letters)-1]
	}
	return strings.TrimSpace(string(letters)) + "…"
}

// wrapped parts a text into at most that many lines, at its spaces.
func (p pen) wrapped(text string, face font.Face, most int) []string {
	text = oneLine(text)
	var lines []string
	for rest := strings.Fields(text); len(rest) > 0; {
		if len(lines) == most-1 {
			return append(lines, p.cut(strings.Join(rest, " "), face))
		}
		n := 1
		for n < len(rest) && font.MeasureString(face, strings.Join(rest[:n+1], " ")).Ceil() <= room {
			n++
		}
		lines, rest = append(lines, p.cut(strings.Join(rest[:n], " "), face)), rest[n:]
	}
	return lines
}

// oneLine is what of a text can be drawn, in one line.
func oneLine(text string) string {
	shown, _ := typeface.Drawable(text)
	return strings.Join(strings.Fields(shown), " ")
}

// fonts are parsed when the first poster is drawn.
var fonts = sync.OnceValue(func() [2]*sfnt.Font {
	var both [2]*sfnt.Font
	for i, file := range [][]byte{typeface.Regular, typeface.Bold} {
		parsed, err := opentype.Parse(file)
		if err != nil {
			panic("poster: " + err.Error()) // it is part of the program
		}
		both[i] = parsed
	}
	return both
})

func regular(size float64) font.Face { return face(0, size) }
func bold(size float64) font.Face    { return face(1, size) }

func face(weight int, size float64) font.Face {
	made, err := opentype.NewFace(fonts()[weight], &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("poster: " + err.Error()) // sizes are constants
	}
	return made
}
