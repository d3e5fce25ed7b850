package server

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
)

// Export writes the donations to a fact and to everything that supports it, or the entries of their ledger, to
// out or to the file that was named. It may run beside a server. A reader of out that goes away is no error.
func Export(ctx context.Context, c config.Export, out io.Writer) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		fact, err := a.FactByName(ctx, app.System(), c.Fact)
		if err != nil {
			return err
		}
		write := func(to io.Writer) error { return exportTo(ctx, a, fact.ID, c, to) }
		if c.Out != "" {
			return whole(c.Out, write)
		}
		if err := write(out); !errors.Is(err, syscall.EPIPE) {
			return err
		}
		return nil
	})
}

func exportTo(ctx context.Context, a *app.App, fact fund.ID, c config.Export, to io.Writer) error {
	format, span := export.Format(c.Format), fund.Span{After: c.From.Time, Before: c.To.Time}
	if c.Entries {
		w, err := export.Movements(to, format)
		if err != nil {
			return err
		}
		if err := a.ExportMovements(ctx, app.System(), fact, span, w.Write); err != nil {
			return err
		}
		return w.Flush()
	}
	w, err := export.Donations(to, format)
	if err != nil {
		return err
	}
	if err := a.ExportDonations(ctx, app.System(), fact, span, w.Write); err != nil {
		return err
	}
	return w.Flush()
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
