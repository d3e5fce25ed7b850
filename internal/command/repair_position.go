package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// RepairPosition lets a database be served that lost what it had committed.
type RepairPosition struct {
	Store
	JSON bool `name:"json" help:"Print one JSON object."`
}

// Run begins a new history where the database is now. No server may run meanwhile.
func (c RepairPosition) Run(ctx context.Context, t Terminal) (err error) {
	path, is, err := server.FileOf(c.DB)
	switch {
	case err != nil:
		return err
	case !is:
		return fault.New(fault.Unsupported, "Only the file of an SQLite database has its position noted beside it.")
	}
	release, err := server.LockAlone(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	mark, found, err := ops.ReadMark(path)
	if err != nil {
		return err
	}
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		present, err := ops.PresentMark(ctx, s)
		if err != nil {
			return err
		}
		if !found || mark.Epoch != present.Epoch || mark.Position <= present.Position {
			return fault.New(fault.Conflict, "Nothing is missing from the database %s: it stands at position %d.", path, present.Position)
		}
		if err := s.BeginHistory(ctx); err != nil {
			return err
		}
		if err := app.New(app.Options{Store: s, Random: rand.Reader}).LogLoss(ctx, app.System(), present.Position, mark.Position); err != nil {
			return err
		}
		if err := ops.WriteMark(ctx, s, path); err != nil {
			return err
		}
		return c.print(t, path, present.Position, mark.Position)
	})
}

func (c RepairPosition) print(t Terminal, path string, position, committed int64) error {
	if c.JSON {
		return printJSON(t.Out, struct {
			Database  string `json:"database"`
			Position  int64  `json:"position"`
			Committed int64  `json:"committed"`
		}{path, position, committed})
	}
	_, err := fmt.Fprintf(t.Out, "%s goes on from position %d, without the %d that followed it. Everything that follows it live begins again.\n"+
		"Compare the payments of that time with those at your payment provider.\n", path, position, committed-position)
	return err
}
