package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// RepairDates dates donations again that a clock dated ahead.
type RepairDates struct {
	Store
	DryRun bool `help:"Change nothing, and print what would change."`
	JSON   bool `name:"json" help:"Print one JSON object."`
}

// redated is a donation as it is printed.
type redated struct {
	Donation string    `json:"donation_id"`
	Cause    string    `json:"cause_id"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Source   string    `json:"source"`
}

// Run prints a line for each donation with its old and its new date, and where that is from. After an error it prints what was done
// before.
func (c RepairDates) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		done, err := a.RepairDates(ctx, app.System(), store.DatesRepair{PaidAt: paidAt, DryRun: c.DryRun})
		if c.JSON {
			return errors.Join(err, c.printJSON(t, done))
		}
		return errors.Join(err, c.print(t, done))
	})
}

// paidAt is when the provider of an event says that its payment was made; the zero time if it does not.
func paidAt(e fund.ProviderEvent) time.Time {
	p, err := checkout.AccountProvider(e.Provider)
	if err != nil || p.PaidAt == nil {
		return time.Time{}
	}
	return p.PaidAt(e)
}

func (c RepairDates) printJSON(t Terminal, done store.Repaired) error {
	all := make([]redated, len(done.Donations))
	for i, d := range done.Donations {
		all[i] = redated{d.Donation.String(), d.Cause.String(), d.From, d.To, d.Source}
	}
	return printJSON(t.Out, struct {
		DryRun    bool      `json:"dry_run"`
		Entries   int       `json:"entries"`
		Donations []redated `json:"donations"`
	}{c.DryRun, done.Entries, all})
}

func (c RepairDates) print(t Terminal, done store.Repaired) error {
	for _, d := range done.Donations {
		_, err := fmt.Fprintf(t.Out, "%s: %s becomes %s (%s)\n", d.Donation, d.From.Format(time.RFC3339), d.To.Format(time.RFC3339), d.Source)
		if err != nil {
			return err
		}
	}
	if done.Entries == 0 {
		_, err := fmt.Fprintln(t.Out, "No donation is dated ahead of now.")
		return err
	}
	dated := "were dated again"
	if c.DryRun {
		dated = "would be dated again"
	}
	_, err := fmt.Fprintf(t.Out, "%d donations and %d entries of the ledger %s\n", len(done.Donations), done.Entries, dated)
	return err
}
