package glyph

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// The directional formatting characters of UAX #9 that pair: embeddings and overrides with pop, isolates with their end.
const (
	leftEmbedding, rightEmbedding, pop = '\u202a', '\u202b', '\u202c'
	leftOverride, rightOverride        = '\u202d', '\u202e'
	leftIsolate, rightIsolate          = '\u2066', '\u2067'
	firstStrongIsolate, endIsolate     = '\u2068', '\u2069'
)

// Isolated is a text of somebody else between other text: an isolate, so that its direction does not turn what stands beside it. A text that
// cannot turn anything stays as it is. It is for where there is no markup; in HTML a bdi element around a Balanced text does the same.
func Isolated(text string) string {
	if !strings.ContainsFunc(text, turns) {
		return text
	}
	return Isolate(text)
}

// Isolate is Isolated for text that runs from right to left, which every name turns: it always isolates.
func Isolate(text string) string {
	return string(firstStrongIsolate) + Balanced(text) + string(endIsolate)
}

// turns reports whether a sign is of a script that runs from right to left, or changes the direction.
func turns(r rune) bool {
	if r < '\u0590' {
		return false // the first such sign is Hebrew
	}
	p, _ := bidi.LookupString(string(r))
	switch p.Class() {
	case bidi.R, bidi.AL, bidi.AN, bidi.LRO, bidi.RLO, bidi.LRE, bidi.RLE, bidi.PDF, bidi.LRI, bidi.RLI, bidi.FSI, bidi.PDI, bidi.Control:
		return true
	default:
		return false
	}
}

// Direction is that of the first letter of a text, as HTML writes it: "ltr" or "rtl"; "" for a text without letters.
func Direction(text string) string {
	for _, r := range text {
		switch p, _ := bidi.LookupString(string(r)); p.Class() {
		case bidi.L:
			return "ltr"
		case bidi.R, bidi.AL:
			return "rtl"
		}
	}
	return ""
}

// Balanced keeps the directional characters of a text, but for those that would end something before it; what it opens ends with it.
func Balanced(text string) string {
	var out strings.Builder
	var open []rune // what ends each that is open
	for _, r := range text {
		switch r {
		case leftEmbedding, rightEmbedding, leftOverride, rightOverride:
			open = append(open, pop)
		case leftIsolate, rightIsolate, firstStrongIsolate:
			open = append(open, endIsolate)
		case pop:
			if len(open) == 0 || open[len(open)-1] != pop {
				continue // it has no effect, or would end what is outside
			}
			open = open[:len(open)-1]
		case endIsolate:
			// It ends the embeddings inside of its isolate, too.
			inside := len(open)
			for inside > 0 && open[inside-1] == pop {
				inside--
			}
			if inside == 0 {
				continue
			}
			open = open[:inside-1]
		}
		out.WriteRune(r)
	}
	for i := range open {
		out.WriteRune(open[len(open)-1-i])
	}
	return out.String()
}
