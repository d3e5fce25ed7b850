package store

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
)

// PlannedMigration is a migration that a database lacks.
type PlannedMigration struct {
	Version int64
	// Name is what it is about, in a word or some; "" for one that is a program.
	Name string
	// Adds reports whether it only adds tables, columns and indexes that are not unique: a program of the schema before goes on with the schema after.
	Adds bool
	// Touches are the tables with rows that it reads, writes or indexes.
	Touches []TableRows
	// makes are the tables that it makes.
	makes []string
}

// TableRows is how many rows a table has.
type TableRows struct {
	Table string
	Rows  int64
}

// Plan lists what Migrate would do to the database at url, in its order, and changes nothing. An empty database has no plan: its schema is made at once.
func Plan(ctx context.Context, url string) (Schema, []PlannedMigration, error) {
	schema, err := Inspect(ctx, url)
	if err != nil || schema.Foreign || schema.Present == 0 {
		return schema, nil, err
	}
	d, err := dialectFor(url)
	if err != nil {
		return schema, nil, err
	}
	pending, err := pendingMigrations(d, schema.Present)
	if err != nil {
		return schema, nil, err
	}
	db, err := d.openLook(ctx)
	if err != nil {
		return schema, nil, err
	}
	defer func() { _ = db.Close() }()
	missing := map[string]bool{}
	for i, m := range pending {
		var rows []TableRows
		for _, t := range m.Touches {
			if missing[t.Table] {
				continue
			}
			if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.Table).Scan(&t.Rows); err != nil {
				return schema, nil, fault.Wrap(err, fault.Unavailable, "The rows of the table %s cannot be counted.", t.Table)
			}
			if t.Rows > 0 {
				rows = append(rows, t)
			}
		}
		pending[i].Touches = rows
		for _, table := range m.makes {
			missing[table] = true
		}
	}
	return schema, pending, nil
}

// pendingMigrations are those after a version. Their tables have no counts yet.
func pendingMigrations(d dialect, after int64) ([]PlannedMigration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("embedded migrations: %w", err)
	}
	var pending []PlannedMigration
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return nil, fmt.Errorf("embedded migrations: %w", err)
		}
		if version <= after {
			continue
		}
		text, err := migrations.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("embedded migrations: %w", err)
		}
		_, name, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".sql"), "_")
		planned := plannedOf(string(text))
		planned.Version, planned.Name = version, strings.ReplaceAll(name, "_", " ")
		pending = append(pending, planned)
	}
	for _, m := range goMigrations(d) {
		if m.Version > after {
			pending = append(pending, PlannedMigration{Version: m.Version})
		}
	}
	slices.SortFunc(pending, func(a, b PlannedMigration) int { return cmp.Compare(a.Version, b.Version) })
	return pending, nil
}

var (
	sqlComment = regexp.MustCompile(`(?m)--.*$`)
	addition   = regexp.MustCompile(`^(?:CREATE TABLE (\w+)|ALTER TABLE (\w+) ADD COLUMN|CREATE INDEX \w+ ON (\w+)|CREATE UNIQUE INDEX \w+ ON (\w+))`)
	namesTable = regexp.MustCompile(`\b(?:UPDATE|FROM|JOIN|INTO|ALTER TABLE|DROP TABLE) ([a-z]\w*)`)
)

// plannedOf reads what a migration does from its statements.
func plannedOf(text string) PlannedMigration {
	planned := PlannedMigration{Adds: true}
	made, touched := map[string]bool{}, map[string]bool{}
	for statement := range strings.SplitSeq(sqlComment.ReplaceAllString(text, ""), ";") {
		statement = strings.Join(strings.Fields(statement), " ")
		if statement == "" {
			continue
		}
		found := addition.FindStringSubmatch(statement)
		switch {
		case found == nil:
			planned.Adds = false
			for _, table := range namesTable.FindAllStringSubmatch(statement, -1) {
				touched[table[1]] = true
			}
		case found[1] != "":
			made[found[1]] = true
			planned.makes = append(planned.makes, found[1])
		case found[3] != "":
			touched[found[3]] = true
		case found[4] != "":
			touched[found[4]] = true
			planned.Adds = planned.Adds && made[found[4]]
		}
	}
	for table := range touched {
		if !made[table] {
			planned.Touches = append(planned.Touches, TableRows{Table: table})
		}
	}
	slices.SortFunc(planned.Touches, func(a, b TableRows) int { return strings.Compare(a.Table, b.Table) })
	return planned
}
