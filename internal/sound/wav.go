package sound

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
)

// How a WAV writes samples (RIFF, "wFormatTag"). An extensible one says so in its sub-format.
const (
	wavPCM        = 1
	wavFloat      = 3
	wavExtensible = 0xfffe
)

const (
	// riffHeader is "RIFF", the size of what follows, and "WAVE"; chunkHeader the name and the size of a chunk.
	riffHeader, chunkHeader = 12, 8
	// wavFormat is the length of a format chunk, wavSubFormat where an extensible one goes on with its sub-format, which repeats the tag.
	wavFormat, wavSubFormat = 16, 24
)

// wav is the format of a WAV as its header says it.
type wav struct {
	tag, channels, bits int
	rate                int
	// block is how many bytes the samples of all channels have at one moment.
	block int
}

// decodeWAV reads the samples, and leaves out all chunks but the format and the samples.
func decodeWAV(_ context.Context, l Limits, file []byte) ([]byte, pcm, error) {
	format, data, err := wavChunks(file)
	if err != nil {
		return nil, pcm{}, err
	}
	w, err := readFormat(format)
	if err != nil {
		return nil, pcm{}, err
	}
	heard := pcm{rate: w.rate, channels: w.channels}
	if err := heard.checked(); err != nil {
		return nil, pcm{}, err
	}
	if w.block != w.channels*w.bits/8 || len(data)%w.block != 0 {
		return nil, pcm{}, refusal(unreadable)
	}
	read := w.reader()
	if read == nil {
		return nil, pcm{}, refusal("is a WAV whose samples are compressed: save it as PCM with 16 bits")
	}
	if len(data)/w.block > l.longest(w.rate) {
		return nil, pcm{}, l.tooLong()
	}
	heard.samples = make([]float32, len(data)/w.block*w.channels)
	for i := range heard.samples {
		heard.samples[i] = read(data[i*w.bits/8:])
	}
	return writeWAV(format, data), heard, nil
}

// wavChunks finds the format and the samples. Sizes that point beyond the file are lies, or the file is cut off.
func wavChunks(file []byte) (format, data []byte, err error) {
	size := int64(binary.LittleEndian.Uint32(file[4:]))
	if size+chunkHeader > int64(len(file)) {
		return nil, nil, refusal(unreadable)
	}
	for rest := file[riffHeader : size+chunkHeader]; len(rest) >= chunkHeader; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		rest = rest[chunkHeader:]
		if size > int64(len(rest)) {
			return nil, nil, refusal(unreadable)
		}
		switch {
		case name == "fmt " && format == nil:
			format = rest[:size]
		case name == "data" && data == nil:
			data = rest[:size]
		}
		rest = rest[min(size+size%2, int64(len(rest))):]
	}
	if len(format) < wavFormat || data == nil {
		return nil, nil, refusal(unreadable)
	}
	return format, data, nil
}

func readFormat(chunk []byte) (w wav, err error) {
	short := func(at int) int { return int(binary.LittleEndian.Uint16(chunk[at:])) }
	w = wav{tag: short(0), channels: short(2), rate: int(binary.LittleEndian.Uint32(chunk[4:])), block: short(12), bits: short(14)}
	if w.tag == wavExtensible {
		if len(chunk) < wavSubFormat+2 {
			return wav{}, refusal(unreadable)
		}
		w.tag = short(wavSubFormat)
	}
	return w, nil
}

// reader reads one sample; nil for a form that is not taken.
func (w wav) reader() func([]byte) float32 {
	switch [2]int{w.tag, w.bits} {
	case [2]int{wavPCM, 8}:
		return func(b []byte) float32 { return (float32(b[0]) - 128) / 128 }
	case [2]int{wavPCM, 16}:
		return func(b []byte) float32 { return float32(int16(binary.LittleEndian.Uint16(b))) / (1 << 15) }
	case [2]int{wavPCM, 24}:
		return func(b []byte) float32 {
			return float32(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	case [2]int{wavPCM, 32}:
		return func(b []byte) float32 { return float32(int32(binary.LittleEndian.Uint32(b))) / (1 << 31) }
	case [2]int{wavFloat, 32}:
		return func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
	default:
		return nil
	}
}

// writeWAV writes a WAV with these two chunks.
func writeWAV(format, data []byte) []byte {
	var out bytes.Buffer
	chunk := func(name string, content []byte) {
		out.WriteString(name)
		out.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(content))))
		out.Write(content)
		if len(content)%2 != 0 {
			out.WriteByte(0)
		}
	}
	chunk("fmt ", format)
	chunk("data", data)
	head := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(out.Len()+4))...)
	return append(append(head, "WAVE"...), out.Bytes()...)
}

// Ended mends the header of a WAV that was written to a pipe, by a program that did not know yet where it would end. Any other file stays as it is.
func Ended(file []byte) []byte {
	at := bytes.Index(file[:min(len(file), 1024)], []byte("data"))
	if at < 0 || at+chunkHeader > len(file) || !bytes.HasPrefix(file, []byte("RIFF")) || int64(binary.LittleEndian.Uint32(file[at+4:])) <= int64(len(file)-at-chunkHeader) {
		return file
	}
	file = bytes.Clone(file)
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-chunkHeader))
	binary.LittleEndian.PutUint32(file[at+4:], uint32(len(file)-at-chunkHeader))
	return file
}
