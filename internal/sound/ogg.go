package sound

import (
	"bytes"
	"encoding/binary"
)

// oggHeader is the length of the header of a page before its lacing values (RFC 3533, section 6).
const oggHeader = 27

// The flags of a page.
const (
	oggContinued = 1
	oggFirst     = 2
	oggLast      = 4
)

// oggStream is what an Ogg file holds: the packets of one stream.
type oggStream struct {
	packets [][]byte
	// end is the position of the last page: how many samples there are to its end.
	end int64
}

// readOgg reads the packets of a file with one stream, whose pages follow each other to the last one without a gap. Of several streams players do not
// agree which they play.
func readOgg(file []byte) (s oggStream, err error) {
	var packet []byte
	var serial uint32
	for page, last := uint32(0), false; !last; page++ {
		if len(file) < oggHeader || !bytes.HasPrefix(file, []byte("OggS\x00")) {
			return s, refusal(unreadable)
		}
		flags, count := file[5], int(file[26])
		size := oggHeader + count
		if len(file) < size {
			return s, refusal(unreadable)
		}
		lacing := file[oggHeader:size]
		for _, n := range lacing {
			size += int(n)
		}
		if len(file) < size || binary.LittleEndian.Uint32(file[22:]) != oggSum(file[:size]) {
			return s, refusal(unreadable)
		}
		number := binary.LittleEndian.Uint32(file[14:])
		if page == 0 {
			serial = number
		}
		if number != serial || binary.LittleEndian.Uint32(file[18:]) != page || (flags&oggFirst != 0) != (page == 0) || (flags&oggContinued != 0) != (packet != nil) {
			return s, refusal("is an Ogg file with several streams or with gaps: save it with one sound")
		}
		content := file[oggHeader+count : size]
		for _, n := range lacing {
			packet = append(packet, content[:n]...)
			content = content[n:]
			if n < 255 {
				s.packets, packet = append(s.packets, packet), nil
			}
		}
		if at := int64(binary.LittleEndian.Uint64(file[6:])); at >= 0 {
			s.end = at
		}
		last, file = flags&oggLast != 0, file[size:]
	}
	if packet != nil || len(file) > 0 {
		return s, refusal(unreadable)
	}
	return s, nil
}

// oggTable is the CRC-32 of Ogg, whose bits hash/crc32 has the other way around.
var oggTable = func() (table [256]uint32) {
	const polynomial = 0x04c11db7
	for i := range table {
		sum := uint32(i) << 24
		for range 8 {
			high := sum >> 31
			sum = sum<<1 ^ high*polynomial
		}
		table[i] = sum
	}
	return table
}()

// oggSum is the checksum of a page, which counts its own field as zeros.
func oggSum(page []byte) (sum uint32) {
	for i, b := range page {
		if i >= 22 && i < 26 {
			b = 0
		}
		sum = sum<<8 ^ oggTable[byte(sum>>24)^b]
	}
	return sum
}
