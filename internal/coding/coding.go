// Package coding is the content codings of HTTP (RFC 9110, section 8.4): which one a caller takes, bodies
// that are compressed once for all who take them so, and the refusal of bodies that come compressed.
//
// The contract: a compressed body says the same as the plain one, so that it has the same entity tag, marked
// weak. What is made for one visitor and holds a secret must not be compressed, because its length would
// say something of the secret to whoever can add to it (BREACH).
package coding

import (
	"net/http"
	"strconv"
	"strings"
)

// Coding is a content coding that bodies can be sent in.
type Coding int

// The codings. Identity is a body as it is.
const (
	Identity Coding = iota
	Gzip
	Zstd
)

// MinSize is how many bytes a body has at least that is worth compressing.
const MinSize = 1 << 10

// values are the values of Content-Encoding, made once.
var values = [...][]string{Identity: nil, Gzip: {"gzip"}, Zstd: {"zstd"}}

// Header is the value of Content-Encoding, for direct use in an http.Header; nil for Identity.
func (c Coding) Header() []string { return values[c] }

// Accepted is the coding that a caller wants most by its Accept-Encoding. Of two that are wanted alike it is
// zstd, which is smaller and cheaper. A caller without the header gets Identity.
func Accepted(h http.Header) Coding {
	lines := h["Accept-Encoding"]
	if len(lines) == 0 {
		return Identity
	}
	wanted := weights(lines)
	best, most := Identity, wanted["identity"]
	for _, c := range []Coding{Zstd, Gzip} {
		q, named := wanted[values[c][0]]
		if !named {
			q = wanted["*"]
		}
		if q > 0 && (q > most || q == most && best == Identity) {
			best, most = c, q
		}
	}
	return best
}

// weights are the codings that a caller names, with how much each is wanted: 0, not at all, to 1. What
// cannot be read is not wanted.
func weights(lines []string) map[string]float64 {
	wanted := map[string]float64{}
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			name, parameter, weighted := strings.Cut(item, ";")
			q := 1.0
			if weighted {
				key, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(parameter)), "=")
				n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
				if q = n; strings.TrimSpace(key) != "q" || err != nil || !(n >= 0 && n <= 1) {
					q = 0
				}
			}
			name = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "x-") // x-gzip is gzip
			wanted[name] = q
		}
	}
	return wanted
}
