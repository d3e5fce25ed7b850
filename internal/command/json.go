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

// instantJSON is an instant for programs, in UTC; nil for the zero time.
func instantJSON(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := at.UTC().Format(time.RFC3339)
	return &text
}
