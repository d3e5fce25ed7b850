package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
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

// warnings say what should be otherwise, and keep no command from running: in a container the mode of a file does not say who can read it.
func (s *settings) warnings() []string {
	if len(s.shared) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("everybody on this machine can read %s, which holds secrets (%s); take that right away: chmod o-r", s.file.Path, strings.Join(s.shared, ", "))}
}

// withoutSecret is an error of the parser that does not repeat a secret from the command line.
func (s *settings) withoutSecret(err error, args []string) error {
	if err == nil {
		return nil
	}
	for _, flag := range s.known {
		text, is := typed(flag, args)
		if is && flag.Tag.Has(secretTag) && strings.HasPrefix(err.Error(), "--"+flag.Name+": ") {
			if wrong := understood(flag, text); wrong != nil {
				return fmt.Errorf("--%s: %w", flag.Name, wrong)
			}
		}
	}
	return err
}

// almostNames warns of names in the environment that no command knows, and that are almost those of settings.
func (s *settings) almostNames() []string {
	names := s.names()
	var all []string
	for _, set := range os.Environ() {
		name, _, _ := strings.Cut(set, "=")
		if !strings.HasPrefix(name, envPrefix+"_") || slices.Contains(names, name) || slices.Contains(s.all, name) {
			continue
		}
		if said := notKnown(name, names); strings.HasSuffix(said, "?)") {
			all = append(all, name+" in the environment "+said)
		}
	}
	slices.Sort(all)
	return all
}

func (s *settings) warn(to io.Writer) {
	for _, w := range s.warnings() {
		_, _ = fmt.Fprintln(to, "almoner: warning: "+w)
	}
}
