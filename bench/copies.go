package main

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/store"
)

// copies moves a list of donations from SQLite to PostgreSQL and back, with the built binary. Each copy audits both sides.
func copies(ctx context.Context, b *bench) error {
	databases := b.databases()
	w, err := b.newWorld(ctx, databases[0], "copied")
	if err != nil {
		return err
	}
	err = w.open(ctx, func(s *store.Store, _ *app.App) error {
		if err := w.load(ctx, s, w.EmptyCampaign, b.many); err != nil {
			return err
		}
		_, err := s.Rebuild(ctx)
		return err
	})
	if err != nil {
		return err
	}
	from := w.url
	for i, d := range append(databases[1:], databases[0]) {
		to, err := d.make(fmt.Sprintf("copy%d", i))
		if err != nil {
			return err
		}
		e, err := b.run(ctx, "copy", "--from", from, "--to", to)
		if err != nil {
			return err
		}
		b.progress("almoner copy to %s: %s, %s", d.name, inSeconds(e.took), megabytes(e.memory))
		b.table.add(row{
			what:     fmt.Sprintf("almoner copy to %s, %s donations, with both audits", d.name, thousands(int64(b.many))),
			measured: fmt.Sprintf("%s, at most %s of memory", inSeconds(e.took), megabytes(e.memory)),
			aim:      "≤ 300 s",
		})
		from = to
	}
	return nil
}
