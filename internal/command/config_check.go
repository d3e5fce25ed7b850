package command

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// CheckConfig reports what is wrong with the settings of a server. It opens no database, takes no port and asks nobody.
type CheckConfig struct {
	Serve serveSettings `embed:""`
	asJSON
}

// problemLister is a command that lists the problems of settings, for which others end.
type problemLister interface{ listsProblems() }

func (CheckConfig) listsProblems() {}

type problemJSON struct {
	Setting string `json:"setting,omitempty"`
	Flag    string `json:"flag,omitempty"`
	From    string `json:"from,omitempty"`
	Text    string `json:"text"`
}

type checkedJSON struct {
	Good     bool          `json:"good"`
	Problems []problemJSON `json:"problems"`
	Warnings []string      `json:"warnings"`
}

// Run prints a line for each problem and each warning, and fails where there is a problem.
func (c CheckConfig) Run(ctx context.Context, t Terminal, found *settings) error {
	problems := found.problems
	for _, err := range Serve(c.Serve).mistakes(ctx, slog.New(slog.DiscardHandler)) {
		// A setting that was left out because it cannot be meant is not missed besides.
		text := Explain(err)
		if !slices.ContainsFunc(found.problems, func(p problem) bool { return p.flag != "" && mentions(text, "--"+p.flag) }) {
			problems = append(problems, problem{text: text})
		}
	}
	if err := printChecked(t, c.JSON, problems, append(found.warnings(), found.almostNames()...)); err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("the settings are not good; problems: %d", len(problems))
	}
	return nil
}

// mentions reports whether a text has the name of a flag, and not just the beginning of another one.
func mentions(text, flag string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,:;.\n", r) }), func(word string) bool { return word == flag })
}

func printChecked(t Terminal, asJSON bool, problems []problem, warnings []string) error {
	if asJSON {
		checked := checkedJSON{len(problems) == 0, []problemJSON{}, append([]string{}, warnings...)}
		for _, p := range problems {
			one := problemJSON{Text: p.text}
			if p.flag != "" {
				one.Setting, one.Flag, one.From = p.name, "--"+p.flag, p.source.String()
			}
			checked.Problems = append(checked.Problems, one)
		}
		return printJSON(t.Out, checked)
	}
	for _, p := range problems {
		if _, err := fmt.Fprintln(t.Out, p); err != nil {
			return err
		}
	}
	for _, w := range warnings {
		if _, err := fmt.Fprintln(t.Out, "warning: "+w); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return nil
	}
	_, err := fmt.Fprintln(t.Out, "The settings are good.")
	return err
}
