package media

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// format is a kind of file that is taken. Of an animated GIF the first frame is decoded, and no more is read.
type format struct {
	name   string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var (
	formatJPEG = format{"jpeg", jpeg.DecodeConfig, jpeg.Decode}
	formatPNG  = format{"png", png.DecodeConfig, png.Decode}
	formatGIF  = format{"gif", gif.DecodeConfig, gif.Decode}
	formatWebP = format{"webp", webp.DecodeConfig, webp.Decode}
)

const taken = "JPEG, PNG, GIF or WebP"

// formatOf knows a file by its first bytes, whatever its name or type says, or says why it is not taken.
func formatOf(file []byte) (f format, why string) {
	begins := func(magic string) bool { return bytes.HasPrefix(file, []byte(magic)) }
	holds := func(at int, magic string) bool { return len(file) >= at && bytes.HasPrefix(file[at:], []byte(magic)) }
	switch {
	case begins("\xff\xd8\xff"):
		return formatJPEG, ""
	case begins("\x89PNG\r\n\x1a\n"):
		return formatPNG, ""
	case begins("GIF87a"), begins("GIF89a"):
		return formatGIF, ""
	case begins("RIFF") && holds(8, "WEBP"):
		if animated(file) {
			return format{}, "is an animated WebP: send a still picture"
		}
		return formatWebP, ""
	case holds(4, "ftyp"):
		return format{}, "is a HEIC or AVIF picture, or a video: save it as " + taken
	case drawn(file):
		return format{}, "is an SVG, which can hold programs: save it as " + taken
	default:
		return format{}, "is not a picture that is taken here: send a " + taken
	}
}

// lookedThrough is how many bytes at the beginning of a text are searched for SVG.
const lookedThrough = 1024

// drawn reports whether the file is text with SVG in it.
func drawn(file []byte) bool {
	return bytes.Contains(bytes.ToLower(file[:min(len(file), lookedThrough)]), []byte("<svg"))
}

// animated reports whether a WebP file says that it has several frames: in its first chunk, VP8X, the second bit of the flags.
func animated(file []byte) bool {
	const flags = 20
	return len(file) > flags && bytes.HasPrefix(file[12:], []byte("VP8X")) && file[flags]&2 != 0
}
