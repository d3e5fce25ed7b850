package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// planJSON is what a migration would do, for programs.
type planJSON struct {
	Present    int64           `json:"present"`
	Known      int64           `json:"known"`
	Migrations []migrationJSON `json:"migrations"`
	// AddsOnly reports whether nodes of the version of the present schema go on meanwhile.
	AddsOnly bool `json:"adds_only"`
}

type migrationJSON struct {
	Version int64            `json:"version"`
	Name    string           `json:"name"`
	Adds    bool             `json:"adds"`
	Rows    map[string]int64 `json:"rows"`
}

// plan prints what Run would do, beside a running server or without one, and changes nothing.
func (c Migrate) plan(ctx context.Context, out io.Writer) error {
	if _, err := server.Inspect(ctx, c.DB); err != nil {
		return err
	}
	schema, pending, err := store.Plan(ctx, string(c.DB))
	if err != nil {
		return err
	}
	plan := planJSON{Present: schema.Present, Known: schema.Known, Migrations: []migrationJSON{}, AddsOnly: true}
	for _, m := range pending {
		rows := map[string]int64{}
		for _, t := range m.Touches {
			rows[t.Table] = t.Rows
		}
		plan.Migrations = append(plan.Migrations, migrationJSON{m.Version, m.Name, m.Adds, rows})
		plan.AddsOnly = plan.AddsOnly && m.Adds
	}
	if c.JSON {
		return printJSON(out, plan)
	}
	_, file := c.DB.File()
	return plan.print(out, pending, file)
}

// print writes the plan for people; file reports whether the database is a file, which one process uses at a time.
func (p planJSON) print(out io.Writer, pending []store.PlannedMigration, file bool) error {
	switch {
	case p.Present == 0:
		_, err := fmt.Fprintf(out, "The database is empty; its schema will be made at version %d.\n", p.Known)
		return err
	case len(pending) == 0:
		_, err := fmt.Fprintf(out, "The schema is at version %d already.\n", p.Present)
		return err
	}
	_, _ = fmt.Fprintf(out, "The schema is at version %d; %d migrations bring it to %d:\n", p.Present, len(pending), p.Known)
	for _, m := range pending {
		what := "changes"
		if m.Adds {
			what = "adds"
		}
		line := fmt.Sprintf("%5d %-7s %s", m.Version, what, m.Name)
		var rows []string
		for _, t := range m.Touches {
			rows = append(rows, fmt.Sprintf("%s: %d rows", t.Table, t.Rows))
		}
		if len(rows) > 0 {
			line += " (" + strings.Join(rows, ", ") + ")"
		}
		_, _ = fmt.Fprintln(out, line)
	}
	advice := "Stop all nodes first: those of the version before may fail while the schema changes, and afterwards."
	switch {
	case file:
		advice = "Stop the server first: one process uses the file at a time."
	case p.AddsOnly:
		advice = "Nodes of the version before go on meanwhile: upgrade one after the other."
	}
	_, err := fmt.Fprintln(out, advice+" Make a backup: it is the way back.")
	return err
}
