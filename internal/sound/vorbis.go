package sound

import (
	"context"
	"encoding/binary"
	"math/bits"

	"github.com/jfreymuth/vorbis"
)

const (
	// vorbisHead is the length of the identification header, vorbisSetup which packet says how the others are coded, and vorbisHeaders how many stand
	// before the sound. The comments between both are not read: nobody needs them, and a decoder would make room for as many as they say.
	vorbisHead, vorbisSetup, vorbisHeaders = 30, 2, 3
	// The blocks that the specification allows (section 4.2.2), as powers of two.
	vorbisLeastBlock, vorbisMostBlock = 6, 13
)

// decodeVorbis decodes an Ogg file with Vorbis.
func decodeVorbis(ctx context.Context, l Limits, file []byte) ([]byte, pcm, error) {
	stream, err := readOgg(file)
	if err != nil {
		return nil, pcm{}, err
	}
	if len(stream.packets) <= vorbisHeaders || len(stream.packets[0]) != vorbisHead {
		return nil, pcm{}, refusal(unreadable)
	}
	head, setup := stream.packets[0], stream.packets[vorbisSetup]
	heard := pcm{rate: int(binary.LittleEndian.Uint32(head[12:])), channels: int(head[11])}
	if err := heard.checked(); err != nil {
		return nil, pcm{}, err
	}
	short, long := head[28]&15, head[28]>>4
	if short < vorbisLeastBlock || long > vorbisMostBlock || short > long || !vorbisSafe(setup) {
		return nil, pcm{}, refusal(unreadable)
	}
	var decoder vorbis.Decoder
	for _, packet := range [][]byte{head, setup} {
		if err := decoder.ReadHeader(packet); err != nil {
			return nil, pcm{}, err //nolint:wrapcheck // it is not shown
		}
	}
	for _, packet := range stream.packets[vorbisHeaders:] {
		if err := ctx.Err(); err != nil {
			return nil, pcm{}, err //nolint:wrapcheck // the caller says which
		}
		if len(packet) == 0 {
			continue // the specification lets decoders skip it
		}
		samples, err := decoder.Decode(packet)
		if err != nil {
			return nil, pcm{}, err //nolint:wrapcheck // it is not shown
		}
		heard.samples = append(heard.samples, samples...)
		if heard.frames() > l.longest(heard.rate)+1<<long {
			return nil, pcm{}, l.tooLong()
		}
	}
	if stream.end <= 0 || stream.end > int64(heard.frames()) {
		return nil, pcm{}, refusal(unreadable)
	}
	heard.samples = heard.samples[:int(stream.end)*heard.channels]
	return file, heard, nil
}

// What the code books of a setup header may have, which is some times what encoders write. The specification allows 65,535 × 16,777,215 values in each
// of 256 books, of which a decoder would make tables.
const (
	vorbisEntries    = 1 << 15
	vorbisDimensions = 1 << 8
	vorbisValues     = 1 << 20
)

// vorbisSafe reports whether a decoder can be handed the setup header. It makes tables of what the code books say, and walks their trees bit by bit:
// a book without entries or dimensions, or with a tree that is not complete, would never let it end. Section 3.2.1 of the specification.
func vorbisSafe(setup []byte) bool {
	r := bitReader{rest: setup[min(7, len(setup)):]}
	values := 0
	for range r.read(8) + 1 {
		if r.read(24) != 0x564342 {
			return false
		}
		dimensions, entries := r.read(16), r.read(24)
		values += dimensions * entries
		if dimensions < 1 || dimensions > vorbisDimensions || entries < 2 || entries > vorbisEntries || values > vorbisValues {
			return false
		}
		if !r.complete(entries) || !r.skipLookup(dimensions, entries) {
			return false
		}
	}
	return !r.over
}

// complete reads the lengths of the code words of a book, and reports whether they make a tree without a missing branch.
func (r *bitReader) complete(entries int) bool {
	const whole = 1 << 32
	sum := uint64(0)
	if ordered := r.read(1) == 1; ordered {
		length := r.read(5) + 1
		for done := 0; done < entries; length++ {
			n := r.read(bits.Len(uint(entries - done)))
			if length > 32 || done+n > entries || r.over {
				return false
			}
			sum += uint64(n) * (whole >> length)
			done += n
		}
		return sum == whole
	}
	sparse := r.read(1) == 1
	for range entries {
		if !sparse || r.read(1) == 1 {
			sum += whole >> (r.read(5) + 1)
		}
	}
	return sum == whole && !r.over
}

// skipLookup passes the values of a book.
func (r *bitReader) skipLookup(dimensions, entries int) bool {
	kind := r.read(4)
	if kind == 0 {
		return true
	}
	r.read(32)
	r.read(32)
	size := r.read(4) + 1
	r.read(1)
	count := dimensions * entries
	if kind == 1 {
		count = roots(entries, dimensions)
	}
	for range count {
		r.read(size)
	}
	return kind <= 2 && !r.over
}

// roots is the largest number whose power to the dimensions is at most the entries.
func roots(entries, dimensions int) (root int) {
	for power := 1; power <= entries; {
		root++
		power = 1
		for range dimensions {
			if power *= root + 1; power > entries {
				break
			}
		}
	}
	return root
}

// bitReader reads numbers, the lowest bit first. Beyond the end there are zeros.
type bitReader struct {
	rest []byte
	bit  int
	over bool
}

func (r *bitReader) read(n int) (number int) {
	for i := range n {
		if len(r.rest) == 0 {
			r.over = true
			return number
		}
		number |= int(r.rest[0]>>r.bit&1) << i
		if r.bit++; r.bit == 8 {
			r.bit, r.rest = 0, r.rest[1:]
		}
	}
	return number
}
