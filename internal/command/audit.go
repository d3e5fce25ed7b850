package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Audit compares every stored total with the ledger: of a database, or of the demo in a folder.
type Audit struct {
	DB   config.Database `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: sqlite:almoner.db, or that of the demo in DIR)." placeholder:"URL" secret:"password"`
	Data string          `help:"Folder of a demo, whose database is compared." placeholder:"DIR"`
	JSON bool            `name:"json" help:"Print one JSON object."`
	// Rebuild sets right what differs.
	Rebuild bool `help:"Set every total that differs to what the ledger says, and make the leaderboards and what was raised by hour again. With SQLite, stop the server first: donations would wait, and it would go on showing what it has cached."`
}

// What an audit found.
var (
	// ErrDifferences says that totals are not what the ledger says, or that something does not fit together.
	ErrDifferences = errors.New("the totals differ from the ledger")
	// ErrProviderEvents says that providers told something that was not acted on: money may be waiting.
	ErrProviderEvents = errors.New("events of payment providers are not applied; try: almoner provider-event apply --all")
)

// Run compares, also while a server uses the database. It is ErrDifferences when a total differs, unless it was
// asked to rebuild what differs and did, and ErrProviderEvents when payment provider events wait that are not
// simply on their way.
func (c Audit) Run(ctx context.Context, t Terminal) error {
	database, err := c.database(ctx)
	if err != nil {
		return err
	}
	return withMigrated(ctx, database, func(s *store.Store) error {
		report, err := s.Audit(ctx)
		if err != nil {
			return err
		}
		found := report.Differences
		for _, d := range found {
			if !c.JSON {
				_, _ = fmt.Fprintln(t.Out, d)
			}
		}
		if c.Rebuild && (len(report.Differences) > 0 || report.Behind > 0) {
			a := app.New(app.Options{Store: s, Random: rand.Reader})
			if _, err := a.RebuildTotals(ctx, app.System()); err != nil {
				return err
			}
			if report, err = s.Audit(ctx); err != nil {
				return err
			}
			if err := a.KeepAudit(ctx, app.System(), report); err != nil {
				return err
			}
		}
		if c.JSON {
			return c.printJSON(ctx, s, t.Out, report, found)
		}
		return errors.Join(printReport(t.Out, report), auditProviderEvents(ctx, s, t.Out))
	})
}

// defaultDatabase is what all commands look after unless they are told otherwise, as serve does.
const defaultDatabase config.Database = "sqlite:almoner.db"

// database is the one that was named, that of the demo in the folder, or that of serve. The folder does not
// have a server's password.
func (c Audit) database(ctx context.Context) (config.Database, error) {
	switch {
	case c.DB != "":
		return c.DB, nil
	case c.Data == "":
		return defaultDatabase, nil
	}
	credentials, err := demo.Load(c.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	name := boundTo(credentials)
	database := config.Named(c.Data, name)
	if _, is := database.File(); is {
		return database, nil
	}
	if _, err := store.Inspect(ctx, name); err != nil {
		return "", fault.Wrap(err, fault.Unavailable,
			"The demo in %s has the database %s, which lets nobody in like that; give --db with the password, or set PGPASSWORD.", c.Data, name)
	}
	return database, nil
}

// auditJSON is what an audit found, for programs.
type auditJSON struct {
	Facts     int64 `json:"facts"`
	Donations int64 `json:"donations"`
	// Clean is false while totals differ or provider events wait.
	Clean bool `json:"clean"`
	// Found are the differences that were found, in words; Rebuilt says whether they were set right.
	Found   []string `json:"found"`
	Rebuilt bool     `json:"rebuilt"`
	// Behind is how many events the leaderboards, or what was raised by hour, lag behind so that they were not compared.
	Behind         int64               `json:"behind"`
	UnknownMails   int64               `json:"unknown_mails"`
	ProviderEvents []providerEventJSON `json:"provider_events"`
}

func (c Audit) printJSON(ctx context.Context, s *store.Store, out io.Writer, report store.Report, found []store.Difference) error {
	answer := auditJSON{
		Facts: report.Facts, Donations: report.Donations, Found: []string{}, Behind: report.Behind, UnknownMails: report.UnknownMails,
		Rebuilt: c.Rebuild && len(found) > len(report.Differences), ProviderEvents: []providerEventJSON{},
	}
	for _, d := range found {
		answer.Found = append(answer.Found, d.String())
	}
	var wrong error
	if len(report.Differences) > 0 {
		wrong = ErrDifferences
	}
	wrong = errors.Join(wrong, eachStuckEvent(ctx, s, func(e fund.ProviderEvent) error {
		answer.ProviderEvents = append(answer.ProviderEvents, toProviderEventJSON(e))
		return nil
	}))
	answer.Clean = wrong == nil
	return errors.Join(printJSON(out, answer), wrong)
}

// printReport prints what an audit found besides single differences.
func printReport(out io.Writer, report store.Report) error {
	if report.UnknownMails > 0 {
		_, _ = fmt.Fprintf(out, "%d receipts: nobody knows whether their mail arrived\n", report.UnknownMails)
	}
	if len(report.Differences) > 0 {
		return ErrDifferences
	}
	_, _ = fmt.Fprintf(out, "%d facts, %d donations: totals equal the ledger\n", report.Facts, report.Donations)
	if report.Behind > 0 {
		_, _ = fmt.Fprintf(out, "The leaderboards, or what was raised by hour, were not compared: they are %d events behind; try again later, or with --rebuild.\n", report.Behind)
	}
	return nil
}

// auditProviderEvents prints the provider events that wait although they are not simply on their way.
func auditProviderEvents(ctx context.Context, s *store.Store, out io.Writer) error {
	return eachStuckEvent(ctx, s, func(e fund.ProviderEvent) error {
		_, err := fmt.Fprintln(out, "provider event "+providerEventLine(e))
		return err
	})
}

// eachStuckEvent does something with each provider event that waits although it is not simply on its way, and is ErrProviderEvents if there
// is one.
func eachStuckEvent(ctx context.Context, s *store.Store, do func(fund.ProviderEvent) error) error {
	var waiting error
	now := time.Now()
	stuck := func(page fund.Page) ([]fund.ProviderEvent, error) { return s.StuckProviderEvents(ctx, now, page) }
	err := eachProviderEvent(stuck, func(e fund.ProviderEvent) error {
		waiting = ErrProviderEvents
		return do(e)
	})
	return errors.Join(err, waiting)
}
