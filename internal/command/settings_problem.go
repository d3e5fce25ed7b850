package command

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// problem is a setting that cannot be meant.
type problem struct {
	source
	// flag is the flag of the setting; "" where it has none.
	flag string
	text string
}

func (p problem) String() string {
	switch {
	case p.flag == "":
		return p.text
	case p.place == "":
		return fmt.Sprintf("%s (the environment of --%s): %s", p.name, p.flag, p.text)
	default:
		return fmt.Sprintf("%s: %s (--%s): %s", p.place, p.name, p.flag, p.text)
	}
}

// err is all problems in words, or else the error of the parser.
func (s *settings) err(parser error) error {
	var errs []error
	for _, p := range s.problems {
		errs = append(errs, errors.New(p.String()))
	}
	if len(errs) == 0 {
		return parser
	}
	return errors.Join(errs...)
}

// warnings say what should be otherwise, and keeps no command from running: in a container the mode of a file does not say who can read it.
func (s *settings) warnings() []string {
	if len(s.shared) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("everybody on this machine can read %s, which holds secrets (%s); take that right away: chmod o-r", s.file.Path, strings.Join(s.shared, ", "))}
}

func (s *settings) warn(to io.Writer) {
	for _, w := range s.warnings() {
		_, _ = fmt.Fprintln(to, "almoner: warning: "+w)
	}
}
