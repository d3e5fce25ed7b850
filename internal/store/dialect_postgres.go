package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// postgres is the database for many nodes.
type postgres struct{ config *pgx.ConnConfig }

const (
	postgresLanes   = 4
	postgresReaders = 16
	// eventsLock is the key of the advisory lock under which events are appended.
	eventsLock = 0x616c6d6f6e6572
	// eventsChannel is the NOTIFY channel that wakes other nodes.
	eventsChannel = "almoner_events"
)

func newPostgres(url string) (dialect, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed,
			"The database URL cannot be read; it should be postgres://USER:PASSWORD@HOST/NAME.")
	}
	return &postgres{config: config}, nil
}

func (d *postgres) open(ctx context.Context, connections int) (*sql.DB, error) {
	db := stdlib.OpenDB(*d.config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fault.Wrap(err, fault.Unavailable,
			"The PostgreSQL server at %s cannot be used: it does not answer, or refuses database %q to user %q.",
			d.config.Host, d.config.Database, d.config.User)
	}
	return db, nil
}

func (d *postgres) openReaders(ctx context.Context) (*sql.DB, error) {
	return d.open(ctx, postgresReaders)
}

func (d *postgres) openLanes(ctx context.Context, wanted int) ([]*sql.DB, error) {
	if wanted <= 0 {
		wanted = postgresLanes
	}
	lanes := make([]*sql.DB, 0, wanted+1)
	for range wanted + 1 {
		db, err := d.open(ctx, 1)
		if err != nil {
			for _, open := range lanes {
				_ = open.Close()
			}
			return nil, err
		}
		lanes = append(lanes, db)
	}
	return lanes, nil
}

func (d *postgres) begin() string                { return "BEGIN ISOLATION LEVEL READ COMMITTED" }
func (d *postgres) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }
func (d *postgres) lockRows() string             { return " FOR NO KEY UPDATE" }
func (d *postgres) lockFreeRows() string         { return " FOR NO KEY UPDATE SKIP LOCKED" }
func (d *postgres) keepRows() string             { return " FOR KEY SHARE" }
func (d *postgres) reservesIDs() bool            { return true }

// rangeSize leaves memory and cores to the server, which joins whole tables with a third of the work.
func (d *postgres) rangeSize() int { return 0 }

// retry knows the two answers that ask for another try: serialization failure and deadlock.
func (d *postgres) retry(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == "40001" || refused.Code == "40P01")
}

func (d *postgres) listen(ctx context.Context, wake func()) error {
	conn, err := pgx.ConnectConfig(ctx, d.config)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	// The connection may be what broke, and ctx has ended: closing is bounded on its own.
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+eventsChannel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	// What came before LISTEN was not announced to us.
	wake()
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		wake()
	}
}

func (d *postgres) migrator(ctx context.Context) (*sql.DB, goose.Dialect, []goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, "", nil, fmt.Errorf("migration lock: %w", err)
	}
	db, err := d.open(ctx, 2)
	return db, goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}, err
}

// run sends all steps in one round trip, rows set-wise: statement by statement is ten times
// slower.
func (d *postgres) run(ctx context.Context, t *Tx, statements ...batchStatement) error {
	batch := &pgx.Batch{}
	for _, s := range statements {
		if err := s.queue(batch); err != nil {
			return err
		}
	}
	if batch.Len() == 0 {
		return nil
	}
	return t.native(func(conn *pgx.Conn) error { return conn.SendBatch(ctx, batch).Close() })
}

func (s batchStatement) queue(batch *pgx.Batch) error {
	query, types, rows := s.text, s.types, s.rows
	switch {
	case s.by != nil:
		types = []string{"bytea", "bigint"}
		for _, one := range s.by {
			rows = append(rows, []any{one.id, one.by})
		}
		query = "UPDATE " + s.total.table + " t SET " + s.total.column + " = t." + s.total.column + " + d.by FROM unnest(" +
			arrays(types) + ") AS d (id, by) WHERE t.id = d.id"
	case s.set.table != "":
		query = s.set.arraysText(types)
	case types != nil:
		query += " SELECT * FROM unnest(" + arrays(types) + ") " + s.merge
	default:
		batch.Queue(query, s.args...)
		return nil
	}
	if len(rows) == 0 {
		return nil
	}
	columns, err := columnsOf(rows, types)
	if err != nil {
		return err
	}
	batch.Queue(query, columns...)
	return nil
}

// arraysText changes many rows at once; its parameters are arrays in the order of the columns.
func (c rowChange) arraysText(types []string) string {
	parts := make([]string, len(c.columns)-1)
	for i, column := range c.columns[1:] {
		parts[i] = column + " = d." + column
	}
	return "UPDATE " + c.table + " t SET " + strings.Join(parts, ", ") + " FROM unnest(" + arrays(types) + ") AS d (" +
		strings.Join(c.columns, ", ") + ") WHERE t." + c.columns[0] + " = d." + c.columns[0]
}

// lockLane takes the advisory lock of the id's last eight bytes, which are random bits. It is of
// the two-key kind, so that it never meets eventsLock.
func (d *postgres) lockLane(ctx context.Context, t *Tx, id fund.ID) error {
	key := binary.BigEndian.Uint64(id[8:])
	_, err := t.db.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1, $2)", int32(key>>32), int32(key))
	if err != nil {
		return fmt.Errorf("lock lane %s: %w", id, err)
	}
	return nil
}

const lockEventsText = "SELECT pg_advisory_xact_lock($1)"

// lookUp has a fence (OFFSET 0) in it: PostgreSQL thinks that a hundred look-ups are dearer than
// reading and hashing tens of thousands of rows, and how long that takes grows with the table.
func (d *postgres) lookUp(table, id string) string {
	return "JOIN LATERAL (SELECT * FROM " + table + " w WHERE w.id = " + id + " OFFSET 0) w ON TRUE"
}

func (d *postgres) weight(column string) string {
	return "((get_byte(" + column + ", 14) + 1) * 256 + get_byte(" + column + ", 15) + 1)::bigint"
}

// appendEvents locks, numbers, writes and announces in one round trip. The statement that
// numbers sees everything that was committed before the lock was given.
func (d *postgres) appendEvents(ctx context.Context, t *Tx, events []fund.Event) error {
	columns, err := columnsOf(eventRows(events), eventTypes)
	if err != nil {
		return err
	}
	batch := &pgx.Batch{}
	batch.Queue(lockEventsText, int64(eventsLock))
	var first int64
	batch.Queue(`INSERT INTO events (position, topic, subject, facts, amount, at)
		SELECT (SELECT COALESCE(MAX(position), 0) FROM events) + e.n, e.topic, e.subject, e.facts, e.amount, e.at
		FROM unnest(`+arrays(eventTypes)+`) WITH ORDINALITY AS e (topic, subject, facts, amount, at, n)
		RETURNING position`, columns...).Query(func(rows pgx.Rows) error {
		positions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err == nil {
			first = slices.Min(positions)
		}
		return err
	})
	batch.Queue("NOTIFY " + eventsChannel)
	if err := t.native(func(conn *pgx.Conn) error { return conn.SendBatch(ctx, batch).Close() }); err != nil {
		return err
	}
	for i := range events {
		events[i].Position = first + int64(i)
	}
	return nil
}

// arrays is the list of array parameters for unnest: "$1::bytea[], $2::bigint[]".
func arrays(types []string) string {
	parts := make([]string, len(types))
	for i, t := range types {
		parts[i] = fmt.Sprintf("$%d::%s[]", i+1, t)
	}
	return strings.Join(parts, ", ")
}

// columnsOf turns rows into one typed slice a column, as pgx sends arrays.
func columnsOf(rows [][]any, types []string) ([]any, error) {
	columns := make([]any, len(types))
	for c, kind := range types {
		var err error
		switch kind {
		case "bytea":
			columns[c], err = column(rows, c, func(v any) ([]byte, bool) {
				switch v := v.(type) {
				case fund.ID:
					if v.IsZero() {
						return nil, true
					}
					return v[:], true
				case []byte:
					return v, true
				}
				return nil, false
			})
		case "bigint":
			columns[c], err = column(rows, c, func(v any) (*int64, bool) { n, ok := v.(int64); return &n, ok })
		case "text":
			columns[c], err = column(rows, c, func(v any) (*string, bool) { s, ok := v.(string); return &s, ok })
		case "boolean":
			columns[c], err = column(rows, c, func(v any) (bool, bool) { b, ok := v.(bool); return b, ok })
		default:
			err = fmt.Errorf("column type %s is not known", kind)
		}
		if err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// column reads one column; nil is the zero value, which pgx sends as NULL.
func column[T any](rows [][]any, c int, read func(any) (T, bool)) ([]T, error) {
	out := make([]T, len(rows))
	for i, row := range rows {
		if row[c] == nil {
			continue
		}
		v, ok := read(row[c])
		if !ok {
			return nil, fmt.Errorf("column %d: unexpected %T", c, row[c])
		}
		out[i] = v
	}
	return out, nil
}
