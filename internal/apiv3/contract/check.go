package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

type checker struct{ wrong []string }

func (c *checker) add(at, format string, args ...any) {
	if at == "" {
		at = "data"
	}
	c.wrong = append(c.wrong, at+": "+fmt.Sprintf(format, args...))
}

// named checks a value against a schema by its name.
func (c *checker) named(at, item string, value any) {
	fields, ok := fieldsOf(item)
	if !ok {
		c.add(at, "there is no schema %q", item)
		return
	}
	object, ok := value.(map[string]any)
	if !ok {
		c.add(at, "got %s, want an object (%s)", kindOf(value), item)
		return
	}
	for _, key := range Keys(item) {
		c.key(at+"."+key, fields[key], object, key)
	}
}

func (c *checker) key(at string, f field, object map[string]any, key string) {
	value, there := object[key]
	switch {
	case !there && !unsure(f.Optional):
		c.add(at, "is missing")
	case there && value == nil && !unsure(f.Nullable) && f.Type != "unknown":
		c.add(at, "got null, want %s", f.Type)
	case there && value != nil:
		c.typed(at, f.Type, value)
		c.unit(at, f, value)
	}
}

// realTypes are the types of real answers where the words of the schema name two.
var realTypes = map[string]string{
	"bool in docs, string in real": "string",
}

// typed checks a value against a type word.
func (c *checker) typed(at, word string, value any) {
	if answered, ok := realTypes[word]; ok {
		word = answered
	}
	if inner, ok := strings.CutPrefix(word, "array of "); ok {
		c.array(at, inner, value)
		return
	}
	if shape, ok := strings.CutPrefix(word, "object {"); ok {
		c.inline(at, strings.TrimSuffix(shape, "}"), value)
		return
	}
	if _, ok := schemas()[word]; ok {
		c.named(at, word, value)
		return
	}
	if !isA(word, value) {
		c.add(at, "got %s, want %s", kindOf(value), word)
	}
}

func (c *checker) array(at, item string, value any) {
	items, ok := value.([]any)
	if !ok {
		c.add(at, "got %s, want an array", kindOf(value))
		return
	}
	for i, one := range items {
		c.typed(at+"["+strconv.Itoa(i)+"]", item, one)
	}
}

// inline checks a value against "key: type, key?: type"; keys without a type take the next one's.
func (c *checker) inline(at, shape string, value any) {
	object, ok := value.(map[string]any)
	if !ok {
		c.add(at, "got %s, want an object", kindOf(value))
		return
	}
	members := strings.Split(shape, ", ")
	word := ""
	for _, member := range slices.Backward(members) {
		name, own, typed := strings.Cut(member, ": ")
		if typed {
			word = own
		}
		name, optional := strings.CutSuffix(name, "?")
		got, there := object[name]
		switch {
		case !there && !optional:
			c.add(at+"."+name, "is missing")
		case there && !matches(word, got):
			c.add(at+"."+name, "got %s, want %s", kindOf(got), word)
		}
	}
}

func matches(word string, value any) bool {
	return slices.ContainsFunc(strings.Split(word, " or "), func(one string) bool { return isA(one, value) })
}

// isA reports whether a value is of a simple type.
func isA(word string, value any) bool {
	switch word {
	case "unknown":
		return true
	case "null":
		return value == nil
	case "int":
		_, err := strconv.ParseInt(numeral(value), 10, 64)
		return err == nil
	case "number":
		return numeral(value) != ""
	case "array":
		_, ok := value.([]any)
		return ok
	default:
		return kindOf(value) == word
	}
}

func numeral(value any) string {
	switch n := value.(type) {
	case json.Number:
		return n.String()
	case float64:
		return strconv.FormatFloat(n, 'f', -1, 64)
	default:
		return ""
	}
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case string:
		return "string"
	case json.Number, float64:
		return "number " + numeral(value)
	case []any:
		return "array"
	default:
		return "object"
	}
}

// unit checks what can be checked of a value beyond its type.
func (c *checker) unit(at string, f field, value any) {
	text, isText := value.(string)
	switch {
	case strings.HasPrefix(f.Unit, "epoch milliseconds"):
		if n, err := strconv.ParseInt(numeral(value), 10, 64); err == nil && n%1000 != 0 {
			c.add(at, "got %d, want a multiple of 1000", n)
		}
	case strings.HasPrefix(f.Unit, "YYYY-MM-DD") && isText && text != "":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			c.add(at, "got %q, want a day as 2006-01-02", text)
		}
	case strings.HasSuffix(at, ".type") && len(f.Values) == 1 && value != f.Values[0]:
		c.add(at, "got %v, want %v", value, f.Values[0])
	}
}
