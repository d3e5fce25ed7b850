package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
)

// Damage changes the database behind the store's back.
func Damage(tb testing.TB, s *Store, query string, args ...any) {
	tb.Helper()
	if err := TryDamage(tb, s, query, args...); err != nil {
		tb.Fatal(err)
	}
}

// TryDamage is Damage that the database may refuse.
func TryDamage(tb testing.TB, s *Store, query string, args ...any) error {
	tb.Helper()
	return s.Write(tb.Context(), fund.ID{}, func(ctx context.Context, t *Tx) error {
		_, err := t.db.ExecContext(ctx, query, args...)
		return err
	})
}

// MoneyColumn is a column of amounts with its smallest value.
type MoneyColumn struct {
	Table, Column string
	Least, Most   int64
}

// MoneyColumns lists the columns of amounts.
func MoneyColumns() (all []MoneyColumn) {
	for _, c := range moneyColumns {
		all = append(all, MoneyColumn{c.table, c.column, c.least, c.most})
	}
	return all
}

// Lite reports whether the database is SQLite.
func Lite(s *Store) bool {
	_, is := s.dialect.(*sqliteFile)
	return is
}

// SmallProjections makes each transaction of the projection change few scores, so that many are needed.
func SmallProjections(s *Store) { s.projectRows = 10 }

// InProjectLane runs work in the lane of the projection.
func InProjectLane(ctx context.Context, s *Store, work func()) error {
	return s.inProjectLane(ctx, func(context.Context, *Tx) error { work(); return nil })
}

// Scan reads one value directly from the database.
func Scan(tb testing.TB, s *Store, to any, query string, args ...any) {
	tb.Helper()
	if err := s.db.QueryRowContext(tb.Context(), query, args...).Scan(to); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
}

// Waiting is how many pieces of work wait for the lane of a cause.
func Waiting(s *Store, cause fund.ID) int { return len(s.lane(cause).jobs) }

// OneReader sends all reads through one connection.
func OneReader(s *Store) { s.readers.SetMaxOpenConns(1) }

// SmallRanges makes audits read a few donations with each query.
func SmallRanges(s *Store) { s.rangeSize = 2 }

// Moments begins two snapshots with something in between, and returns how many of them see the same.
func Moments(tb testing.TB, s *Store, between func()) int {
	tb.Helper()
	var m moment
	err := m.join(s.beginSnapshot(tb.Context()))
	between()
	if err = errors.Join(err, m.join(s.beginSnapshot(tb.Context()))); err != nil {
		tb.Fatal(err)
	}
	same := len(m.open)
	if err := m.end(); err != nil {
		tb.Fatal(err)
	}
	return same
}

// Scores returns all leaderboard rows that are not zero, by a text key.
func Scores(ctx context.Context, tb rapid.TB, s *Store) map[string]int64 {
	tb.Helper()
	all := map[string]int64{}
	err := s.each(ctx, "SELECT b.fact_id, b.board, b.period, b.begins, s.entrant_id, s.score FROM scores s JOIN boards b ON b.id = s.board_id WHERE s.score <> 0", nil,
		func(scan func(...any) error) error {
			var k boardKey
			var entrant fund.ID
			var score int64
			err := scan(&k.fact, &k.board, &k.period, &k.begins, &entrant, &score)
			all[fmt.Sprint(k.fact, k.board, k.period, k.begins, entrant)] = score
			return err
		})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// BoardID is the key of a leaderboard's scores.
func BoardID(f BoardFilter) int64 { return f.key().id() }

// OldBoardID is that of version 1.
func OldBoardID(f BoardFilter) int64 { return f.key().idOf(1) }

// AgeBoards turns the leaderboards into those of version 1, with these names, and opens them as a server that starts does.
// A donor without a name has no line, so that both versions can be told apart.
func AgeBoards(tb testing.TB, s *Store, names map[fund.ID]string) {
	tb.Helper()
	boards := map[boardKey]int64{}
	err := s.each(tb.Context(), "SELECT id, fact_id, board, period, begins FROM boards", nil, func(scan func(...any) error) error {
		var id int64
		var k boardKey
		err := scan(&id, &k.fact, &k.board, &k.period, &k.begins)
		boards[k] = id
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	for k, id := range boards {
		Damage(tb, s, "UPDATE boards SET id = $1, version = 1 WHERE id = $2", k.idOf(1), id)
		Damage(tb, s, "UPDATE scores SET board_id = $1 WHERE board_id = $2", k.idOf(1), id)
	}
	for id, name := range names {
		Damage(tb, s, "INSERT INTO donors (id, name) VALUES ($1, $2)", id, name)
	}
	Damage(tb, s, "UPDATE projections SET name = 'leaderboards' WHERE name = 'leaderboards.2'")
	Damage(tb, s, "INSERT INTO projections (name, position) VALUES ('leaderboards.2', -2)")
	if err := s.findOldBoards(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// PrepareProjection reads and adds up the next events; the returned function writes them.
func PrepareProjection(tb testing.TB, s *Store) (apply func()) {
	tb.Helper()
	from, err := s.progress(tb.Context(), "")
	if err != nil {
		tb.Fatal(err)
	}
	events, err := s.EventsAfter(tb.Context(), from.position, projectEvents)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := s.batch(tb.Context(), batchOf{from: from, events: events, rows: projectRows})
	if err != nil {
		tb.Fatal(err)
	}
	return func() {
		tb.Helper()
		err := s.inProjectLane(tb.Context(), func(ctx context.Context, t *Tx) error { return t.applyBatch(ctx, b) })
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// AddRows adds rows with these column names to one batch statement.
func AddRows(rows ...[]string) {
	s := batchStatement{insert: "facts"}
	for _, names := range rows {
		row := make(columns, len(names))
		for i, name := range names {
			row[i] = column{name: name, value: ""}
		}
		s.add(row)
	}
}

// CountAfter is how many values of a column ("ledger.at") are later than an instant.
func CountAfter(s *Store, column string, at time.Time) (n int) {
	table, name, _ := strings.Cut(column, ".")
	if err := s.db.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM "+table+" WHERE "+name+" > $1", micros(at)).Scan(&n); err != nil {
		panic(err)
	}
	return n
}

// ResetTables are the tables that a reset empties, and those that it keeps.
func ResetTables() (gone, stay []string) { return emptied, kept }

// Tables lists the tables of the database, but for that of the migrations.
func Tables(tb testing.TB, s *Store) []string {
	tb.Helper()
	query := "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
	if lite, is := s.dialect.(*sqliteFile); is {
		query = lite.tables()
	}
	names, err := tablesOf(tb.Context(), s.readers, query)
	if err != nil {
		tb.Fatal(err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == goose.DefaultTablename })
}

// Dump is every row of a table as text, sorted, with its columns in the order of their names.
func Dump(tb testing.TB, s *Store, table string) []string {
	tb.Helper()
	rows, err := s.readers.QueryContext(tb.Context(), "SELECT * FROM "+table)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			tb.Fatal(err)
		}
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = fmt.Sprintf("%s=%v", name, values[i])
		}
		slices.Sort(row)
		all = append(all, strings.Join(row, " "))
	}
	slices.Sort(all)
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

// Answered is what the store makes of a driver's error.
func Answered(err error) error { return answered(err) }

// ConnectTimeout is how long connecting to a PostgreSQL server may take.
func ConnectTimeout(tb testing.TB, url string) time.Duration {
	tb.Helper()
	d, err := newPostgres(url)
	if err != nil {
		tb.Fatal(err)
	}
	server, _ := d.(*postgres)
	return server.config.ConnectTimeout
}

// ErasureColumns are the lists of the columns that an erasure empties, and of those that hold nothing of a donor.
func ErasureColumns() (erased, others map[string][]string) { return erasedColumns, otherColumns }

// HoldSnapshot reads from one snapshot until ctx ends, and calls begun once it has it.
func HoldSnapshot(ctx context.Context, s *Store, begun func()) {
	_ = s.readTx(ctx, func(q Queries) error {
		_, err := q.LastPosition(ctx)
		begun()
		<-ctx.Done()
		return err
	})
}

// ProjectAround does a step of the projection, with something between reading what is to be folded and folding it.
func ProjectAround(tb testing.TB, s *Store, between func()) (done int) {
	tb.Helper()
	ctx := tb.Context()
	from, err := s.progress(ctx, "")
	if err != nil {
		tb.Fatal(err)
	}
	events, err := s.EventsAfter(ctx, from.position, projectEvents)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := s.batch(ctx, batchOf{from: from, events: events, rows: projectRows})
	if err != nil {
		tb.Fatal(err)
	}
	between()
	if done, err = s.apply(ctx, from, b); err != nil {
		tb.Fatal(err)
	}
	return done
}

// Changes is how many rows the lane of SQLite has changed; 0 on PostgreSQL.
func Changes(tb testing.TB, s *Store) (rows int64) {
	tb.Helper()
	if !Lite(s) {
		return 0
	}
	err := s.Write(tb.Context(), fund.ID{}, func(ctx context.Context, t *Tx) error {
		return t.db.QueryRowContext(ctx, "SELECT total_changes()").Scan(&rows)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

// HoursNow compares what was raised by hour with the ledger, and does not let it catch up before.
func HoursNow(tb testing.TB, s *Store) (wrong []Difference) {
	tb.Helper()
	err := s.sameMoment(tb.Context(), auditReaders, func(readers []Queries) error {
		f, err := s.newFold(tb.Context(), readers[0])
		if err != nil {
			return err
		}
		if err := s.walkDonations(tb.Context(), readers, f.addHours); err != nil {
			return err
		}
		var behind int64
		if wrong, behind, err = f.compareHours(tb.Context(), readers[0]); behind > 0 {
			tb.Errorf("got hours %d events behind, want them compared", behind)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return wrong
}

// Ties lists the statements that make the indexes and foreign keys of a database.
func Ties(tb testing.TB, s *Store) []string {
	tb.Helper()
	var all []string
	err := s.each(tb.Context(), s.dialect.ties(), nil, func(scan func(...any) error) error {
		var t tie
		err := scan(&t.table, &t.loosen, &t.fasten)
		all = append(all, t.fasten)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// CopyLimits are after how many rows of a table a copy says how far it is, and from how many bytes on it writes rows.
const (
	CopyStep  = copyStep
	CopyBytes = copyBytes
)
