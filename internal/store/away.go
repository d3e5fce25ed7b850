package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/almoner/almoner/internal/fault"
)

// errAway is in the chain of every fault that answered made, so that it differs from other work that cannot be done now.
var errAway = errors.New("the database is away")

// IsAway reports whether an error says that the database does not answer, or does not take what it should, now.
func IsAway(err error) bool { return errors.Is(err, errAway) }

// answered makes an Unavailable fault of a driver's error that says that the database is away: no connection, a
// timeout, a server that stops, a full or failing disk, a file that another program holds, tables that are damaged or
// not there. Any other error stays as it is, also that of a caller who went away. It is the only place that knows what
// such errors look like.
func answered(err error) error {
	if err == nil || !away(err) {
		return err
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return fault.Wrap(errors.Join(errAway, err), fault.Unavailable, "The database does not answer; try again in a moment.")
}

func away(err error) bool {
	if refused, is := errors.AsType[*pgconn.PgError](err); is {
		return slices.ContainsFunc(awayStates, func(state string) bool { return strings.HasPrefix(refused.Code, state) })
	}
	if failed, is := errors.AsType[*sqlite.Error](err); is {
		return slices.Contains(awayCodes, failed.Code()&0xff) || strings.Contains(failed.Error(), noSuchTable)
	}
	if errors.Is(err, context.Canceled) {
		return false
	}
	if _, is := errors.AsType[*pgconn.ConnectError](err); is {
		return true
	}
	if _, is := errors.AsType[net.Error](err); is {
		return true
	}
	return pgconn.SafeToRetry(err) || slices.ContainsFunc(awayErrors, func(one error) bool { return errors.Is(err, one) })
}

// awayErrors are those of connections that ended, or did not answer in time.
var awayErrors = []error{
	errGone,
	driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, context.DeadlineExceeded,
}

// awayStates are beginnings of PostgreSQL's SQLSTATE (its manual, appendix A).
var awayStates = []string{
	"08",    // connection exception
	"25006", // read-only transaction: a server that is no longer the primary one
	"40",    // transaction rollback: deadlock, serialization failure
	"42P01", // undefined table: somebody puts a backup in place, table by table
	"53",    // insufficient resources: disk full, out of memory, too many connections
	"55P03", // lock not available: lock_timeout
	"57014", // query canceled: statement_timeout
	"57P",   // operator intervention: shutdown, crash, starting up, database dropped
	"58",    // system error: I/O
	"XX001", // data corrupted
	"XX002", // index corrupted
}

// awayCodes are the primary result codes of SQLite (https://www.sqlite.org/rescode.html).
var awayCodes = []int{
	sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
	sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
}

// noSuchTable is what SQLite says of a missing table, for which it has no code. Each table is there after Migrate, so that somebody is
// replacing what is in the file.
const noSuchTable = "no such table: "

// errGone is why nothing is read from or written to an SQLite file that is open and no longer where it was opened.
var errGone = errors.New("the database file was removed, moved or replaced")

// sqlQuerier is what database/sql offers of a connection, a pool or a transaction.
type sqlQuerier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// classified is a sqlQuerier whose errors went through answered.
type classified struct {
	on sqlQuerier
	// gone is asked before each query whether the database is still there; nil for not.
	gone func() error
}

func (c classified) there() error {
	if c.gone == nil {
		return nil
	}
	return answered(c.gone())
}

// ExecContext runs a statement that returns no rows.
func (c classified) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := c.there(); err != nil {
		return nil, err
	}
	ctx, cancel := within(ctx, limitOf(ctx))
	defer cancel()
	result, err := c.on.ExecContext(ctx, query, args...)
	return result, answered(err)
}

// QueryContext runs a statement that returns rows.
func (c classified) QueryContext(ctx context.Context, query string, args ...any) (*rows, error) {
	if err := c.there(); err != nil {
		return nil, err
	}
	ctx, cancel := within(ctx, limitOf(ctx))
	found, err := c.on.QueryContext(ctx, query, args...) //nolint:rowserrcheck // who reads the rows looks
	if err != nil {
		cancel()
		return nil, answered(err)
	}
	return &rows{found, cancel}, nil
}

// QueryRowContext runs a statement that returns one row.
func (c classified) QueryRowContext(ctx context.Context, query string, args ...any) row {
	if err := c.there(); err != nil {
		return noRow{err}
	}
	ctx, cancel := within(ctx, limitOf(ctx))
	return oneRow{c.on.QueryRowContext(ctx, query, args...), cancel}
}

// rows are the rows of a classified query, which ends with them.
type rows struct {
	*sql.Rows
	end context.CancelFunc
}

// Close ends the query.
func (r *rows) Close() error {
	defer r.end()
	return answered(r.Rows.Close())
}

// Scan reads the columns of the present row.
func (r *rows) Scan(to ...any) error { return answered(r.Rows.Scan(to...)) }

// Err is why there are no more rows; nil at their end.
func (r *rows) Err() error { return answered(r.Rows.Err()) }

// oneRow is the row of a classified query, which ends when it is read.
type oneRow struct {
	found *sql.Row
	end   context.CancelFunc
}

// Scan reads the columns of the row.
func (r oneRow) Scan(to ...any) error {
	defer r.end()
	return answered(r.found.Scan(to...))
}

// noRow is the row of a query that was not asked.
type noRow struct{ why error }

// Scan returns why there is none.
func (r noRow) Scan(...any) error { return r.why }
