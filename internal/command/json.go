package command

import (
	"encoding/json"
	"io"
	"time"
)

// printJSON writes what a command found or did as one line, for programs.
func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// printJSONLine writes one item of a list in one line, for programs that read line by line.
func printJSONLine(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// instantJSON is an instant for programs, in UTC; nil for the zero time.
func instantJSON(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := at.UTC().Format(time.RFC3339)
	return &text
}
