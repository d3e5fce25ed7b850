package fault

import "strings"

// Field is one invalid field of a submitted model.
type Field struct {
	// Path names the field in domain terms, nested ones with dots: "name", "options.0.name".
	Path string
	// Text says what is wrong without the name: "cannot be blank".
	Text string
	// Rule names the broken rule if Text contains a value, for callers with texts of their own; "" if Text is constant.
	Rule Rule
	// Limit is the value in Text: a count, or minor units; 0 without a Rule.
	Limit int64
}

// Rule is a domain rule that a value broke.
type Rule string

// Fields collects the errors of a submitted model, in order.
type Fields []Field

// Add records an error of the field at path. The first error of a path stays: a field that could not be read is not also reported as blank.
func (f *Fields) Add(path, text string) { f.AddField(Field{Path: path, Text: text}) }

// AddField is Add for a field with its rule.
func (f *Fields) AddField(one Field) {
	if !f.Has(one.Path) {
		*f = append(*f, one)
	}
}

// Has reports whether the path, or one of its parents, was already reported.
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

// Under returns the same fields one level deeper: under "options.0", "name" becomes "options.0.name".
func (f Fields) Under(prefix string) Fields {
	deeper := make(Fields, len(f))
	for i, one := range f {
		deeper[i] = one
		deeper[i].Path = prefix + "." + one.Path
	}
	return deeper
}
