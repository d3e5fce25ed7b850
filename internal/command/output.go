package command

import (
	"encoding/json"
	"io"
)

// printJSON prints a value as one line of JSON.
func printJSON(out io.Writer, value any) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	return lines.Encode(value)
}
