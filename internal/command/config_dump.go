package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/almoner/almoner/internal/config"
)

// DumpConfig prints the settings of a server.
type DumpConfig struct {
	Serve serveSettings `embed:""`
	asLines
}

// effective is a setting as it is in effect.
type effective struct {
	Setting string `json:"setting"`
	Flag    string `json:"flag"`
	// Value is nil where nothing is set, and for a secret.
	Value *string `json:"value"`
	// From is flag, environment, FILE:LINE, default, or not set.
	From   string `json:"from"`
	Secret bool   `json:"secret"`
}

// Run prints the settings in the form of a file that --config reads, in which secrets are left out.
func (c DumpConfig) Run(t Terminal, parsed *kong.Context, found *settings) error {
	for _, flag := range parsed.Selected().Flags {
		if found.known[envOf(flag)] == nil {
			continue
		}
		e := found.effective(flag, parsed.Args)
		var err error
		if c.JSON {
			err = printJSON(t.Out, e)
		} else {
			err = e.print(t.Out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// effective says what a flag is set to, and where.
func (s *settings) effective(flag *kong.Flag, args []string) effective {
	e := effective{Setting: envOf(flag), Flag: "--" + flag.Name, From: "default"}
	text, isSet := typed(flag, args)
	from, elsewhere := s.from[flag]
	switch {
	case isSet:
		e.From = "flag"
	case elsewhere:
		text, isSet, e.From = from.text, true, from.String()
	case flag.HasDefault:
		text, isSet = flag.Default, true
	default:
		e.From = "not set"
	}
	switch e.Secret = secret(flag, text); {
	case e.Secret && elsewhere && from.file != "":
		e.Setting, e.Secret, e.Value = from.name, false, &from.file
	case isSet && !e.Secret:
		e.Value = &text
	}
	return e
}

// print writes the setting as a line of a file, with where it is set above it. A line that no file may have is a comment.
func (e effective) print(out io.Writer) error {
	line := "#" + e.Setting + "="
	switch {
	case e.Secret:
		line += "… (set)"
	case e.Value != nil:
		quoted, can := config.Quoted(*e.Value)
		if line = e.Setting + "=" + quoted; !can {
			line = fmt.Sprintf("#%s=%q", e.Setting, *e.Value)
		}
	}
	_, err := fmt.Fprintf(out, "# %s\n%s\n", oneLine(e.From), line)
	return err
}

// typed is what the arguments set a flag to.
func typed(flag *kong.Flag, args []string) (text string, is bool) {
	var texts []string
	for i, arg := range args {
		name, value, has := strings.Cut(arg, "=")
		if name != "--"+flag.Name {
			continue
		}
		switch {
		case has:
		case flag.IsBool():
			value = "true"
		case i+1 < len(args):
			value = args[i+1]
		}
		texts = append(texts, value)
	}
	switch {
	case len(texts) == 0:
		return "", false
	case flag.IsMap():
		return strings.Join(texts, string(flag.Tag.MapSep)), true
	case flag.IsSlice():
		return strings.Join(texts, string(flag.Tag.Sep)), true
	default:
		return texts[len(texts)-1], true
	}
}
