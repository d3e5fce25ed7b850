package media

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

// quality is that of JPEGs, 1 to 100: above it files grow faster than anybody sees.
const quality = 85

// crop is the largest area of the form's shape in the middle of a picture that is turned afterwards.
func crop(whole image.Rectangle, form Form, turned orientation) image.Rectangle {
	shape := turned.size(form.Across, form.Down)
	w, h := whole.Dx(), whole.Dy()
	if w*shape.Y > h*shape.X {
		w = max(1, h*shape.X/shape.Y)
	} else {
		h = max(1, w*shape.Y/shape.X)
	}
	corner := whole.Min.Add(image.Pt((whole.Dx()-w)/2, (whole.Dy()-h)/2))
	return image.Rectangle{Min: corner, Max: corner.Add(image.Pt(w, h))}
}

// shrink halves an area until less than twice the size is left. Halves are exact means of four pixels and need little memory; the sharper scale
// holds 32 bytes for each row of the source and column of the result.
func shrink(from image.Image, area image.Rectangle, size image.Point) (image.Image, image.Rectangle) {
	for area.Dx() >= 2*size.X && area.Dy() >= 2*size.Y {
		half := image.NewRGBA(image.Rect(0, 0, area.Dx()/2, area.Dy()/2))
		draw.ApproxBiLinear.Scale(half, half.Bounds(), from, area, draw.Src, nil)
		from, area = half, half.Bounds()
	}
	return from, area
}

// scale scales an area to a size.
func scale(from image.Image, area image.Rectangle, size image.Point) *image.RGBA {
	to := image.NewRGBA(image.Rectangle{Max: size})
	if area.Size() == size {
		draw.Draw(to, to.Bounds(), from, area.Min, draw.Src)
		return to
	}
	draw.CatmullRom.Scale(to, to.Bounds(), from, area, draw.Src, nil)
	return to
}

// fillWhite puts the picture on white.
func fillWhite(picture *image.RGBA) {
	if picture.Opaque() {
		return
	}
	on := image.NewRGBA(picture.Bounds())
	draw.Draw(on, on.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(on, on.Bounds(), picture, picture.Bounds().Min, draw.Over)
	copy(picture.Pix, on.Pix)
}

// encoder encodes a picture.
type encoder func(image.Image) ([]byte, error)

// encoderFor chooses how a picture is encoded, by its largest size, and names the type: PNG what is transparent, JPEG what was one, and of
// drawings whichever is smaller.
func encoderFor(kind format, largest *image.RGBA) (encoder, string) {
	if !largest.Opaque() {
		return toPNG, "png"
	}
	if kind.name == formatJPEG.name {
		return toJPEG, "jpg"
	}
	asPNG, err := toPNG(largest)
	asJPEG, failed := toJPEG(largest)
	if err == nil && failed == nil && len(asPNG) <= len(asJPEG) {
		return toPNG, "png"
	}
	return toJPEG, "jpg"
}

func toJPEG(picture image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

func toPNG(picture image.Image) ([]byte, error) {
	var out bytes.Buffer
	err := png.Encode(&out, picture)
	return out.Bytes(), err
}
