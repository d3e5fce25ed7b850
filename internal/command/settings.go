package command

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
)

// settings find what flags are set to that do not stand on the command line: in the environment, then in the file of --config. They take the place of
// the parser's own look at the environment, which knows no file, stops at the first mistake and repeats secrets.
type settings struct {
	// known are the flags that a file may set, by their names in the environment.
	known map[string]*kong.Flag
	file  config.File
	lines map[string]config.Line
	read  bool
	// from says where the value of each flag comes from that is set, but not on the command line.
	from     map[*kong.Flag]source
	problems []problem
	// shared are the secrets in a file that everybody can read.
	shared []string
}

// configFlag is the name of the flag that names the file.
const configFlag = "config"

// fileEnd is the end of the name under which the environment or a file names a file with the secret.
const fileEnd = "_FILE"

// source is where the value of a flag is set.
type source struct {
	// name is under which it is set there, place FILE:LINE, or "" for the environment.
	name, place string
	// text is the value, file the path of the file that it was read from, if it was.
	text, file string
}

func (s source) String() string {
	if s.place == "" {
		return "environment"
	}
	return s.place
}

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

// know takes the flags of the model. Its parser does not look at the environment any more.
func (s *settings) know(model *kong.Application) {
	s.known, s.from = map[string]*kong.Flag{}, map[*kong.Flag]source{}
	for _, node := range model.Children {
		for _, flag := range node.Flags {
			if node.Name == serveCommand || node.Name == demoCommand {
				s.known[envOf(flag)] = flag
			}
		}
	}
	eachFlag(model.Node, func(flag *kong.Flag) { flag.Tag.Envs = nil })
}

// The commands whose flags are settings.
const (
	serveCommand = "serve"
	demoCommand  = "demo"
)

func eachFlag(n *kong.Node, do func(*kong.Flag)) {
	for _, flag := range n.Flags {
		do(flag)
	}
	for _, child := range n.Children {
		eachFlag(child, do)
	}
}

// envOf is the name of a flag in the environment; "" for --help.
func envOf(flag *kong.Flag) string {
	if len(flag.Envs) == 0 {
		return ""
	}
	return flag.Envs[0]
}

// helpOf is the help of a flag with its name in the environment.
func helpOf(value *kong.Value) string {
	if value.Flag == nil || envOf(value.Flag) == "" {
		return value.Help
	}
	return strings.TrimSuffix(value.Help, ".") + " ($" + envOf(value.Flag) + ")."
}

// secretTag marks flags whose value is a secret, or may be one: a URL that may hold a password.
const (
	secretTag      = "secret"
	passwordSecret = "password"
)

// secret reports whether a value of the flag must not be shown.
func secret(flag *kong.Flag, text string) bool {
	return text != "" && flag.Tag.Has(secretTag) && (flag.Tag.Get(secretTag) != passwordSecret || config.HoldsPassword(text))
}

// fileOf is the name under which the flag's secret may be set to the content of a file; "" where it may not, or a flag has that name.
func (s *settings) fileOf(flag *kong.Flag) string {
	name := envOf(flag) + fileEnd
	if !flag.Tag.Has(secretTag) || s.known[name] != nil {
		return ""
	}
	return name
}

// Validate is part of kong.Resolver.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve gives the text of a flag that does not stand on the command line; nil for its default. What cannot be meant is left out, and a problem.
func (s *settings) Resolve(c *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if envOf(flag) == "" {
		return nil, nil //nolint:nilnil // the parser wants it so
	}
	if s.known[envOf(flag)] != nil {
		s.open(c)
	}
	set, is, err := s.find(flag)
	if is && err == nil {
		err = understood(flag, set.text)
	}
	switch {
	case err != nil:
		s.problems = append(s.problems, problem{set, flag.Name, err.Error()})
		return nil, nil //nolint:nilnil // the problem is reported with the others
	case !is:
		return nil, nil //nolint:nilnil // the parser wants it so
	}
	s.from[flag] = set
	return set.text, nil
}

// open reads the file, once, for the first flag that it may set.
func (s *settings) open(c *kong.Context) {
	if s.read {
		return
	}
	s.read = true
	i := slices.IndexFunc(c.Model.Flags, func(f *kong.Flag) bool { return f.Name == configFlag })
	path, _ := c.FlagValue(c.Model.Flags[i]).(string)
	if path == "" {
		path = s.from[c.Model.Flags[i]].text
	}
	if path == "" {
		return
	}
	var errs []error
	s.file, errs = config.ReadFile(path)
	for _, err := range errs {
		s.problems = append(s.problems, problem{text: err.Error()})
	}
	s.lines = map[string]config.Line{}
	var names []string
	for name, flag := range s.known {
		names = append(names, name)
		if of := s.fileOf(flag); of != "" {
			names = append(names, of)
		}
	}
	slices.Sort(names)
	for _, line := range s.file.Lines {
		s.lines[line.Name] = line
		switch flag := s.known[line.Name]; {
		case !slices.Contains(names, line.Name):
			s.problems = append(s.problems, problem{text: fmt.Sprintf("%s:%d: %s %s", path, line.Number, line.Name, notKnown(line.Name, names))})
		case s.file.Shared && flag != nil && secret(flag, line.Value):
			s.shared = append(s.shared, line.Name)
		}
	}
}

func notKnown(name string, names []string) string {
	if !strings.HasPrefix(name, envPrefix+"_") {
		return "is no setting: names of settings begin with " + envPrefix + "_; set what other programs read in the environment"
	}
	return "is no setting" + fund.DidYouMean(fund.Closest(name, names))
}

// find finds the flag where it is set: the environment stands over the file.
func (s *settings) find(flag *kong.Flag) (set source, is bool, err error) {
	for _, lookup := range []func(string) (source, bool){s.inEnvironment, s.inFile} {
		plain, isPlain := lookup(envOf(flag))
		if of := s.fileOf(flag); of != "" {
			if named, is := lookup(of); is && named.text != "" {
				if plain.text != "" {
					return named, true, fmt.Errorf("%s is set as well; keep one of them", envOf(flag))
				}
				named.file = named.text
				if named.text, err = config.ReadSecret(named.file); err != nil {
					err = fmt.Errorf("the file %w", err)
				}
				return named, true, err
			}
		}
		if isPlain {
			return plain, true, nil
		}
	}
	return source{}, false, nil
}

func (s *settings) inEnvironment(name string) (source, bool) {
	text, is := os.LookupEnv(name)
	return source{name: name, text: text}, is
}

func (s *settings) inFile(name string) (source, bool) {
	line, is := s.lines[name]
	return source{name: name, place: fmt.Sprintf("%s:%d", s.file.Path, line.Number), text: line.Value}, is
}

// understood reports what is wrong with a text for the flag, and does not repeat a secret.
func understood(flag *kong.Flag, text string) error {
	value := reflect.New(flag.Target.Type()).Elem()
	if value.Kind() == reflect.Pointer {
		value.Set(reflect.New(value.Type().Elem()))
	}
	scan := kong.Scan().PushTyped(text, kong.FlagValueToken)
	if err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, value); err != nil {
		if _, careful := value.Addr().Interface().(encoding.TextUnmarshaler); !careful && flag.Tag.Has(secretTag) {
			return errors.New("cannot be understood; write it like " + flag.FormatPlaceHolder())
		}
		return err
	}
	if flag.Enum != "" && !slices.Contains(flag.EnumSlice(), text) {
		return fmt.Errorf("%q is none of: %s", text, strings.Join(flag.EnumSlice(), ", "))
	}
	return validate(value)
}

// validate asks a value, or each of several, whether it can be meant.
func validate(value reflect.Value) error {
	if value.Kind() == reflect.Slice {
		for i := range value.Len() {
			if err := validate(value.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if checked, can := value.Interface().(interface{ Validate() error }); can {
		return checked.Validate()
	}
	return nil
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

// Setting is a flag of serve or demo, which the environment and a file may set as well.
type Setting struct {
	Flag, Name, Placeholder, Default, Help string
	// Secret reports whether it is a secret or may hold one, File is the name under which a file with it may be named.
	Secret bool
	File   string
}

// Settings are all settings, in the order of their commands, each once.
func Settings() []Setting {
	parser, s := parserOf(&commands{}, Terminal{Out: io.Discard, Err: io.Discard})
	var all []Setting
	eachFlag(parser.Model.Node, func(flag *kong.Flag) {
		name := envOf(flag)
		if s.known[name] == nil || slices.ContainsFunc(all, func(one Setting) bool { return one.Name == name }) {
			return
		}
		of := Setting{Flag: "--" + flag.Name, Name: name, Placeholder: flag.PlaceHolder, Default: flag.Default, Help: flag.Help, Secret: flag.Tag.Has(secretTag), File: s.fileOf(flag)}
		all = append(all, of)
	})
	return all
}
