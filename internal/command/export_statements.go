package command

import (
	"context"
	"errors"
	"io"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/export"
	"github.com/almoner/almoner/internal/fund"
)

// ExportStatements writes what each donor gave to a cause in a year.
type ExportStatements struct {
	Store
	ofCause
	Year   int    `help:"The calendar year, in the time zone of the cause." required:"" placeholder:"YEAR"`
	Format string `help:"csv, json for one object a line (NDJSON), or xlsx for a workbook (default: ${default})." enum:"csv,json,xlsx" default:"csv"`
	exportFile
}

// Validate refuses what is no year.
func (c ExportStatements) Validate() error {
	if c.Year < 1970 || c.Year > 9999 {
		return errors.New("--year must be a year from 1970 to 9999")
	}
	return nil
}

// Run writes one line for each donor and currency. It may run beside a server.
func (c ExportStatements) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		return c.to(t, func(to io.Writer) error {
			w, err := export.Statements(to, c.options(c.Format))
			return export.All(w, err, func(write func(fund.StatementLine) error) error {
				return a.ExportStatements(ctx, app.System(), cause, c.Year, write)
			})
		})
	})
}
