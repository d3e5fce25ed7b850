package command

import (
	"errors"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// Explain is an error in words for the operator at the terminal: what is wrong and the way
// out, then the cause in brackets; for invalid values one line each. An argument without end is not repeated whole.
func Explain(err error) string { return bounded(inWords(err)) }

// maxMessage is how many bytes of an error are printed, keptEnd how many of them are its last, which tell the way out.
const (
	maxMessage = 40 * fault.MaxEcho
	keptEnd    = 4 * fault.MaxEcho
)

// bounded leaves out the middle of a message that is too long.
func bounded(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	head, tail := message[:maxMessage-keptEnd], message[len(message)-keptEnd:]
	return strings.ToValidUTF8(head, "") + "…" + strings.ToValidUTF8(tail, "")
}

// misspelled is an error about arguments whose text is bounded.
type misspelled struct{ error }

// Error is the bounded text.
func (m misspelled) Error() string { return bounded(m.error.Error()) }

// Unwrap is the error itself, which knows the usage to print with it.
func (m misspelled) Unwrap() error { return m.error }

func inWords(err error) string {
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
