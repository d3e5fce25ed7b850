package media

import (
	"bytes"
	"encoding/binary"
	"image"
)

// orientation is how a picture is turned for showing, as EXIF 2.32 numbers it (tag 0x0112): 1 is not at all, 2 to 4 are mirrored or upside down, 5
// to 8 lie on their side.
type orientation int

const upright orientation = 1

// swaps reports whether width and height change places.
func (o orientation) swaps() bool { return o >= 5 }

// size is a width and height as the picture has them before it is turned.
func (o orientation) size(width, height int) image.Point {
	if o.swaps() {
		return image.Pt(height, width)
	}
	return image.Pt(width, height)
}

// apply turns a picture.
func (o orientation) apply(from *image.RGBA) *image.RGBA {
	if o == upright {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	size := o.size(w, h)
	to := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			sx, sy := o.source(x, y, w, h)
			copy(to.Pix[to.PixOffset(x, y):][:4], from.Pix[from.PixOffset(sx, sy):][:4])
		}
	}
	return to
}

// source is where a pixel at x, y comes from in a picture of w × h.
func (o orientation) source(x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	default:
		return x, y
	}
}

// orientationOf reads the orientation of a file; upright where it says none that can be read.
func orientationOf(file []byte) orientation {
	var exif []byte
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8")):
		exif = exifOfJPEG(file[2:])
	case bytes.HasPrefix(file, []byte("\x89PNG")):
		exif = chunk(file[8:], "eXIf", binary.BigEndian)
	case bytes.HasPrefix(file, []byte("RIFF")):
		exif = bytes.TrimPrefix(chunk(file[min(12, len(file)):], "EXIF", binary.LittleEndian), []byte(exifMark))
	}
	return orientationIn(exif)
}

// exifMark begins the segment of a JPEG with EXIF in it.
const exifMark = "Exif\x00\x00"

// exifOfJPEG finds the EXIF among the segments before the pixels; nil for none.
func exifOfJPEG(rest []byte) []byte {
	const app1, scan = 0xe1, 0xda
	for len(rest) >= 4 && rest[0] == 0xff {
		marker := rest[1]
		if marker == 0xff { // fill byte
			rest = rest[1:]
			continue
		}
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if marker == scan || length < 2 || 2+length > len(rest) {
			return nil
		}
		if exif, is := bytes.CutPrefix(rest[4:2+length], []byte(exifMark)); is && marker == app1 {
			return exif
		}
		rest = rest[2+length:]
	}
	return nil
}

// chunk finds a chunk by its name in the files of PNG (length, name, content, checksum) and WebP (name, length, content, padding).
func chunk(rest []byte, name string, order binary.ByteOrder) []byte {
	for len(rest) >= 8 {
		length, called, after := uint64(order.Uint32(rest)), string(rest[4:8]), uint64(4)
		if order == binary.LittleEndian {
			length, called = uint64(order.Uint32(rest[4:])), string(rest[:4])
			after = length % 2
		}
		if length > uint64(len(rest)-8) {
			return nil
		}
		if called == name {
			return rest[8 : 8+length]
		}
		rest = rest[min(8+length+after, uint64(len(rest))):]
	}
	return nil
}

// orientationIn reads the orientation of a TIFF structure: the tag 0x0112 of its first directory.
func orientationIn(exif []byte) orientation {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(exif, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(exif, []byte("II*\x00")):
		return upright
	}
	const head, entry = 8, 12
	if len(exif) < head {
		return upright
	}
	at := uint64(order.Uint32(exif[4:]))
	if at+2 > uint64(len(exif)) {
		return upright
	}
	directory := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(directory) < entry {
			break
		}
		if order.Uint16(directory) == 0x0112 && order.Uint16(directory[2:]) == 3 {
			if o := orientation(order.Uint16(directory[8:])); o >= 1 && o <= 8 {
				return o
			}
			break
		}
		directory = directory[entry:]
	}
	return upright
}
