// Package testexample makes the examples of the OpenAPI documents of golden files, so that each is an
// answer that the server gave.
package testexample

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofrs/uuid/v5"
)

// Make returns the examples as api.ReadExamples takes them: one for each row, "GET /api/v3/user", and
// for each status of an error, "422". The rows come with what they answer: a row without a golden file
// of its own, or with an empty list in it, has the example of another that answers the same, and none
// where there is no such row.
// The golden files are those of the folder and of the folders in it; a line with the method and the
// address begins them, and the answer stands after the line with its status.
func Make(folder string, rows map[string]string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	more, err := filepath.Glob(filepath.Join(folder, "*", "*.txt"))
	if err != nil {
		return nil, err
	}
	found := map[string]json.RawMessage{}
	for _, file := range append(files, more...) {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		key, body, ok := read(string(text), rows)
		if !ok {
			continue
		}
		body, err = trimmed(unmasked(body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		found[key] = better(key, found[key], body)
	}
	return written(found, rows)
}

// answered is a golden file: the request, the status, perhaps a header, and the body.
var answered = regexp.MustCompile(`(?s)^([A-Z]+) (\S+) [^\n]*\n(?:.*\n\n)?(\d{3})\n(?:Location: [^\n]*\n)?(\{.*\})\n$`)

func read(text string, rows map[string]string) (key string, body []byte, ok bool) {
	parts := answered.FindStringSubmatch(text)
	if parts == nil {
		return "", nil, false
	}
	if parts[3] >= "400" {
		return parts[3], []byte(parts[4]), true
	}
	target, _, _ := strings.Cut(parts[2], "?")
	key = rowOf(parts[1], target, rows)
	return key, []byte(parts[4]), key != ""
}

// rowOf is the row that answers an address: the one with the most words that are no wildcards.
func rowOf(method, target string, rows map[string]string) string {
	best, most := "", -1
	segments := strings.Split(target, "/")
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		own, pattern, _ := strings.Cut(row, " ")
		words := strings.Split(pattern, "/")
		if own != method || len(words) != len(segments) {
			continue
		}
		same := 0
		for i, word := range words {
			if word == segments[i] {
				same++
			} else if !strings.HasPrefix(word, "{") {
				same = -len(words)
			}
		}
		if same > most {
			best, most = row, same
		}
	}
	return best
}

// better is the answer that shows more, and the error that shows less.
func better(key string, one, other json.RawMessage) json.RawMessage {
	fault := !strings.Contains(key, " ")
	if one == nil || len(other) != len(one) && (len(other) > len(one)) != fault {
		return other
	}
	return one
}

var (
	maskedID     = regexp.MustCompile(`\{[a-z][^{}":,]*\}|\(a donor\)`)
	maskedCursor = []byte(`"(a cursor)"`)
)

// unmasked puts an id in place of each name of one, the same for the same name.
func unmasked(body []byte) []byte {
	body = bytes.ReplaceAll(body, maskedCursor, []byte(`"g2wAAAABbQAAABA"`))
	return maskedID.ReplaceAllFunc(body, func(name []byte) []byte {
		return []byte(uuid.NewV5(uuid.NamespaceURL, string(name)).String())
	})
}

// trimmed is the body on one line with one item in each list.
func trimmed(body []byte) ([]byte, error) {
	var text bytes.Buffer
	from := jsontext.NewDecoder(bytes.NewReader(body))
	to := jsontext.NewEncoder(&text)
	if err := copyValue(from, to); err != nil {
		return nil, err
	}
	if _, err := from.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something stands after the body: %w", err)
	}
	return bytes.TrimSpace(text.Bytes()), nil
}

func copyValue(from *jsontext.Decoder, to *jsontext.Encoder) error {
	kind := from.PeekKind()
	token, err := from.ReadToken()
	if err != nil {
		return err
	}
	if err := to.WriteToken(token); err != nil || kind != '{' && kind != '[' {
		return err
	}
	for copied := 0; from.PeekKind() != kind+2; copied++ { // '}' and ']' are two after '{' and '['
		if kind == '[' && copied > 0 {
			err = from.SkipValue()
		} else {
			err = copyValue(from, to)
		}
		if err != nil {
			return err
		}
	}
	if token, err = from.ReadToken(); err != nil {
		return err
	}
	return to.WriteToken(token)
}

// written is the file: a line for each row, with its example or the row that has the same.
func written(found map[string]json.RawMessage, rows map[string]string) ([]byte, error) {
	fullest := map[string]string{}
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		if answers := rows[row]; len(found[row]) > len(found[fullest[answers]]) {
			fullest[answers] = row
		}
	}
	for row, answers := range rows {
		empty := found[row] == nil || bytes.Contains(found[row], []byte(`"data":[]`))
		if like := fullest[answers]; empty && like != "" && like != row {
			found[row] = json.RawMessage(`"` + like + `"`)
		}
	}
	var text bytes.Buffer
	for i, key := range slices.Sorted(maps.Keys(found)) {
		name, err := json.Marshal(key)
		if err != nil {
			return nil, err
		}
		separator := map[bool]string{true: "{\n", false: ",\n"}[i == 0]
		fmt.Fprintf(&text, "%s%s: %s", separator, name, found[key])
	}
	text.WriteString("\n}\n")
	return text.Bytes(), nil
}
