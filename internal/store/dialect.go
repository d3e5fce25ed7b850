package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// dialect is what must differ between the databases.
type dialect interface {
	// openReaders opens the pool that reads use.
	openReaders(ctx context.Context) (*sql.DB, error)
	// openLanes opens the connections that write lanes use, one database handle a lane.
	openLanes(ctx context.Context, wanted int) ([]*sql.DB, error)
	// begin is the statement that starts a group's transaction.
	begin() string
	// snapshot is the isolation level of a read that must see one moment.
	snapshot() sql.IsolationLevel
	// lockEvents makes this transaction the only one that appends events until it ends.
	lockEvents(ctx context.Context, db querier) error
	// announce wakes the other nodes when the transaction commits.
	announce(ctx context.Context, db querier) error
	// listen calls wake whenever another node may have appended events, until ctx ends.
	listen(ctx context.Context, wake func()) error
	// insert writes the rows of several tables, in their order.
	insert(ctx context.Context, t *Tx, tables ...bulk) error
	// addTotals adds to the totals of one column.
	addTotals(ctx context.Context, t *Tx, total totalColumn, by []delta) error
	// lockRows is appended to a SELECT whose rows are about to change.
	lockRows() string
	// reservesIDs tells whether legacy ids of donations are reserved in blocks outside the
	// transaction, so that lanes do not wait for each other.
	reservesIDs() bool
	// retry tells whether the group should be run again from its beginning.
	retry(err error) bool
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

// totalColumn names a total that is kept beside the ledger.
type totalColumn struct{ table, column string }

// delta is what is added to the total of one row.
type delta struct {
	id fund.ID
	by int64
}

// bulk are rows for one table: into is the INSERT up to its column list, types the types of
// the columns in PostgreSQL's words.
type bulk struct {
	into  string
	types []string
	rows  [][]any
}
