package command

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/ecb"
)

// ImportRates imports exchange rates of the European Central Bank.
type ImportRates struct {
	Store
	File string `arg:"" help:"File eurofxref of the European Central Bank, as CSV or XML, of one day or many; - for standard input."`
	JSON bool   `name:"json" help:"Print one JSON object."`
}

// Run imports all rates of the file or none, and counts the donations that waited for them.
func (c ImportRates) Run(ctx context.Context, t Terminal) error {
	file, err := c.read(t.In)
	if err != nil {
		return err
	}
	return withApp(ctx, c.DB, func(a *app.App) error {
		done, err := a.PutRates(ctx, app.System(), file.Rates)
		if err != nil {
			return err
		}
		return printRatesPut(t, c.JSON, ratesPut{Days: file.Days, Rates: len(file.Rates), Skipped: file.Skipped, RatesPut: done})
	})
}

func (c ImportRates) read(in io.Reader) (ecb.File, error) {
	if c.File == "-" {
		return ecb.Read(in)
	}
	file, err := os.Open(c.File)
	if err != nil {
		return ecb.File{}, err
	}
	defer func() { _ = file.Close() }()
	return ecb.Read(file)
}

// ratesPut is what is printed about new rates.
type ratesPut struct {
	Days, Rates int
	Skipped     []string
	app.RatesPut
}

func printRatesPut(t Terminal, asJSON bool, p ratesPut) error {
	if asJSON {
		return printJSON(t.Out, struct {
			Days    int      `json:"days"`
			Rates   int      `json:"rates"`
			Changed int      `json:"changed"`
			Skipped []string `json:"skipped_currencies"`
			Counted int64    `json:"donations_counted"`
			Unrated int64    `json:"donations_unrated"`
			Full    int64    `json:"donations_too_large"`
		}{p.Days, p.Rates, p.Changed, append([]string{}, p.Skipped...), p.Counted, p.Unrated, p.Full})
	}
	_, err := fmt.Fprintf(t.Out, "rates: %d, days: %d, new or changed: %d\n", p.Rates, p.Days, p.Changed)
	for _, line := range []struct {
		text string
		show bool
	}{
		{fmt.Sprintf("%d donations count in US dollars now, or will when they are paid", p.Counted), p.Counted > 0},
		{fmt.Sprintf("%d donations still have no rate of their day", p.Unrated), p.Unrated > 0},
		{fmt.Sprintf("%d of them would make a total too large", p.Full), p.Full > 0},
		{"skipped currencies that are not known: " + strings.Join(p.Skipped, ", "), len(p.Skipped) > 0},
	} {
		if line.show && err == nil {
			_, err = fmt.Fprintln(t.Out, line.text)
		}
	}
	return err
}
