package sound

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// format is a kind of file that is taken.
type format struct {
	name   string
	decode func(context.Context, Limits, []byte) (content []byte, heard pcm, err error)
	// padding is what encoders of the format add to the length of a sound.
	padding time.Duration
}

var (
	formatWAV    = format{"wav", decodeWAV, 0}
	formatVorbis = format{"ogg", decodeVorbis, 0}
	formatOpus   = format{"ogg", decodeOpus, 0}
	formatMP3    = format{"mp3", decodeMP3, mp3Padding}
)

const taken = "WAV, OGG or MP3"

// formatOf knows a file by its first bytes, whatever its name or type says, or says why it is not taken.
func formatOf(file []byte, l Limits) (f format, why string) {
	begins := func(magic string) bool { return bytes.HasPrefix(file, []byte(magic)) }
	holds := func(at int, magic string) bool { return len(file) >= at && bytes.HasPrefix(file[at:], []byte(magic)) }
	switch {
	case len(file) == 0:
		return format{}, "is empty: send the file of a sound"
	case len(file) > l.Bytes:
		return format{}, fmt.Sprintf("is larger than %d MB: cut it shorter or save it smaller", l.Bytes>>20)
	case begins("RIFF") && holds(8, "WAVE"):
		return formatWAV, ""
	case begins("OggS"):
		return oggFormat(file)
	case begins("ID3"), isFrame(file):
		return formatMP3, ""
	case begins("fLaC"):
		return format{}, "is a FLAC: save it as " + taken
	case holds(4, "ftyp"), begins("\x1aE\xdf\xa3"), begins("RIFF"):
		return format{}, "is a video, or a sound that is not taken: save it as " + taken
	default:
		return format{}, "is not a sound that is taken here: send a " + taken
	}
}

// oggFormat knows what an Ogg file holds by the first packet of it, which stands behind one lacing value.
func oggFormat(file []byte) (format, string) {
	const first = oggHeader + 1
	switch {
	case len(file) > first && bytes.HasPrefix(file[first:], []byte("\x01vorbis")):
		return formatVorbis, ""
	case len(file) > first && bytes.HasPrefix(file[first:], []byte("OpusHead")):
		return formatOpus, ""
	default:
		return format{}, "is an Ogg file without Vorbis or Opus: save it as " + taken
	}
}
