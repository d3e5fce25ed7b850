package command

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// Doctor examines a server: it takes the settings of serve, so that it looks at what serve works with.
type Doctor struct {
	Serve `embed:""`

	JSON bool `name:"json" help:"Print one JSON object a line for each finding."`
}

// ErrProblems says that an examination found something that is to be mended now.
var ErrProblems = errors.New("something is wrong; see above")

// findingJSON is a finding for programs.
type findingJSON struct {
	Check string `json:"check"`
	Level string `json:"level"`
	Text  string `json:"text"`
	Fix   string `json:"fix"`
}

// Run prints what it finds, beside a running server or without one, and is ErrProblems where that is a problem. Warnings alone are none.
func (c Doctor) Run(ctx context.Context, t Terminal) error {
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		settings := c.beside(t)
		all, err := server.Examine(ctx, s, settings)
		if err != nil {
			return err
		}
		for _, f := range all {
			if err := c.print(t.Out, f); err != nil {
				return err
			}
		}
		if ops.Worst(all) == ops.Problem {
			return ErrProblems
		}
		return nil
	})
}

func (c Doctor) print(out io.Writer, f ops.Finding) error {
	if c.JSON {
		return printJSON(out, findingJSON{f.Check, string(f.Level), f.Text, f.Fix})
	}
	_, err := fmt.Fprintf(out, "%-8s %-16s %s\n", f.Level, f.Check, f.Text)
	if err == nil && f.Fix != "" {
		_, err = fmt.Fprintf(out, "%-26s%s\n", "", f.Fix)
	}
	return err
}
