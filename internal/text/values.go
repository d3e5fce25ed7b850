package text

import (
	"fmt"
	"strings"
	"unicode"

	parser "github.com/nicksnyder/go-i18n/v2/i18n/template"

	"github.com/almoner/almoner/internal/glyph"
)

// values parses texts for the localizer. A text has values, "{{.Name}}", and no other actions, so that filling it in takes
// a tenth of the time of executing a text/template: a page has dozens of texts.
type values struct {
	// isolate puts the texts of others apart, whatever their direction: in texts from right to left a name from left to right turns what stands beside it.
	isolate bool
}

// Cacheable reports that a text is parsed once.
func (values) Cacheable() bool { return true }

// Parse splits a text at its values. Anything else between braces is an error. Texts set no delimiters of their own.
func (v values) Parse(text, _, _ string) (parser.ParsedTemplate, error) {
	before, rest, has := strings.Cut(text, "{{")
	parsed := filled{start: before, isolate: v.isolate}
	for has {
		var action string
		var closed bool
		action, rest, closed = strings.Cut(rest, "}}")
		name, named := strings.CutPrefix(action, ".")
		if !closed || !named {
			return nil, fmt.Errorf("text %q: {{%s is not a value", text, action)
		}
		before, rest, has = strings.Cut(rest, "{{")
		parsed.values = append(parsed.values, value{name: name, then: before})
	}
	return parsed, nil
}

// filled is a parsed text.
type filled struct {
	start   string
	values  []value
	isolate bool
}

// value is a place in a text for a value, and the words between it and the next.
type value struct{ name, then string }

// Execute fills a text with the values of pairs; one that has no value is an error.
func (f filled) Execute(data any) (string, error) {
	given, _ := data.(pairs)
	text := f.start
	for _, v := range f.values {
		found, is := given.get(v.name)
		if !is {
			return "", fmt.Errorf("text %q has no value for %s", f.start, v.name)
		}
		said, plain := found.(string)
		if plain {
			said = f.apart(said)
		} else {
			said = fmt.Sprint(found)
		}
		text += said + v.then
	}
	return text, nil
}

// apart is a value that does not turn the sentence around it.
func (f filled) apart(said string) string {
	if f.isolate && strings.ContainsFunc(said, func(r rune) bool { return !unicode.IsDigit(r) }) {
		return glyph.Isolate(said)
	}
	return glyph.Isolated(said)
}

// pairs are values, each after its name.
type pairs []any

// get is the value of that name.
func (p pairs) get(name string) (any, bool) {
	for i := 0; i+1 < len(p); i += 2 {
		if p[i] == name {
			return p[i+1], true
		}
	}
	return nil, false
}
