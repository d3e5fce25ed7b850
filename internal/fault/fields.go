package fault

import "strings"

// Field is one invalid field of a submitted model.
type Field struct {
	// Path names the field in domain words, nested ones with dots: "name", "options.0.name".
	Path string
	// Text says what is wrong without the name: "cannot be blank".
	Text string
	// Rule names the broken rule where Text has a value in it, for callers that have texts of their own; "" where
	// Text is always the same.
	Rule Rule
	// Limit is the value that Text names: a count, or minor units; 0 where there is no Rule.
	Limit int64
}

// Rule is a rule of the domain that a value broke.
type Rule string

// Fields collects everything that is wrong with a submitted model, in order.
type Fields []Field

// Add notes that the field at path is wrong. The first word on a path stays: a field that
// could not be read is not also reported as blank.
func (f *Fields) Add(path, text string) { f.AddField(Field{Path: path, Text: text}) }

// AddField is Add for a field with its rule.
func (f *Fields) AddField(one Field) {
	if !f.Has(one.Path) {
		*f = append(*f, one)
	}
}

// Has reports whether the path, or anything above it, was reported already.
func (f Fields) Has(path string) bool {
	for _, one := range f {
		if path == one.Path || strings.HasPrefix(path, one.Path+".") {
			return true
		}
	}
	return false
}

// Err is an Invalid fault with these fields, or nil when there are none.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: "Some of the submitted values are not allowed.", Fields: f}
}

// Under gives the same fields one level deeper: under "options.0", "name" becomes
// "options.0.name".
func (f Fields) Under(prefix string) Fields {
	deeper := make(Fields, len(f))
	for i, one := range f {
		deeper[i] = one
		deeper[i].Path = prefix + "." + one.Path
	}
	return deeper
}
