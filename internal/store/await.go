package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// AnswerTime is how long a query or a write takes at most that a request waits for; see Awaited.
const AnswerTime = 10 * time.Second

type awaitedKey struct{}

// Awaited makes the context that of somebody who waits, so that nobody is held by a database that took a query and
// does not answer. Each query of it is then Unavailable after limit. A write that has not begun after limit is not made, and
// a transaction with such writes takes at most limit, too, whatever else is in it. The limit is that of one query or write and stays in contexts
// that outlive their request (context.WithoutCancel). Without it, as in commands and background work, all take as long as they take.
func Awaited(ctx context.Context, limit time.Duration) context.Context {
	return context.WithValue(ctx, awaitedKey{}, limit)
}

// limitOf is the limit that Awaited set; 0 for none.
func limitOf(ctx context.Context) time.Duration {
	limit, _ := ctx.Value(awaitedKey{}).(time.Duration)
	return limit
}

// within is a context that ends after limit, 0 for never.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, limit)
}

// ErrUnknown is in the chain of the error of a write of which nobody knows whether it was made: the database was asked to commit it, and
// did not answer. It may be there later. Whoever makes it again must know how to find it.
var ErrUnknown = errors.New("the outcome of the commit is unknown")

// uncommitted adds ErrUnknown to the error of a commit, unless the database itself refused it, or was never asked.
func uncommitted(err error) error {
	if refused, is := errors.AsType[*pgconn.PgError](err); is && !ending(refused) || pgconn.SafeToRetry(err) {
		return err
	}
	if _, is := errors.AsType[*sqlite.Error](err); is {
		return err
	}
	return errors.Join(ErrUnknown, err)
}

// ending reports whether a server ends the connection, which it also does after a commit.
func ending(refused *pgconn.PgError) bool {
	return refused.Severity == "FATAL" || refused.Severity == "PANIC"
}
