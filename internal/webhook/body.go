package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Body writes a message as it is sent and signed. Receivers parse it and write it again with JavaScript before they compare signatures, so
// these are the bytes that JSON.stringify(JSON.parse(body)) gives: no blanks, and nothing escaped that need not be. Keys are in alphabetical
// order, by UTF-16 code units as JavaScript compares them; invalid UTF-8 becomes U+FFFD. A key that is the
// index of an array ("0", "17") is an error, because JavaScript writes such keys first.
func Body(message any) ([]byte, error) {
	text, err := json.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("webhook message: %w", err)
	}
	value := jsontext.Value(text)
	// RFC 8785 is written after JavaScript. What stands in a message as raw JSON may have lone surrogates, which become U+FFFD as well.
	if err := value.Canonicalize(jsontext.AllowInvalidUTF8(true)); err != nil {
		return nil, fmt.Errorf("webhook message: %w", err)
	}
	if key, has := indexKey(value); has {
		return nil, fmt.Errorf("webhook message: JavaScript moves the key %q to the front of its object; give it a name that is no number", key)
	}
	return value, nil
}

// maxIndex is the largest key that JavaScript takes for the index of an array.
const maxIndex = 1<<32 - 2

// indexKey finds a key that JavaScript takes for an index, wherever it stands in the text.
func indexKey(text jsontext.Value) (string, bool) {
	d := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return "", false
		}
		// Behind a key, an odd number of the object's tokens were read.
		kind, n := d.StackIndex(d.StackDepth())
		if kind != '{' || n%2 == 0 {
			continue
		}
		key := token.String()
		if i, err := strconv.ParseUint(key, 10, 64); err == nil && i <= maxIndex && strconv.FormatUint(i, 10) == key {
			return key, true
		}
	}
}
