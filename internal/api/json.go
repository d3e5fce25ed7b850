package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// maxDepth is how many objects and lists may be inside one another.
	maxDepth = 32
	// maxValues is how many values a document may have, itself included: no model has so many.
	maxValues = 10_000
)

// Object is a JSON object in the order it was sent. Values are nil, bool, json.Number,
// string, []any and Object.
type Object []Member

// Member is one key of an Object with its value.
type Member struct {
	Key   string
	Value any
}

// Get is the value at key and whether there is one; a null is there and nil.
func (o Object) Get(key string) (any, bool) {
	for _, m := range o {
		if m.Key == key {
			return m.Value, true
		}
	}
	return nil, false
}

// wideMarks are the byte order marks of UTF-16, in both orders. UTF-32 begins with one of them or is
// not UTF-8.
var wideMarks = []string{"\xFE\xFF", "\xFF\xFE"}

// DecodeJSON reads a submitted model strictly: valid UTF-8, one JSON object, no key twice,
// at most 32 levels deep and of at most 10,000 values. Numbers stay as they were written. Its faults are Malformed and say what was found, and for bad syntax at which byte.
func DecodeJSON(body []byte) (Object, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, fault.New(fault.Malformed, "The body must be a JSON object, but it is empty.")
	}
	if slices.ContainsFunc(wideMarks, func(mark string) bool { return bytes.HasPrefix(body, []byte(mark)) }) {
		return nil, fault.New(fault.Malformed, "The body begins with the byte order mark of UTF-16: send it as UTF-8.")
	}
	if !utf8.Valid(body) {
		return nil, fault.New(fault.Malformed, "The body is not valid UTF-8.")
	}
	d := &decoder{json: json.NewDecoder(bytes.NewReader(body))}
	d.json.UseNumber()
	value, err := d.value(0)
	if err != nil {
		return nil, err
	}
	object, ok := value.(Object)
	if !ok {
		return nil, fault.New(fault.Malformed, "The body must be a JSON object, but it is %s.", describe(value))
	}
	if _, err := d.json.Token(); err == nil {
		return nil, fault.New(fault.Malformed, "The body must be one JSON object, but more follows before byte %d.", d.json.InputOffset())
	} else if !errors.Is(err, io.EOF) {
		return nil, d.broken(err)
	}
	return object, nil
}

type decoder struct {
	json *json.Decoder
	// values counts what was read.
	values int
}

func (d *decoder) value(depth int) (any, error) {
	token, err := d.json.Token()
	if err != nil {
		return nil, d.broken(err)
	}
	if d.values++; d.values > maxValues {
		return nil, fault.New(fault.Malformed, "The JSON has more than %d values, at byte %d.", maxValues, d.json.InputOffset())
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth == maxDepth {
		return nil, fault.New(fault.Malformed, "The JSON is nested more than %d levels deep at byte %d.", maxDepth, d.json.InputOffset())
	}
	if delim == '[' {
		return d.array(depth + 1)
	}
	return d.object(depth + 1)
}

func (d *decoder) array(depth int) (any, error) {
	list := []any{}
	for d.json.More() {
		value, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, d.end()
}

func (d *decoder) object(depth int) (any, error) {
	object, seen := Object{}, map[string]bool{}
	for d.json.More() {
		token, err := d.json.Token()
		if err != nil {
			return nil, d.broken(err)
		}
		key, ok := token.(string)
		if !ok {
			return nil, d.broken(nil)
		}
		if seen[key] {
			return nil, fault.New(fault.Malformed, "The JSON has the key %q twice in one object, again at byte %d.", fault.Echo(key), d.json.InputOffset())
		}
		seen[key] = true
		value, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		object = append(object, Member{Key: key, Value: value})
	}
	return object, d.end()
}

// end reads the bracket that closes the present array or object.
func (d *decoder) end() error {
	if _, err := d.json.Token(); err != nil {
		return d.broken(err)
	}
	return nil
}

func (d *decoder) broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.Wrap(err, fault.Malformed, "The JSON ends too early, after byte %d.", d.json.InputOffset())
	}
	return fault.Wrap(err, fault.Malformed, "The body is not valid JSON: bad syntax near byte %d.", d.json.InputOffset())
}

// describe names a JSON value for a person.
func describe(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case string:
		return "a string"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}
