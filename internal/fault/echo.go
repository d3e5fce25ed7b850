package fault

import "unicode/utf8"

// MaxEcho is how many characters of a caller's text an error repeats: enough to find it, and too few to make answers and logs large.
const MaxEcho = 100

// Echo is a caller's text as an error repeats it: what is longer than MaxEcho characters ends in "…" instead.
func Echo(text string) string {
	if utf8.RuneCountInString(text) <= MaxEcho {
		return text
	}
	end := 0
	for range MaxEcho {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return text[:end] + "…"
}
