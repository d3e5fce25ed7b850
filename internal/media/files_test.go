package media_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// halves is a picture whose upper half is red and whose lower half is blue.
func halves(w, h int) *image.RGBA {
	made := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			made.SetRGBA(x, y, color.RGBA{R: 255, A: 255})
			if y >= h/2 {
				made.SetRGBA(x, y, color.RGBA{B: 255, A: 255})
			}
		}
	}
	return made
}

// noise is a picture that looks like a photo to a compressor.
func noise(w, h int) *image.RGBA {
	made, seed := image.NewRGBA(image.Rect(0, 0, w, h)), uint32(1)
	for i := range made.Pix {
		seed = seed*1664525 + 1013904223
		if made.Pix[i] = byte(seed >> 24); i%4 == 3 {
			made.Pix[i] = 255
		}
	}
	return made
}

func asJPEG(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	var out bytes.Buffer
	must.Do(tb, jpeg.Encode(&out, picture, nil))
	return out.Bytes()
}

func asPNG(tb testing.TB, picture image.Image) []byte {
	tb.Helper()
	var out bytes.Buffer
	must.Do(tb, png.Encode(&out, picture))
	return out.Bytes()
}

// asGIF is an animation of two frames: the picture, and one in green.
func asGIF(tb testing.TB, picture *image.RGBA) []byte {
	tb.Helper()
	palette := color.Palette{color.RGBA{R: 255, A: 255}, color.RGBA{B: 255, A: 255}, color.RGBA{G: 255, A: 255}}
	first, second := image.NewPaletted(picture.Bounds(), palette), image.NewPaletted(picture.Bounds(), palette)
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			first.Set(x, y, picture.At(x, y))
			second.SetColorIndex(x, y, 2)
		}
	}
	var out bytes.Buffer
	must.Do(tb, gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{1, 1}}))
	return out.Bytes()
}

// asWebP is a lossless WebP of one color: every prefix code has one symbol, so that a pixel takes no bits at all.
func asWebP(w, h int, c color.RGBA) []byte {
	var bits bitWriter
	bits.write(uint32(w-1), 14)
	bits.write(uint32(h-1), 14)
	bits.write(1, 1) // alpha
	bits.write(0, 3) // version
	bits.write(0, 3) // no transform, no color cache, no meta prefix codes
	for _, symbol := range []byte{c.G, c.R, c.B, c.A, 0} {
		bits.write(0b101, 3) // simple, one symbol, of 8 bits
		bits.write(uint32(symbol), 8)
	}
	return webP(riffChunk("VP8L", append([]byte{0x2f}, bits.bytes...)))
}

// webP is a file of chunks.
func webP(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(name string, content []byte) []byte {
	made := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content))), content...)
	if len(content)%2 == 1 {
		made = append(made, 0)
	}
	return made
}

// canvas is the chunk VP8X, which states the size and what else there is.
func canvas(w, h int, flags byte) []byte {
	content := binary.LittleEndian.AppendUint32(nil, uint32(flags))
	for _, side := range []int{w - 1, h - 1} {
		content = append(content, byte(side), byte(side>>8), byte(side>>16))
	}
	return riffChunk("VP8X", content)
}

// bitWriter writes bits, the lowest first.
type bitWriter struct {
	bytes []byte
	count int
}

func (b *bitWriter) write(value uint32, count int) {
	for i := range count {
		if b.count%8 == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[b.count/8] |= byte(value>>i&1) << (b.count % 8)
		b.count++
	}
}

// exif is a TIFF structure that says the orientation, in either byte order.
func exif(order binary.ByteOrder, orientation uint16) []byte {
	mark := map[binary.ByteOrder]string{binary.LittleEndian: "II*\x00", binary.BigEndian: "MM\x00*"}[order]
	made := append([]byte(mark), make([]byte, 18)...)
	order.PutUint32(made[4:], 8)
	order.PutUint16(made[8:], 1)
	order.PutUint16(made[10:], 0x0112)
	order.PutUint16(made[12:], 3)
	order.PutUint32(made[14:], 1)
	order.PutUint16(made[18:], orientation)
	return made
}

// withEXIF puts EXIF into a JPEG.
func withEXIF(file, content []byte) []byte {
	content = append([]byte("Exif\x00\x00"), content...)
	segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(content)+2)), content...)
	return bytes.Join([][]byte{file[:2], segment, file[2:]}, nil)
}

func checksum(content []byte) uint32 { return crc32.ChecksumIEEE(content) }
