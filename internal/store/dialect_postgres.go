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
	// connectTimeout is how long connecting may take unless the URL says so (connect_timeout): callers wait for it while the server is away.
	connectTimeout = 5 * time.Second
)

func newPostgres(url string) (dialect, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed,
			"The database URL cannot be read; it should be postgres://USER:PASSWORD@HOST/NAME.")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	return &postgres{config: config}, nil
}

func (d *postgres) open(ctx context.Context, connections int) (*sql.DB, error) {
	db := stdlib.OpenDB(*d.config)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, d.unusable(err)
	}
	return db, nil
}

func (d *postgres) unusable(err error) error {
	return fault.Wrap(err, fault.Unavailable,
		"The PostgreSQL server at %s cannot be used: it does not answer, or refuses database %q to user %q.",
		d.config.Host, d.config.Database, d.config.User)
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

func (d *postgres) gone() error                  { return nil }
func (d *postgres) look(context.Context) error   { return nil }
func (d *postgres) begin() string                { return "BEGIN ISOLATION LEVEL READ COMMITTED" }
func (d *postgres) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }
func (d *postgres) lockRows() string             { return " FOR NO KEY UPDATE" }
func (d *postgres) lockFreeRows() string         { return " FOR NO KEY UPDATE SKIP LOCKED" }
func (d *postgres) keepRows() string             { return " FOR KEY SHARE" }
func (d *postgres) reservesIDs() bool            { return true }

// rangeSize leaves memory and cores to the server, which joins whole tables with a third of the work.
func (d *postgres) rangeSize() int { return 0 }

// retry recognizes the two errors that ask for a retry: serialization failure and deadlock.
func (d *postgres) retry(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && (refused.Code == "40001" || refused.Code == "40P01")
}

func (d *postgres) hangUp(conn *sql.Conn) {
	_ = conn.Raw(func(driver any) error {
		native, is := driver.(*stdlib.Conn)
		if !is {
			return nil
		}
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return native.Conn().Close(end)
	})
}

func (d *postgres) listen(ctx context.Context, wake func()) error {
	conn, err := pgx.ConnectConfig(ctx, d.config)
	if err != nil {
		return fmt.Errorf("listen: %w", answered(err))
	}
	// The connection itself may be broken, and ctx has ended: closing has a timeout of its own.
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(end)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+eventsChannel); err != nil {
		return fmt.Errorf("listen: %w", answered(err))
	}
	// Events before LISTEN were not announced to this connection.
	wake()
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return fmt.Errorf("listen: %w", answered(err))
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

// run sends all statements in one round trip, and the rows of one as arrays: statement by statement is ten
// times slower.
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
	return t.send(ctx, batch)
}

// send sends a batch in one round trip.
func (t *Tx) send(ctx context.Context, batch *pgx.Batch) error {
	if observe := t.store.observe; observe != nil {
		texts := make([]string, len(batch.QueuedQueries))
		for i, queued := range batch.QueuedQueries {
			texts[i] = queued.SQL
		}
		observe(strings.Join(texts, "; "))
	}
	return t.native(func(conn *pgx.Conn) error { return conn.SendBatch(ctx, batch).Close() })
}

func (s *batchStatement) queue(batch *pgx.Batch) error {
	values, size := s.values, len(s.names)
	switch {
	case s.text != "":
		s.collect(batch.Queue(s.text+s.returned(), s.args...))
		return nil
	case s.by != nil:
		size = 2
		for _, one := range s.by {
			values = append(values, one.id, one.by)
		}
	}
	if len(values) == 0 {
		return nil
	}
	types, arrays, err := arraysOf(values, size)
	if err != nil {
		return fmt.Errorf("rows of %s: %w", s.insert+s.update+s.total.table, err)
	}
	s.collect(batch.Queue(s.arraysText("unnest("+types+")")+s.returned(), arrays...))
	return nil
}

// collect reads the rows that a statement returns, or how many it changed.
func (s *batchStatement) collect(queued *pgx.QueuedQuery) {
	if changed := s.changed; changed != nil {
		queued.Exec(func(tag pgconn.CommandTag) error {
			*changed = tag.RowsAffected()
			return nil
		})
		return
	}
	if s.returning == "" {
		return
	}
	queued.Query(func(rows pgx.Rows) error {
		defer rows.Close()
		for rows.Next() {
			if err := s.found(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// arraysText is the statement for all rows, which it reads from arrays.
func (s *batchStatement) arraysText(arrays string) string {
	switch {
	case s.by != nil:
		return "UPDATE " + s.total.table + " t SET " + s.total.column + " = t." + s.total.column + " + d.by FROM " +
			arrays + " AS d (row_id, by) WHERE t.id = d.row_id"
	case s.update != "":
		parts := make([]string, len(s.names)-1)
		for i, name := range s.names[1:] {
			parts[i] = name + " = d." + name
		}
		return "UPDATE " + s.update + " t SET " + strings.Join(parts, ", ") + " FROM " + arrays + " AS d (" +
			strings.Join(s.names, ", ") + ") WHERE t." + s.names[0] + " = d." + s.names[0]
	default:
		return s.insertInto() + " SELECT * FROM " + arrays + " " + s.merge
	}
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

// lookUp has an optimization fence (OFFSET 0): PostgreSQL estimates a hundred look-ups as dearer than reading and
// hashing tens of thousands of rows, which grows with the table.
func (d *postgres) lookUp(table, id string) string {
	return "JOIN LATERAL (SELECT * FROM " + table + " w WHERE w.id = " + id + " OFFSET 0) w ON TRUE"
}

func (d *postgres) holds(column string) string {
	return "position(CAST(? AS BYTEA) IN " + column + ") > 0"
}

// shred leaves it to the server: its vacuum frees what was overwritten, and its log goes with the checkpoints and the archive.
func (d *postgres) shred(context.Context) (bool, error) { return true, nil }

func (d *postgres) weight(column string) string {
	return "((get_byte(" + column + ", 14) + 1) * 256 + get_byte(" + column + ", 15) + 1)::bigint"
}

// appendEvents locks, numbers, writes and announces in one round trip. The numbering statement sees everything that
// was committed before the lock was granted.
func (d *postgres) appendEvents(ctx context.Context, t *Tx, events []fund.Event) error {
	rows := batchStatement{}.expecting(len(events))
	if err := rows.addEvents(events); err != nil {
		return err
	}
	types, arrays, err := arraysOf(rows.values, len(rows.names))
	if err != nil {
		return err
	}
	names := strings.Join(rows.names, ", ")
	batch := &pgx.Batch{}
	batch.Queue(lockEventsText, int64(eventsLock))
	var first int64
	batch.Queue("INSERT INTO events (position, "+names+`)
		SELECT (SELECT COALESCE(MAX(position), 0) FROM events) + n, `+names+`
		FROM unnest(`+types+") WITH ORDINALITY AS e ("+names+`, n)
		RETURNING position`, arrays...).Query(func(rows pgx.Rows) error {
		positions, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		if err == nil {
			first = slices.Min(positions)
		}
		return err
	})
	batch.Queue("NOTIFY " + eventsChannel)
	if err := t.send(ctx, batch); err != nil {
		return err
	}
	for i := range events {
		events[i].Position = first + int64(i)
	}
	return nil
}

// arraysOf turns the values of rows of that size into one typed slice a column, as pgx sends arrays, and lists their
// types as parameters: "$1::bytea[], $2::bigint[]". The first row decides the type of a column.
func arraysOf(values []any, size int) (types string, arrays []any, err error) {
	list := make([]string, size)
	arrays = make([]any, size)
	rows := slices.Collect(slices.Chunk(values, size))
	for c, value := range rows[0] {
		var kind string
		switch value.(type) {
		case fund.ID, []byte:
			kind = "bytea"
			arrays[c], err = arrayOf(rows, c, bytesOf)
		case int64, sql.NullInt64:
			kind = "bigint"
			arrays[c], err = arrayOf(rows, c, numberOf)
		case string, sql.NullString:
			kind = "text"
			arrays[c], err = arrayOf(rows, c, textOf)
		case bool:
			kind = "boolean"
			arrays[c], err = arrayOf(rows, c, func(v any) (bool, bool) { b, ok := v.(bool); return b, ok })
		default:
			err = fmt.Errorf("column %d: no array of %T", c, value)
		}
		if err != nil {
			return "", nil, err
		}
		list[c] = fmt.Sprintf("$%d::%s[]", c+1, kind)
	}
	return strings.Join(list, ", "), arrays, nil
}

// arrayOf reads one column.
func arrayOf[T any](rows [][]any, c int, read func(any) (T, bool)) ([]T, error) {
	out := make([]T, len(rows))
	for i, row := range rows {
		v, ok := read(row[c])
		if !ok {
			return nil, fmt.Errorf("column %d: unexpected %T", c, row[c])
		}
		out[i] = v
	}
	return out, nil
}

// bytesOf, numberOf and textOf return nil for what is stored as NULL.
func bytesOf(value any) ([]byte, bool) {
	switch v := value.(type) {
	case fund.ID:
		if v.IsZero() {
			return nil, true
		}
		return v[:], true
	case []byte:
		return v, true
	}
	return nil, false
}

func numberOf(value any) (*int64, bool) {
	switch v := value.(type) {
	case int64:
		return &v, true
	case sql.NullInt64:
		if !v.Valid {
			return nil, true
		}
		return &v.Int64, true
	}
	return nil, false
}

func textOf(value any) (*string, bool) {
	switch v := value.(type) {
	case string:
		return &v, true
	case sql.NullString:
		if !v.Valid {
			return nil, true
		}
		return &v.String, true
	}
	return nil, false
}
