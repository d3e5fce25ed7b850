// Package media makes uploaded pictures safe and small. Whatever comes in is decoded, cropped to the shape of its use, scaled to a few widths and
// encoded anew as JPEG or PNG: neither metadata (where a photo was taken) nor anything appended to the file survives. What cannot be taken is
// refused in words for the person who chose the file.
//
// Dimensions are read, and checked, before a single pixel is decoded, and one picture is decoded at a time: at most 15 bytes a pixel are held for
// the worst of files (a progressive JPEG without subsampling), which makes less than 400 MB.
package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of an upload.
const (
	// MaxBytes is the largest file: twice what a phone makes of 24 million pixels.
	MaxBytes = 10 << 20
	// MaxPixels is the most pixels, width times height: what phones take without being told to take more.
	MaxPixels = 25_000_000
	// MaxSide is the longest side in pixels.
	MaxSide = 12_000
	// maxAtOnce is how many pictures are decoded at once.
	maxAtOnce = 1
	// maxWait is how long an upload waits for its turn before it is refused.
	maxWait = 10 * time.Second
)

// Form is what a picture is used for.
type Form struct {
	// Name is the field that refusals name, and its noun: "cover".
	Name string
	// Across and Down are the shape: 16 and 9. What is beyond it is cut off evenly on both sides.
	Across, Down int
	// Widths are the widths to make, in pixels, the smallest first. A picture is never enlarged: only widths that it has are made, and one that
	// does not have the smallest is refused.
	Widths []int
	// Opaque fills transparent parts with white.
	Opaque bool
}

// height is the height of a width.
func (f Form) height(width int) int { return width * f.Down / f.Across }

// Picture is an upload made safe.
type Picture struct {
	// Hash is the SHA-256 of the largest size, in lower-case hexadecimal digits.
	Hash string
	// Type is "jpg" or "png".
	Type string
	// Sizes are the widths that were made, the smallest first.
	Sizes []Size
}

// Bytes is how many bytes all sizes have.
func (p Picture) Bytes() int64 {
	var all int64
	for _, s := range p.Sizes {
		all += int64(len(s.Content))
	}
	return all
}

// Size is a picture in one width.
type Size struct {
	// Width is in pixels.
	Width   int
	Content []byte
}

// Maker makes pictures, as many at once as memory allows.
type Maker struct {
	turns chan struct{}
}

// NewMaker makes a maker.
func NewMaker() *Maker { return &Maker{turns: make(chan struct{}, maxAtOnce)} }

// Make makes a picture of a file. A file that cannot be taken is Invalid, with the reason at the field that the form names; Unavailable when too many are
// being made.
func (m *Maker) Make(ctx context.Context, form Form, file []byte) (Picture, error) {
	kind, err := check(form, file)
	if err != nil {
		return Picture{}, err
	}
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case m.turns <- struct{}{}:
		defer func() { <-m.turns }()
	case <-wait.Done():
		return Picture{}, fault.Wrap(context.Cause(wait), fault.Unavailable, "Too many pictures are being uploaded: try again in a minute.")
	}
	return made(form, kind, file)
}

// check refuses what need not be decoded.
func check(form Form, file []byte) (format, error) {
	if len(file) == 0 {
		return format{}, refused(form, "is empty: send the file of a picture")
	}
	if len(file) > MaxBytes {
		return format{}, refused(form, fmt.Sprintf("is larger than %d MB: save it smaller", MaxBytes>>20))
	}
	kind, why := formatOf(file)
	if why != "" {
		return format{}, refused(form, why)
	}
	config, err := kind.config(bytes.NewReader(file))
	if err != nil {
		return format{}, refused(form, unreadable)
	}
	w, h := config.Width, config.Height
	if w <= 0 || h <= 0 {
		return format{}, refused(form, "has no pixels")
	}
	if w > MaxSide || h > MaxSide || w*h > MaxPixels {
		return format{}, refused(form, fmt.Sprintf("has %d × %d pixels: at most %d million, and %d on a side", w, h, MaxPixels/1_000_000, MaxSide))
	}
	return kind, nil
}

// made decodes the file and makes all sizes of it.
func made(form Form, kind format, file []byte) (Picture, error) {
	source, err := kind.decode(bytes.NewReader(file))
	if err != nil {
		return Picture{}, refused(form, unreadable)
	}
	turned := orientationOf(file)
	area := crop(source.Bounds(), form, turned)
	wide := area.Dx()
	if turned.swaps() {
		wide = area.Dy()
	}
	if wide < form.Widths[0] {
		w, h := source.Bounds().Dx(), source.Bounds().Dy()
		return Picture{}, refused(form, fmt.Sprintf("is too small (%d × %d pixels): it needs at least %d × %d", w, h, form.Widths[0], form.height(form.Widths[0])))
	}
	var scaled []*image.RGBA
	from := source
	for i := len(form.Widths) - 1; i >= 0; i-- {
		if width := form.Widths[i]; width <= wide {
			from, area = shrink(from, area, turned.size(width, form.height(width)))
			scaled = append(scaled, turned.apply(scale(from, area, turned.size(width, form.height(width)))))
		}
	}
	return encoded(form, kind, scaled)
}

// encoded encodes the sizes, which come the largest first.
func encoded(form Form, kind format, scaled []*image.RGBA) (Picture, error) {
	largest := scaled[0]
	if form.Opaque {
		for _, one := range scaled {
			fillWhite(one)
		}
	}
	encode, p := encoderFor(kind, largest)
	sizes := make([]Size, len(scaled))
	for i, one := range scaled {
		content, err := encode(one)
		if err != nil {
			return Picture{}, fmt.Errorf("encode a picture: %w", err)
		}
		sizes[len(scaled)-1-i] = Size{Width: one.Bounds().Dx(), Content: content}
	}
	sum := sha256.Sum256(sizes[len(sizes)-1].Content)
	return Picture{Hash: hex.EncodeToString(sum[:]), Type: p, Sizes: sizes}, nil
}

func refused(form Form, why string) error {
	var wrong fault.Fields
	wrong.Add(form.Name, why)
	return wrong.Err()
}

// unreadable is why a file is refused that cannot be decoded. Decoders do not agree on how they say which it is.
const unreadable = "cannot be read: the file is damaged or cut off"
