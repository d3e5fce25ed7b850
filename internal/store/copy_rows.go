package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
)

// copyRows are the rows of one table of the source, one after the other. pgx reads them as a CopyFromSource.
type copyRows struct {
	*sql.Rows
	table copyTable
	// strict is set for a target that takes no text with a NUL byte or of an invalid encoding.
	strict   bool
	progress func(CopiedTable)
	values   []any
	targets  []any
	read     int64
	// failed is why a row cannot be copied.
	failed error
}

// rows reads a table of the source.
func (c *copying) rows(ctx context.Context, t copyTable) (*copyRows, error) {
	found, err := c.source.QueryContext(ctx, c.from.dialect.readAll(t)) //nolint:rowserrcheck // who reads the rows looks
	if err != nil {
		return nil, fmt.Errorf("read the table %s: %w", t.name, err)
	}
	r := &copyRows{
		Rows: found, table: t, strict: c.to.dialect.strictText(), progress: c.Progress, values: make([]any, len(t.columns)), targets: make([]any, len(t.columns)),
	}
	for i := range r.values {
		r.targets[i] = &r.values[i]
	}
	return r, nil
}

// Values is the present row, which holds until the next one.
func (r *copyRows) Values() ([]any, error) {
	r.failed = r.scan()
	return r.values, r.failed
}

func (r *copyRows) scan() error {
	if err := r.Scan(r.targets...); err != nil {
		return fmt.Errorf("read a row of %s: %w", r.table.name, err)
	}
	for i, c := range r.table.columns {
		value, problem := storable(c.kind, r.values[i], r.strict)
		if problem != "" {
			return fault.New(fault.Conflict, "The column %s of the table %s %s, in the row with %s. Nothing was copied; change the row first.", c.name, r.table.name, problem, r.present())
		}
		r.values[i] = value
	}
	r.read++
	if r.progress != nil && r.read%copyStep == 0 {
		r.progress(CopiedTable{Name: r.table.name, Rows: r.read})
	}
	return nil
}

// present names the present row by its key.
func (r *copyRows) present() string {
	var parts []string
	for _, place := range r.table.key() {
		parts = append(parts, r.table.columns[place].name+" "+named(r.values[place]))
	}
	return strings.Join(parts, ", ")
}

func named(value any) string {
	if text, is := value.(string); is {
		return strconv.Quote(fault.Echo(text))
	}
	return rowName(value)
}

// explain is why a table could not be filled: what is wrong with a row, where that is known.
func (r *copyRows) explain(err error) error {
	if r.failed != nil {
		return r.failed
	}
	return errors.Join(r.Err(), fmt.Errorf("copy the table %s: %w", r.table.name, err))
}

// storable is a value as each database takes it for a column of a kind, or what is wrong with it. An SQLite file holds values of any type in any column.
func storable(kind string, value any, strict bool) (any, string) {
	if value == nil {
		return nil, ""
	}
	switch kind {
	case "BYTEA":
		switch v, is := value.([]byte); {
		case is && v == nil: // of no length, which is not NULL
			return []byte{}, ""
		case is:
			return v, ""
		}
	case "BIGINT":
		if v, is := value.(int64); is {
			return v, ""
		}
	case "BOOLEAN":
		switch v := value.(type) {
		case bool:
			return v, ""
		case int64:
			if v == 0 || v == 1 {
				return v == 1, ""
			}
		}
	case "TEXT":
		switch v := value.(type) {
		case string:
			return v, unreadable(v, strict)
		case []byte:
			return string(v), unreadable(string(v), strict)
		}
	default:
		return nil, "is of the type " + kind + ", which is not known"
	}
	return nil, fmt.Sprintf("holds a value of another type than %s", kind)
}

// unreadable is why a text cannot be stored.
func unreadable(text string, strict bool) string {
	switch {
	case !strict:
		return ""
	case strings.Contains(text, "\x00"):
		return "has a NUL byte, which PostgreSQL does not store"
	case !utf8.ValidString(text):
		return "has bytes that are not UTF-8, which PostgreSQL does not store"
	}
	return ""
}
