package command

import (
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// Completion prints what a shell reads to complete commands and flags.
type Completion struct {
	Shell string `arg:"" help:"Shell: ${enum}." enum:"bash,zsh,fish"`
}

// Run prints the script.
func (c Completion) Run(t Terminal, parsed *kong.Context) error {
	write := map[string]func([]topic) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell]
	_, err := io.WriteString(t.Out, write(topicsOf(parsed.Model)))
	return err
}

// topic is the program, a group of commands or a command, as it is typed.
type topic struct {
	// path is the words behind the name of the program; "" is the program.
	path  string
	words []choice
	flags []flagWord
}

// choice is what can follow; help is the beginning of what it does.
type choice struct{ name, help string }

// flagWord is a flag with its dashes.
type flagWord struct {
	choice
	// values are all that it takes; none where it takes others, too.
	values []string
	// alone reports whether it takes no value, file whether it takes a path.
	alone, file bool
}

// topicsOf are all topics but the hidden ones, in the order of the help.
func topicsOf(model *kong.Application) []topic {
	var all []topic
	var collect func(*kong.Node)
	collect = func(n *kong.Node) {
		if n.Hidden {
			return
		}
		of := topic{path: n.Path()}
		for _, child := range n.Children {
			if !child.Hidden {
				of.words = append(of.words, choice{child.Name, begun(child.Help)})
			}
		}
		for _, argument := range n.Positional {
			for _, value := range valuesOf(argument) {
				of.words = append(of.words, choice{value, argument.Name})
			}
		}
		for _, group := range n.AllFlags(true) {
			for _, flag := range group {
				of.flags = append(of.flags, flagWordOf(flag))
			}
		}
		all = append(all, of)
		for _, child := range n.Children {
			collect(child)
		}
	}
	collect(model.Node)
	return all
}

// valuesOf are all values that an argument or a flag takes; none where it takes others, too.
func valuesOf(value *kong.Value) []string {
	if value.Enum == "" {
		return nil
	}
	return value.EnumSlice()
}

// pathPlaceholders are what stands for a path in the help.
var pathPlaceholders = []string{"FILE", "PATH", "DIR"}

func flagWordOf(flag *kong.Flag) flagWord {
	form, _, _ := strings.Cut(flag.PlaceHolder, "|")
	return flagWord{
		choice: choice{"--" + flag.Name, begun(flag.Help)}, values: valuesOf(flag.Value), alone: flag.IsBool(), file: slices.Contains(pathPlaceholders, form),
	}
}

// begun is the beginning of a help, for a list.
func begun(help string) string {
	for _, end := range []string{". ", "; ", ": ", " ("} {
		help, _, _ = strings.Cut(help, end)
	}
	return strings.TrimSuffix(strings.TrimSuffix(help, "."), ",")
}

// paths are the words of all commands, for a script to find where it is.
func paths(all []topic) []string {
	var found []string
	for _, t := range all[1:] {
		found = append(found, t.path)
	}
	return found
}

// inSingle is text between single quotes, for bash and zsh.
func inSingle(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// quoteAll writes all texts, each as quote has it, with a separator between them.
func quoteAll(texts []string, quote func(string) string, between string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return strings.Join(quoted, between)
}
