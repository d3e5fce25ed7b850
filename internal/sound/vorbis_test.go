package sound_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/sound"
)

// bitWriter writes numbers, the lowest bit first.
type bitWriter struct {
	out []byte
	bit int
}

func (w *bitWriter) put(number uint64, bits int) {
	for i := range bits {
		if w.bit == 0 {
			w.out = append(w.out, 0)
		}
		w.out[len(w.out)-1] |= byte(number>>i&1) << w.bit
		w.bit = (w.bit + 1) % 8
	}
}

// setup is a setup header with one code book.
func setup(dimensions, entries uint64, book func(*bitWriter)) []byte {
	w := &bitWriter{}
	for _, b := range []byte("\x05vorbis\x00") {
		w.put(uint64(b), 8)
	}
	w.put(0x564342, 24)
	w.put(dimensions, 16)
	w.put(entries, 24)
	book(w)
	return append(w.out, make([]byte, 64)...)
}

// lengths are code words of these lengths, as a book writes them that is neither ordered nor sparse.
func lengths(all ...uint64) func(*bitWriter) {
	return func(w *bitWriter) {
		w.put(0, 2)
		for _, n := range all {
			w.put(n-1, 5)
		}
		w.put(0, 4)
	}
}

// ogg is an Ogg file with a page for each packet.
func ogg(packets ...[]byte) (file []byte) {
	for i, packet := range packets {
		flags := byte(0)
		switch i {
		case 0:
			flags = 2
		case len(packets) - 1:
			flags = 4
		}
		page := append([]byte("OggS\x00"), flags)
		page = binary.LittleEndian.AppendUint64(page, 100)
		page = binary.LittleEndian.AppendUint32(append(page, 7, 0, 0, 0), uint32(i))
		page = append(page, 0, 0, 0, 0, byte(len(packet)/255+1))
		for range len(packet) / 255 {
			page = append(page, 255)
		}
		page = append(append(page, byte(len(packet)%255)), packet...)
		file = append(file, summed(page, 0)...)
	}
	return file
}

// TestTakeHostileBooks hands in code books that a decoder would make gigabytes of, or walk for ever.
func TestTakeHostileBooks(t *testing.T) {
	t.Parallel()
	head := sample(t, "vorbis.ogg")[28:58]
	for name, book := range map[string][]byte{
		"no entries":               setup(1, 0, lengths()),
		"one entry":                setup(1, 1, lengths(1)),
		"no dimensions":            setup(0, 2, lengths(1, 1)),
		"too many dimensions":      setup(257, 2, lengths(1, 1)),
		"16 million entries":       setup(1, 1<<24-1, func(w *bitWriter) { w.put(1, 1); w.put(0, 5); w.put(1<<24-1, 24) }),
		"many values":              setup(256, 1<<14, func(w *bitWriter) { w.put(1, 1); w.put(13, 5); w.put(1<<14, 15) }),
		"a tree without a branch":  setup(1, 2, lengths(1, 2)),
		"a tree with more":         setup(1, 3, lengths(1, 1, 1)),
		"entries beyond the last":  setup(1, 2, func(w *bitWriter) { w.put(1, 1); w.put(0, 5); w.put(3, 2) }),
		"values of an unknown way": setup(1, 2, func(w *bitWriter) { w.put(0, 2); w.put(0, 10); w.put(3, 4) }),
		"cut off":                  []byte("\x05vorbis\x00"),
		"nothing":                  []byte("\x05"),
	} {
		if sound.VorbisSafe(book) {
			t.Errorf("%s: got safe, want it kept from the decoder", name)
		}
		_, err := sound.NewTaker(sound.Uploads).Take(t.Context(), "sound", ogg(head, []byte("\x03vorbis"), book, make([]byte, 200)))
		if fields := fault.From(err).Fields; len(fields) != 1 || !strings.Contains(fields[0].Text, "damaged") {
			t.Errorf("%s: got %v, %v, want it refused", name, err, fields)
		}
	}
}

// TestSafeBooks lets through what is right, up to the limits.
func TestSafeBooks(t *testing.T) {
	t.Parallel()
	for name, book := range map[string][]byte{
		"two entries": setup(1, 2, lengths(1, 1)),
		"three":       setup(1, 3, lengths(1, 2, 2)),
		"dimensions":  setup(256, 2, lengths(1, 1)),
		"ordered":     setup(1, 1<<15, func(w *bitWriter) { w.put(1, 1); w.put(14, 5); w.put(1<<15, 16); w.put(0, 4) }),
		"sparse": setup(1, 3, func(w *bitWriter) {
			w.put(2, 2)
			w.put(1, 1)
			w.put(0, 5)
			w.put(0, 1)
			w.put(1, 1)
			w.put(0, 5)
			w.put(0, 4)
		}),
		"values": setup(2, 9, func(w *bitWriter) {
			w.put(0, 2)
			putAll(w, 5, 3, 3, 3, 3, 3, 3, 3, 4, 4)
			w.put(1, 4)
			w.put(0, 64)
			w.put(0, 5+3)
		}),
	} {
		if !sound.VorbisSafe(book) {
			t.Errorf("%s: got it refused, want it safe", name)
		}
	}
}

// putAll writes numbers of so many bits, each less by one than it is given.
func putAll(w *bitWriter, bits int, numbers ...uint64) {
	for _, n := range numbers {
		w.put(n-1, bits)
	}
}
