package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// QuickCheck reads an SQLite database from its beginning to its end, and returns what is damaged in it; nil for nothing. It reads one table
// after the other, so that writes go on and no snapshot keeps the log of changes from being shortened for longer than one table takes. A PostgreSQL
// server has checks of its own: there it looks at nothing.
func (s *Store) QuickCheck(ctx context.Context) (damage []string, err error) {
	lite, file := s.dialect.(*sqliteFile)
	if !file {
		return nil, nil
	}
	// A connection of its own leaves all of those that answer requests to them.
	db, err := lite.open(ctx, 1, "query_only(1)")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	q := classified{on: db}
	tables, err := list(ctx, q, selecting("SELECT name FROM sqlite_master").and("type = 'table'").then("ORDER BY name"), oneText)
	if err != nil {
		return damaged(err)
	}
	for _, table := range tables {
		found, err := list(ctx, q, selecting(`PRAGMA quick_check("`+strings.ReplaceAll(table, `"`, `""`)+`")`), oneText)
		if err != nil {
			found, err = damaged(err)
		}
		if err != nil {
			return damage, fmt.Errorf("check table %s: %w", table, err)
		}
		for _, one := range found {
			if one != "ok" {
				damage = append(damage, table+": "+one)
			}
		}
	}
	return damage, nil
}

// FullCheck is QuickCheck that compares all indexes with their tables as well, and looks for rows whose parents are missing. It reads all at one moment, and is for
// a database that nobody else uses.
func (s *Store) FullCheck(ctx context.Context) (damage []string, err error) {
	lite, file := s.dialect.(*sqliteFile)
	if !file {
		return nil, nil
	}
	db, err := lite.open(ctx, 1, "query_only(1)")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	q := classified{on: db}
	found, err := list(ctx, q, selecting("PRAGMA integrity_check"), oneText)
	if err != nil {
		return damaged(err)
	}
	orphans, err := list(ctx, q, selecting(`SELECT "table" || ': what a row refers to of ' || "parent" || ' is missing' FROM pragma_foreign_key_check`), oneText)
	if err != nil {
		return damaged(err)
	}
	return slices.DeleteFunc(append(found, orphans...), func(one string) bool { return one == "ok" }), nil
}

// damaged makes damage of an error that says that the file is none of a database, or damaged.
func damaged(err error) ([]string, error) {
	failed, is := errors.AsType[*sqlite.Error](err)
	if is && slices.Contains([]int{sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}, failed.Code()&0xff) {
		return []string{failed.Error()}, nil
	}
	return nil, err
}

func oneText(r row) (text string, err error) {
	err = r.Scan(&text)
	return text, err
}
