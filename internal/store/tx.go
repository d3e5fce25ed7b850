package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/almoner/almoner/internal/fund"
)

// Tx is a write lane's transaction, as one piece of work sees it.
type Tx struct {
	Queries
	store  *Store
	conn   *sql.Conn
	events []fund.Event
	// written is how many of the events are in the log already.
	written int
	// at is the present instant for the piece of work at hand; zero for the store's clock.
	at time.Time
	// putMode is set once the transaction tried to fix the mode, so that what it reads may not be committed yet.
	putMode bool
}

// At sets the present instant for this piece of work, for changes that carry no time of their own. The default is the
// store's own clock.
func (t *Tx) At(now time.Time) { t.at = now }

func (t *Tx) now() time.Time {
	if t.at.IsZero() {
		return t.store.now()
	}
	return t.at
}

// Append queues an event, which is written at the end of the group at the next position. Its subject and facts are
// the things whose cached answers become stale. It gets the present version, and its time in the precision of the log.
func (t *Tx) Append(e fund.Event) {
	e.Version, e.At = fund.EventVersion, fromMicros(micros(e.At))
	t.events = append(t.events, e)
}

// native runs fn on the underlying pgx connection, inside the same transaction.
func (t *Tx) native(fn func(*pgx.Conn) error) error {
	return answered(t.conn.Raw(func(driver any) error {
		conn, ok := driver.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("not a pgx connection: %T", driver)
		}
		return fn(conn.Conn())
	}))
}

// savepoint runs fn so that it changes all or nothing. Events that fn appended are dropped with it.
func (t *Tx) savepoint(ctx context.Context, fn func() error) error {
	appended, written := len(t.events), t.written
	if _, err := t.db.ExecContext(ctx, "SAVEPOINT work"); err != nil {
		return broken{fmt.Errorf("savepoint: %w", err)}
	}
	if err := fn(); err != nil {
		t.events, t.written = t.events[:appended], written
		if _, back := t.db.ExecContext(ctx, "ROLLBACK TO SAVEPOINT work"); back != nil {
			return broken{errors.Join(err, fmt.Errorf("rollback to savepoint: %w", back))}
		}
		if _, release := t.db.ExecContext(ctx, "RELEASE SAVEPOINT work"); release != nil {
			return broken{errors.Join(err, fmt.Errorf("release savepoint: %w", release))}
		}
		return err
	}
	if _, err := t.db.ExecContext(ctx, "RELEASE SAVEPOINT work"); err != nil {
		return broken{fmt.Errorf("release savepoint: %w", err)}
	}
	return nil
}

// broken marks an error after which the group's transaction is unusable.
type broken struct{ error }

func (b broken) Unwrap() error { return b.error }

// placeholders is "($3, $4, $5)" for from 3 and n 3.
func placeholders(from, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("$%d", from+i)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
