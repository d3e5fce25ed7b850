package command

import (
	"fmt"
	"os"
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
	// all are the names of all flags in the environment.
	all []string
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
	eachFlag(model.Node, func(flag *kong.Flag) {
		s.all, flag.Tag.Envs = append(s.all, flag.Envs...), nil
	})
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

// Resolve gives the text of a flag that does not stand on the command line; nil for its default.
func (s *settings) Resolve(c *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if envOf(flag) != "" {
		if set, is := s.value(c, flag); is {
			return set.text, nil
		}
	}
	return nil, nil //nolint:nilnil // the parser wants it so
}

// value is where a flag is set, and to what. What cannot be meant is a problem, and left out.
func (s *settings) value(c *kong.Context, flag *kong.Flag) (set source, is bool) {
	if s.known[envOf(flag)] != nil {
		s.open(c)
	}
	set, is, err := s.find(flag)
	if is && err == nil {
		err = understood(flag, set.text)
	}
	if err != nil {
		s.problems = append(s.problems, problem{set, flag.Name, err.Error()})
		return set, false
	}
	if is {
		s.from[flag] = set
	}
	return set, is
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
	names := s.names()
	for _, line := range s.file.Lines {
		if !slices.Contains(names, line.Name) {
			s.problems = append(s.problems, problem{text: fmt.Sprintf("%s:%d: %s %s", path, line.Number, line.Name, notKnown(line.Name, names))})
			continue
		}
		s.lines[line.Name] = line
		if flag := s.known[line.Name]; s.file.Shared && flag != nil && secret(flag, line.Value) {
			s.shared = append(s.shared, line.Name)
		}
	}
}

// names are those that a file may set.
func (s *settings) names() []string {
	var names []string
	for name, flag := range s.known {
		names = append(names, name)
		if of := s.fileOf(flag); of != "" {
			names = append(names, of)
		}
	}
	slices.Sort(names)
	return names
}

func notKnown(name string, names []string) string {
	if !strings.HasPrefix(name, envPrefix+"_") {
		return "is no setting: names of settings begin with " + envPrefix + "_; set what other programs read in the environment"
	}
	// What all names begin with makes none of them alike.
	ends := make([]string, len(names))
	for i, one := range names {
		ends[i] = strings.TrimPrefix(one, envPrefix+"_")
	}
	meant := fund.Closest(strings.TrimPrefix(name, envPrefix+"_"), ends)
	if meant != "" {
		meant = envPrefix + "_" + meant
	}
	return "is no setting" + fund.DidYouMean(meant)
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
				named.text, err = config.ReadSecret(named.file)
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
