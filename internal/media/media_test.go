package media_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/media"
	"github.com/almoner/almoner/internal/must"
)

var (
	avatar = media.Form{Name: "avatar", Across: 1, Down: 1, Widths: []int{64, 128}}
	cover  = media.Form{Name: "cover", Across: 16, Down: 9, Widths: []int{64, 128, 640}, Opaque: true}
)

func TestMakeFormats(t *testing.T) {
	t.Parallel()
	maker := media.NewMaker()
	red := color.RGBA{R: 255, A: 255}
	for name, c := range map[string]struct {
		file   []byte
		form   media.Form
		kind   string
		widths []int
	}{
		"JPEG":                       {asJPEG(t, halves(128, 128)), avatar, "jpg", []int{64, 128}},
		"PNG of a drawing":           {asPNG(t, halves(200, 128)), avatar, "png", []int{64, 128}},
		"PNG of a photo":             {asPNG(t, noise(128, 128)), avatar, "jpg", []int{64, 128}},
		"GIF, its first frame":       {asGIF(t, halves(127, 300)), avatar, "png", []int{64}},
		"WebP":                       {asWebP(700, 200, red), avatar, "png", []int{64, 128}},
		"WebP with a canvas":         {webP(canvas(64, 64, 0), asWebP(64, 64, red)[12:]), avatar, "png", []int{64}},
		"cover":                      {asJPEG(t, halves(640, 360)), cover, "jpg", []int{64, 128, 640}},
		"cover, a pixel less":        {asJPEG(t, halves(640, 359)), cover, "jpg", []int{64, 128}},
		"transparent":                {asPNG(t, image.NewNRGBA(image.Rect(0, 0, 64, 64))), avatar, "png", []int{64}},
		"transparent, as a cover":    {asPNG(t, image.NewNRGBA(image.Rect(0, 0, 64, 64))), cover, "png", []int{64}},
		"with something appended":    {append(asJPEG(t, halves(64, 64)), "<script>alert(1)</script>"...), avatar, "jpg", []int{64}},
		"with a comment of a script": {withEXIF(asJPEG(t, halves(64, 64)), []byte("<script>alert(1)</script>")), avatar, "jpg", []int{64}},
	} {
		got := must.Get(maker.Make(t.Context(), c.form, c.file))(t)
		var widths []int
		for _, size := range got.Sizes {
			widths = append(widths, size.Width)
			decoded, kind, err := image.Decode(bytes.NewReader(size.Content))
			if err != nil || !strings.HasPrefix(kind, c.kind[:1]) {
				t.Errorf("%s, %d: got a %s, %v, want a %s", name, size.Width, kind, err, c.kind)
				continue
			}
			want := image.Rect(0, 0, size.Width, size.Width*c.form.Down/c.form.Across)
			if decoded.Bounds() != want {
				t.Errorf("%s, %d: got %v, want %v", name, size.Width, decoded.Bounds(), want)
			}
			if bytes.Contains(size.Content, []byte("script")) {
				t.Errorf("%s, %d: what was hidden in the file is still there", name, size.Width)
			}
		}
		if got.Type != c.kind || fmt.Sprint(widths) != fmt.Sprint(c.widths) {
			t.Errorf("%s: got %s in %v, want %s in %v", name, got.Type, widths, c.kind, c.widths)
		}
		sum := sha256.Sum256(got.Sizes[len(got.Sizes)-1].Content)
		if want := hex.EncodeToString(sum[:]); got.Hash != want {
			t.Errorf("%s: got the hash %s, want that of the largest size, %s", name, got.Hash, want)
		}
	}
}

func TestMakeCoverOnWhite(t *testing.T) {
	t.Parallel()
	file := asPNG(t, image.NewNRGBA(image.Rect(0, 0, 64, 36)))
	got := must.Get(media.NewMaker().Make(t.Context(), cover, file))(t)
	decoded, _, err := image.Decode(bytes.NewReader(got.Sizes[0].Content))
	must.Do(t, err)
	if r, g, b, a := decoded.At(5, 5).RGBA(); r+g+b+a != 4*0xffff {
		t.Errorf("got %v, want white", decoded.At(5, 5))
	}
}

// TestMakeTurns looks at where red is, which is above in the file.
func TestMakeTurns(t *testing.T) {
	t.Parallel()
	plain, maker := asJPEG(t, halves(64, 64)), media.NewMaker()
	for orientation, red := range map[uint16]image.Point{
		1: {32, 5}, 2: {32, 5}, 3: {32, 58}, 4: {32, 58}, 5: {5, 32}, 6: {58, 32}, 7: {58, 32}, 8: {5, 32}, 9: {32, 5}, 0: {32, 5},
	} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			tiff := exif(order, orientation)
			for name, file := range map[string][]byte{
				"JPEG": withEXIF(plain, tiff),
				"PNG":  withPNGChunk(asPNG(t, halves(64, 64)), "eXIf", tiff),
			} {
				got := must.Get(maker.Make(t.Context(), avatar, file))(t)
				decoded, _, err := image.Decode(bytes.NewReader(got.Sizes[0].Content))
				must.Do(t, err)
				if r, _, b, _ := decoded.At(red.X, red.Y).RGBA(); r < 0x8000 || b > 0x8000 {
					t.Errorf("%s, orientation %d, %v: got %v at %v, want red", name, orientation, order, decoded.At(red.X, red.Y), red)
				}
			}
		}
	}
}

// TestMakeTurnsTheShape takes a cover from a photo that lies on its side.
func TestMakeTurnsTheShape(t *testing.T) {
	t.Parallel()
	file := withEXIF(asJPEG(t, halves(72, 128)), exif(binary.LittleEndian, 6))
	got := must.Get(media.NewMaker().Make(t.Context(), cover, file))(t)
	if len(got.Sizes) != 2 || got.Sizes[1].Width != 128 {
		t.Errorf("got %d sizes, want 64 and 128", len(got.Sizes))
	}
}

// withPNGChunk puts a chunk behind the header.
func withPNGChunk(file []byte, name string, content []byte) []byte {
	const header = 8 + 12 + 13
	made := append(binary.BigEndian.AppendUint32(nil, uint32(len(content))), name...)
	made = append(made, content...)
	made = binary.BigEndian.AppendUint32(made, checksum(made[4:]))
	return bytes.Join([][]byte{file[:header], made, file[header:]}, nil)
}

func TestMakeRefuses(t *testing.T) {
	t.Parallel()
	jpeg, png := asJPEG(t, halves(128, 128)), asPNG(t, noise(128, 128))
	gif := asGIF(t, halves(64, 64))
	maker := media.NewMaker()
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":              {nil, "is empty"},
		"text":                 {[]byte("hello"), "is not a picture"},
		"SVG":                  {[]byte(`<?xml version="1.0"?><SVG xmlns="http://www.w3.org/2000/svg"><script/></svg>`), "is an SVG"},
		"HEIC":                 {[]byte("\x00\x00\x00\x18ftypheic"), "is a HEIC"},
		"PDF":                  {[]byte("%PDF-1.7"), "is not a picture"},
		"HTML with a picture":  {append([]byte("<html>"), jpeg...), "is not a picture"},
		"JPEG without its end": {jpeg[:len(jpeg)-100], "is damaged or cut off"},
		"JPEG, its beginning":  {jpeg[:3], "is damaged or cut off"},
		"PNG without its end":  {png[:len(png)/2], "is damaged or cut off"},
		"PNG, one bit wrong":   {flipped(png, len(png)/2), "is damaged or cut off"},
		"GIF without its end":  {gif[:60], "is damaged or cut off"},
		"WebP, its beginning":  {asWebP(64, 64, color.RGBA{})[:25], "is damaged or cut off"},
		"animated WebP":        {webP(canvas(64, 64, 2)), "animated"},
		"small":                {asPNG(t, halves(63, 200)), "is too small (63 × 200 pixels): it needs at least 64 × 64"},
		"one pixel":            {asPNG(t, halves(1, 1)), "is too small"},
		"WebP bomb":            {asWebP(1<<14, 1<<14, color.RGBA{A: 255}), "has 16384 × 16384 pixels: at most 25 million, and 12000 on a side"},
		"WebP bomb, hidden":    {webP(canvas(64, 64, 0), asWebP(1<<14, 1<<14, color.RGBA{A: 255})[12:]), "is damaged or cut off"},
		"GIF bomb":             {append([]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), gif[13:]...), "has 65535 × 65535 pixels"},
	} {
		_, err := maker.Make(t.Context(), avatar, c.file)
		f := fault.From(err)
		if err == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Path != "avatar" || !strings.Contains(f.Fields[0].Text, c.want) {
			t.Errorf("%s: got %v, %v, want the field avatar: %q", name, err, f.Fields, c.want)
		}
	}
}

func flipped(file []byte, at int) []byte {
	file = bytes.Clone(file)
	file[at] ^= 1
	return file
}

// TestMakeLimits stands on both sides of each edge.
func TestMakeLimits(t *testing.T) {
	t.Parallel()
	small := asJPEG(t, halves(64, 64))
	padded := slices.Concat(small, make([]byte, media.MaxBytes-len(small)))
	gray := func(w, h int) []byte { return asPNG(t, image.NewGray(image.Rect(0, 0, w, h))) }
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"the most bytes":    {padded, ""},
		"a byte more":       {append(padded, 0), "is larger than 10 MB"},
		"the most pixels":   {gray(5000, media.MaxPixels/5000), ""},
		"a row more":        {gray(5000, media.MaxPixels/5000+1), "has 5000 × 5001 pixels"},
		"the longest side":  {gray(media.MaxSide, 64), ""},
		"a pixel longer":    {gray(media.MaxSide+1, 64), "has 12001 × 64 pixels"},
		"a pixel higher":    {gray(64, media.MaxSide+1), "has 64 × 12001 pixels"},
		"the smallest":      {gray(64, 64), ""},
		"a pixel too small": {gray(64, 63), "is too small"},
	} {
		_, err := media.NewMaker().Make(t.Context(), avatar, c.file)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: got %v, %v", name, err, fault.From(err).Fields)
			}
			continue
		}
		if fields := fault.From(err).Fields; err == nil || len(fields) != 1 || !strings.Contains(fields[0].Text, c.want) {
			t.Errorf("%s: got %v, %v, want %q", name, err, fields, c.want)
		}
	}
}

// TestMakeGoesAway ends with who asked, rather than to wait for a turn.
func TestMakeGoesAway(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	maker := media.NewMaker()
	media.TakeTurn(maker)
	_, err := maker.Make(ctx, avatar, asJPEG(t, halves(64, 64)))
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want unavailable", err)
	}
}

func FuzzMake(f *testing.F) {
	maker := media.NewMaker()
	for _, file := range [][]byte{
		asJPEG(f, halves(64, 64)), asPNG(f, halves(64, 64)), asGIF(f, halves(64, 64)), asWebP(64, 64, color.RGBA{R: 1, A: 9}),
		withEXIF(asJPEG(f, halves(64, 70)), exif(binary.BigEndian, 6)), withPNGChunk(asPNG(f, halves(64, 64)), "eXIf", exif(binary.LittleEndian, 8)),
		webP(canvas(64, 64, 8), asWebP(64, 64, color.RGBA{})[12:], riffChunk("EXIF", exif(binary.LittleEndian, 5))),
		[]byte("<svg/>"), []byte("GIF89a"), []byte("RIFF\x04\x00\x00\x00WEBP"),
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := maker.Make(t.Context(), avatar, file)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, want an invalid field", err)
			}
			return
		}
		again, err := maker.Make(t.Context(), avatar, got.Sizes[0].Content)
		if err != nil || len(again.Sizes) != 1 {
			t.Errorf("what was made cannot be taken again: %v", err)
		}
	})
}
