package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// dialect is the part that differs between the databases.
type dialect interface {
	// openReaders opens the pool that reads use.
	openReaders(ctx context.Context) (*sql.DB, error)
	// openLanes opens the connections that write lanes use, one database handle a lane: wanted of them and one for
	// the projection, or a single one for everything.
	openLanes(ctx context.Context, wanted int) ([]*sql.DB, error)
	// gone is why the database must not be used any more: its file is not the one that was opened. It is nil for a server, whose
	// connections say so.
	gone() error
	// look opens the database once more, as it would have to be after a restart. A server's connections know whether it answers.
	look(ctx context.Context) error
	// hangUp ends the connection to a server, which else would be asked to close each statement, and waited for.
	hangUp(conn *sql.Conn)
	// begin is the statement that starts a group's transaction.
	begin() string
	// snapshot is the isolation level of a read that must see one snapshot.
	snapshot() sql.IsolationLevel
	// lockLane keeps other nodes from running work of the same lane id until this ends.
	lockLane(ctx context.Context, t *Tx, id fund.ID) error
	// appendEvents writes events at the next positions, writes the positions back, and wakes
	// the other nodes at the commit. It holds the lock that makes positions follow commits.
	appendEvents(ctx context.Context, t *Tx, events []fund.Event) error
	// listen calls wake whenever another node may have appended events, until ctx ends.
	listen(ctx context.Context, wake func()) error
	// run runs statements in their order, in as few round trips as it can.
	run(ctx context.Context, t *Tx, statements ...batchStatement) error
	// lockRows is appended to a SELECT whose rows are about to change.
	lockRows() string
	// lockFreeRows is lockRows, skipping rows that another transaction holds.
	lockFreeRows() string
	// keepRows is appended to a SELECT whose rows must not be deleted until the transaction ends.
	keepRows() string
	// lookUp joins each row so far to the row w of a table with that id, found by the primary key.
	lookUp(table, id string) string
	// holds is the condition that the bytes of a column have those of the argument ? in them.
	holds(column string) string
	// shred destroys what was overwritten or deleted, as far as the database can, and reports whether that is done. It is not while somebody
	// still reads what was there before.
	shred(ctx context.Context) (done bool, err error)
	// weight is a number from 257 to 65,792 that depends on the last bytes of the id in a column.
	weight(column string) string
	// rangeSize is how many donations one query of an audit reads, so that memory for sorting and grouping stays
	// bounded; 0 for all.
	rangeSize() int
	// reservesIDs reports whether legacy ids of donations are reserved in blocks outside the
	// transaction, so that lanes do not wait for each other.
	reservesIDs() bool
	// retry reports whether the group should be run again from the start.
	retry(err error) bool
	// openLook opens a read-only handle for the query tables, which selects the names of the tables that matter.
	openLook(ctx context.Context) (*sql.DB, error)
	tables() string
	// health looks at the database server, or at the file.
	health(ctx context.Context, db *sql.DB) (Health, error)
	// wholeNumber is the condition that the value of a column is an integer, or NULL.
	wholeNumber(column string) string
	// remakeDonations gives donations their columns and keys of version 8 of the schema.
	remakeDonations(ctx context.Context, tx *sql.Tx) error
	// openCopy opens a connection that a copy is written with.
	openCopy(ctx context.Context) (*sql.DB, error)
	// unhurried are statements for a transaction that reads or writes for minutes.
	unhurried() []string
	// strictText reports whether texts with a NUL byte or of an invalid encoding are refused.
	strictText() bool
	// shape selects all columns of all tables, in their order: table, name, type in capitals, and place in the primary key, 0 for none.
	shape() string
	// ties selects the foreign keys and then the indexes that are no constraints: table, and the statements that drop and make one.
	ties() string
	// readAll selects all rows of a table, with its columns in their order.
	readAll(t copyTable) string
	// clear are statements that delete all rows of tables without foreign keys.
	clear(tables []copyTable) []string
	// fill writes rows into a table.
	fill(ctx context.Context, conn *sql.Conn, t copyTable, rows *copyRows) error
	// finishCopy checks references between rows where nothing else does, and prepares the tables to be read.
	finishCopy(ctx context.Context, conn *sql.Conn, tables []copyTable) error
	// migrator opens a handle for goose, with the options for several nodes at once.
	migrator(ctx context.Context) (*sql.DB, goose.Dialect, []goose.ProviderOption, error)
}

func dialectFor(url string) (dialect, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return newSQLite(strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return newPostgres(url)
	default:
		return nil, fault.New(fault.Malformed,
			"The database URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.")
	}
}
