package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// micros is the stored form of a time: microseconds since 1970 in UTC, 0 for the zero time.
func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

// fromMicros converts what micros returned.
func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// nullNumber is NULL in a column of numbers.
var nullNumber any = sql.NullInt64{}

// rawID is an id for a row that is written very often: the drivers take it as it is, where they copy a fund.ID twice. The
// id must not change before the row is written. No id is NULL.
func rawID(id *fund.ID) []byte {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

// nullMicros is micros for a column that may be NULL, which stands for the zero time.
func nullMicros(at time.Time) any {
	if at.IsZero() {
		return nullNumber
	}
	return at.UnixMicro()
}

// nullText is NULL for the empty text.
func nullText(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

func nullBool(b *bool) sql.NullBool {
	if b == nil {
		return sql.NullBool{}
	}
	return sql.NullBool{Bool: *b, Valid: true}
}

func nullInt(n *int64) sql.NullInt64 {
	if n == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: *n, Valid: true}
}

// instant scans a stored time into its target.
type instant struct{ to *time.Time }

// Scan reads microseconds, and NULL as the zero time.
func (i instant) Scan(src any) error {
	switch n := src.(type) {
	case nil:
		*i.to = time.Time{}
	case int64:
		*i.to = fromMicros(n)
	default:
		return fmt.Errorf("time from %T", src)
	}
	return nil
}

// length scans a stored number of microseconds into its target, which stays as it is for NULL.
type length struct{ to *time.Duration }

// Scan reads microseconds.
func (l length) Scan(src any) error {
	var n sql.NullInt64
	err := n.Scan(src)
	if n.Valid {
		*l.to = time.Duration(n.Int64) * time.Microsecond
	}
	return err
}

// orKept scans a number into its target, which stays as it is for NULL.
type orKept struct{ to *int64 }

// Scan reads a number.
func (o orKept) Scan(src any) error {
	var n sql.NullInt64
	err := n.Scan(src)
	if n.Valid {
		*o.to = n.Int64
	}
	return err
}

// jsonColumn stores a value as a JSON object and scans it back. Keys that this version does not know
// are skipped.
type jsonColumn struct{ of any }

// Scan decodes JSON text into the value that of points to.
func (b jsonColumn) Scan(src any) error {
	switch text := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(text), b.of)
	case []byte:
		return json.Unmarshal(text, b.of)
	default:
		return fmt.Errorf("JSON from %T", src)
	}
}

// textJSON is a jsonColumn that may be the empty text, which leaves its target unchanged.
type textJSON struct{ of any }

// Scan decodes JSON text into the value that of points to.
func (b textJSON) Scan(src any) error {
	if src == "" {
		return nil
	}
	return jsonColumn(b).Scan(src)
}

func encodeJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(text), nil
}

// nobody is the owner of facts without one: unlike NULL it is equal to itself in a UNIQUE key.
func nobody() []byte { return make([]byte, len(fund.ID{})) }

func ownerColumn(id fund.ID) any {
	if id.IsZero() {
		return nobody()
	}
	return id
}

func ownerRefID(o *fund.Owner) fund.ID {
	if o == nil {
		return fund.ID{}
	}
	return o.ID
}

// nullRef scans a reference from a LEFT JOIN that may match nothing.
type nullRef struct {
	id         fund.ID
	legacyID   sql.NullInt64
	slug, name sql.NullString
}

func (r *nullRef) ref() *fund.Ref {
	if r.id.IsZero() {
		return nil
	}
	return &fund.Ref{ID: r.id, LegacyID: r.legacyID.Int64, Slug: r.slug.String, Name: r.name.String}
}

// row is one result row: of *sql.Row or *sql.Rows.
type row interface{ Scan(to ...any) error }

// list runs a query and scans all of its rows.
func list[T any](ctx context.Context, db querier, s *statement, scan func(row) (T, error)) ([]T, error) {
	rows, err := db.QueryContext(ctx, s.String(), s.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// one runs a query for a single row; what names the thing for the NotFound fault.
func one[T any](ctx context.Context, db querier, s *statement, scan func(row) (T, error), what thing) (T, error) {
	if slices.ContainsFunc(s.args, unstorable) {
		var none T
		return none, what.missing()
	}
	found, err := scan(db.QueryRowContext(ctx, s.String(), s.args...))
	if errors.Is(err, sql.ErrNoRows) {
		return found, what.missing()
	}
	if err != nil {
		return found, fmt.Errorf("%s %s: %w", what.noun, what.key, err)
	}
	return found, nil
}

// unstorable reports whether a value is a text that no row can hold. PostgreSQL takes neither zero bytes nor invalid
// UTF-8, and would report a client's bad name as our own error.
func unstorable(value any) bool {
	text, is := value.(string)
	return is && (!utf8.ValidString(text) || strings.ContainsRune(text, 0))
}

// thing names a row in messages.
type thing struct{ noun, key string }

func (t thing) missing() error {
	if t.key == "" {
		return fault.New(fault.NotFound, "There is no such %s.", t.noun)
	}
	return fault.New(fault.NotFound, "There is no %s %s.", t.noun, t.key)
}

// refused turns a violated constraint into a fault that the caller can act on.
func (t thing) refused(err error) error {
	key, broken := brokenKey(err)
	switch {
	case !broken:
		return fmt.Errorf("%s %s: %w", t.noun, t.key, err)
	case key == "":
		return fault.Wrap(err, fault.Conflict,
			"The %s refers to something that does not exist, or something still refers to it.", t.noun)
	}
	for _, column := range []string{"slug", "email"} {
		if strings.Contains(key, column) {
			return &fault.Error{
				Kind: fault.Invalid, Message: "Some of the submitted values are not allowed.",
				Fields: fault.Fields{{Path: column, Text: "is already taken"}},
			}
		}
	}
	return fault.Wrap(err, fault.Conflict, "There is such a %s already.", t.noun)
}

// counted turns a violated constraint on amounts into a fault: a total would be larger than can be counted. What reads
// before it writes says so without one; this is for what came in between, and for totals that are not read.
func counted(err error) error {
	var lite *sqlite.Error
	var postgres *pgconn.PgError
	broken := errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_CONSTRAINT_CHECK ||
		errors.As(err, &postgres) && (postgres.Code == "23514" || postgres.Code == "22003")
	if broken && !fund.IsTotalFault(err) {
		return fund.TotalFault(err)
	}
	return err
}

// brokenKey reports whether err is a violated UNIQUE or foreign key. The key of a UNIQUE one names its table and
// columns; that of a foreign key is empty.
func brokenKey(err error) (key string, broken bool) {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
			return lite.Error(), true
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return "", true
		}
	}
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		switch postgres.Code {
		case "23505":
			return postgres.ConstraintName, true
		case "23503":
			return "", true
		}
	}
	return "", false
}
