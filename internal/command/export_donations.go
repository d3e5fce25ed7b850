package command

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/export"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
)

// ExportDonations writes the donations to a fact and to everything that supports it, or the entries of their ledger.
type ExportDonations struct {
	Store
	Fact    string      `help:"What was given to: a UUID, @user/slug, +team/slug, the slug of a cause, or cause/event. What supports it is written too." required:"" placeholder:"UUID|@user/slug|…"`
	Format  string      `help:"csv, json for one object a line (NDJSON), or xlsx for a workbook (default: ${default})." enum:"csv,json,xlsx" default:"csv"`
	From    config.Date `help:"First day or instant to write, in UTC (default: the beginning)." placeholder:"DATE"`
	To      config.Date `help:"First day or instant that is not written any more, in UTC (default: none)." placeholder:"DATE"`
	Entries bool        `help:"Write the entries of the ledger, one for each movement of money, by their own dates, instead of one row a donation."`
	Claims  bool        `help:"Write the rewards that were claimed, one row for each, with answers and shipping addresses, instead of one row a donation."`

	exportFile
}

// exportFile is how an export is written, and where to.
type exportFile struct {
	Delimiter string `help:"What parts the cells of CSV: comma, semicolon, tab or pipe (default: ${default})." enum:"comma,semicolon,tab,pipe" default:"comma"`
	NoBOM     bool   `name:"no-bom" help:"Write CSV without the byte order mark that Excel needs to read UTF-8."`

	Out string `help:"File to write, which appears when it is complete (default: standard output)." placeholder:"FILE"`
}

// to writes an export to standard output or to the file that was named. A reader that goes away is no error.
func (e exportFile) to(t Terminal, write func(io.Writer) error) error {
	if e.Out != "" {
		return whole(e.Out, write)
	}
	if err := write(t.Out); !errors.Is(err, syscall.EPIPE) {
		return err
	}
	return nil
}

func (e exportFile) options(format string) export.Options {
	return export.Options{Format: export.Format(format), Delimiter: export.Delimiters[e.Delimiter], Mark: !e.NoBOM}
}

// Validate refuses a time that ends before it begins.
func (c ExportDonations) Validate() error {
	if !c.From.IsZero() && !c.To.IsZero() && !c.From.Before(c.To.Time) {
		return errors.New("--to must be later than --from")
	}
	if c.Entries && c.Claims {
		return errors.New("--entries and --claims exclude each other")
	}
	return nil
}

// Run writes them. It may run beside a server.
func (c ExportDonations) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		fact, err := a.FactByName(ctx, app.System(), c.Fact)
		if err != nil {
			return err
		}
		return c.to(t, func(to io.Writer) error { return c.export(ctx, a, fact.ID, to) })
	})
}

func (c ExportDonations) export(ctx context.Context, a *app.App, fact fund.ID, to io.Writer) error {
	what := export.WhatDonations
	switch {
	case c.Entries:
		what = export.WhatEntries
	case c.Claims:
		what = export.WhatClaims
	}
	span := fund.Span{After: c.From.Time, Before: c.To.Time}
	return export.Write(to, what, c.options(c.Format), export.Source{
		Receipts:  receipt.Profiles.ColumnNames(),
		Donations: func(fn func(fund.Record) error) error { return a.ExportDonations(ctx, app.System(), fact, span, fn) },
		Entries:   func(fn func(fund.Movement) error) error { return a.ExportMovements(ctx, app.System(), fact, span, fn) },
		Claims:    func(fn func(fund.ClaimRecord) error) error { return a.ExportClaims(ctx, app.System(), fact, span, fn) },
	})
}

// whole writes a file that is there only when all of it is: readable for its owner, because it has names and
// addresses.
func whole(path string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The folder of %s cannot be written to; choose another file with --out.", path)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written; choose another one with --out.", path)
	}
	return nil
}
