package ui

import "strings"

// Field is a field that is typed into.
type Field struct {
	Name, Label, Hint, Value string
	Type, Mode, Autocomplete string
	Placeholder              string
	Problem                  string
	Optional                 bool
	// Rows are those of a text of several lines; 0 for one line.
	Rows int
	// Options are what can be chosen; none for what is typed.
	Options []Option
	// ReadOnly is set for what is only there to be copied.
	ReadOnly bool
}

// Option is one of many things to choose from in one field.
type Option struct {
	Value, Text string
	Chosen      bool
}

// ID is the field's place on the page.
func (f Field) ID() string { return strings.ReplaceAll(f.Name, ".", "-") }

// Described are the places of what is said about the field; "" for nothing.
func (f Field) Described() string {
	var places []string
	if f.Hint != "" {
		places = append(places, f.ID()+"-hint")
	}
	if f.Problem != "" {
		places = append(places, f.ID()+"-problem")
	}
	return strings.Join(places, " ")
}

// Choice is one of several things to choose from.
type Choice struct {
	ID, Name, Value, Text, Note string
	Checked                     bool
	// Class is a class of its own, for the style sheet; "" for none.
	Class string
}
