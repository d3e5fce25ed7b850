package command

import (
	"encoding/json"
	"io"
)

// printJSON writes what a command found or did as one line, for programs.
func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
