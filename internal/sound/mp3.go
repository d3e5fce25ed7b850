package sound

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"time"

	"github.com/hajimehoshi/go-mp3"
)

const (
	// mp3Padding is what encoders add at both ends, since a frame cannot be cut: a sound of ten seconds becomes that much longer.
	mp3Padding = 200 * time.Millisecond
	// id3Header and id3Old are the lengths of the header of a tag at the beginning, and of a whole tag at the end.
	id3Header, id3Old = 10, 128
	// mp3Header is the length of the header of a frame.
	mp3Header = 4
)

// mp3Frame is the header of a frame of MPEG 1 or 2, layer III.
type mp3Frame struct {
	rate, size, samples int
	// misread is set where the decoder loses the byte of padding of MPEG 2, and with it what follows.
	misread bool
}

// The kilobits a second of layer III by their index, of MPEG 1 and of MPEG 2; and the samples a second of MPEG 1, of which MPEG 2 has the half.
var (
	mp3Bitrates = [2][15]int{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	mp3Rates = [3]int{44_100, 48_000, 32_000}
)

// readFrame reads the header of a frame. One of another layer, with a free bit rate, or of the unofficial MPEG 2.5 is not ok.
func readFrame(file []byte) (f mp3Frame, ok bool) {
	if len(file) < mp3Header {
		return f, false
	}
	const (
		sync, layer3   = 0xffe, 1
		first, halved  = 3, 2
		free, reserved = 0, 15
	)
	h := binary.BigEndian.Uint32(file)
	version, bitrate, rate, padding := h>>19&3, h>>12&15, h>>10&3, int(h>>9&1)
	if h>>20&sync != sync || version != first && version != halved || h>>17&3 != layer3 || bitrate == free || bitrate == reserved || int(rate) == len(mp3Rates) {
		return f, false
	}
	half := int(first - version)
	f.rate = mp3Rates[rate] >> half
	f.samples = 1152 >> half
	f.size = f.samples/8*1000*mp3Bitrates[half][bitrate]/f.rate + padding
	f.misread = f.size != (144*1000*mp3Bitrates[half][bitrate]/f.rate+padding)>>half
	return f, true
}

// isFrame reports whether a file begins with a frame, or with one that is known but not taken.
func isFrame(file []byte) bool {
	return len(file) >= mp3Header && file[0] == 0xff && file[1]&0xe6 == 0xe2
}

// decodeMP3 decodes the frames, and leaves out the tags around them.
func decodeMP3(ctx context.Context, l Limits, file []byte) ([]byte, pcm, error) {
	frames, rate, err := mp3Frames(file, l)
	if err != nil {
		return nil, pcm{}, err
	}
	decoder, err := mp3.NewDecoder(io.MultiReader(bytes.NewReader(frames))) // not to be sought in, or it would read them twice
	if err != nil {
		return nil, pcm{}, err //nolint:wrapcheck // it is not shown
	}
	heard := pcm{rate: rate, channels: 2} // which it makes of mono
	const whole = 4
	buffer := make([]byte, 1152*whole)
	for {
		if err := ctx.Err(); err != nil {
			return nil, pcm{}, err //nolint:wrapcheck // the caller says which
		}
		n, err := io.ReadFull(decoder, buffer)
		for i := 0; i+1 < n; i += 2 {
			heard.samples = append(heard.samples, float32(int16(binary.LittleEndian.Uint16(buffer[i:])))/(1<<15))
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return frames, heard, nil
		case err != nil:
			return nil, pcm{}, err //nolint:wrapcheck // it is not shown
		}
	}
}

// mp3Frames finds the frames, which follow each other without a gap. What is no frame is a tag at either end, or the file is damaged.
func mp3Frames(file []byte, l Limits) (frames []byte, rate int, err error) {
	if bytes.HasPrefix(file, []byte("ID3")) {
		if len(file) < id3Header {
			return nil, 0, refusal(unreadable)
		}
		size := id3Header
		for i, b := range file[6:id3Header] {
			size += int(b&0x7f) << (7 * (3 - i))
		}
		if size >= len(file) {
			return nil, 0, refusal(unreadable)
		}
		file = bytes.TrimLeft(file[size:], "\x00")
	}
	if at := len(file) - id3Old; at >= 0 && bytes.HasPrefix(file[at:], []byte("TAG")) {
		file = file[:at]
	}
	samples := 0
	for rest := file; len(rest) > 0; {
		f, ok := readFrame(rest)
		switch {
		case ok && f.misread, !ok && len(rest) == len(file):
			return nil, 0, refusal("is an MP3 of a rare kind: save it as MP3 with 32, 44.1 or 48 kHz")
		case !ok || f.size > len(rest) || rate != 0 && rate != f.rate:
			return nil, 0, refusal(unreadable)
		}
		rate, rest = f.rate, rest[f.size:]
		samples += f.samples
	}
	if rate == 0 {
		return nil, 0, refusal(unreadable)
	}
	if time.Duration(samples)*time.Second/time.Duration(rate) > l.Length+mp3Padding {
		return nil, 0, l.tooLong()
	}
	return file, rate, nil
}
