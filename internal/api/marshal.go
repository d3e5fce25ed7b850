package api

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Marshal writes compact JSON as JavaScript does: <, >, & and the separators of lines and
// paragraphs stand as they are. It is a body of its own, and never part of a page or a script.
func Marshal(body any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	return unescape(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// needless are the escapes that the encoder always writes and JavaScript never does: U+2028, U+2029,
// and what takes the place of broken UTF-8.
var needless = []struct {
	escape []byte
	raw    rune
}{{[]byte(`\u2028`), '\u2028'}, {[]byte(`\u2029`), '\u2029'}, {[]byte(`\ufffd`), '\ufffd'}}

// unescape puts characters in the place of their needless escapes. What somebody typed that looks
// like an escape has an escaped backslash before it.
func unescape(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\u2`)) && !bytes.Contains(text, []byte(`\uf`)) {
		return text
	}
	raw := text[:0] // never longer than what was read
	for rest := text; len(rest) > 0; {
		n, r := 1, rune(0)
		if rest[0] == '\\' {
			n = 2
			for _, one := range needless {
				if bytes.HasPrefix(rest, one.escape) {
					n, r = len(one.escape), one.raw
				}
			}
		}
		if r != 0 {
			raw = utf8.AppendRune(raw, r)
		} else {
			raw = append(raw, rest[:n]...)
		}
		rest = rest[n:]
	}
	return raw
}
