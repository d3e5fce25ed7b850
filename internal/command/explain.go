package command

import (
	"errors"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// Explain is an error in words for the operator at the terminal: what is wrong and the way
// out, then the cause in brackets; for invalid values one line each.
func Explain(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return oneLine(err.Error())
	}
	if len(f.Fields) > 0 {
		lines := make([]string, len(f.Fields))
		for i, field := range f.Fields {
			lines[i] = field.Path + " " + field.Text
		}
		return strings.Join(lines, "\n")
	}
	if f.Message == "" {
		return oneLine(err.Error())
	}
	if cause := f.Unwrap(); cause != nil {
		return f.Message + " (" + oneLine(cause.Error()) + ")"
	}
	return f.Message
}

// misused is an error of flags in words for the operator; nil for none.
func misused(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(Explain(err))
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
