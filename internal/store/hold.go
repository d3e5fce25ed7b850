package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/almoner/almoner/internal/fault"
)

// nodesLock is the key of the advisory lock that all servers of a PostgreSQL database share.
const nodesLock = 0x616c6d6f6e6573

// Hold says that a server uses the database at the URL, until release is called or the process ends. It is Unavailable
// while somebody holds it alone. A file needs none; see server.Lock.
func Hold(ctx context.Context, url string) (release func() error, err error) {
	return hold(ctx, url, "SELECT pg_try_advisory_lock_shared($1)", "The database is being changed as a whole by another command; try again when that is done.")
}

// HoldAlone is Hold for work beside which no server may run; it is Unavailable while one does.
func HoldAlone(ctx context.Context, url string) (release func() error, err error) {
	return hold(ctx, url, "SELECT pg_try_advisory_lock($1)", "The database is in use by a server; stop all servers first.")
}

func hold(ctx context.Context, url, take, busy string) (func() error, error) {
	d, err := dialectFor(url)
	if err != nil {
		return nil, err
	}
	server, is := d.(*postgres)
	if !is {
		return func() error { return nil }, nil
	}
	conn, err := pgx.ConnectConfig(ctx, server.config)
	if err != nil {
		return nil, server.unusable(err)
	}
	release := func() error {
		// The context of the caller may have ended. The lock goes with the connection in any case, but the server notices its end later than whoever
		// takes the lock next.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_, _ = conn.Exec(end, "SELECT pg_advisory_unlock_all()")
		return conn.Close(end)
	}
	var held bool
	if err := conn.QueryRow(ctx, take, int64(nodesLock)).Scan(&held); err != nil {
		_ = release()
		return nil, fmt.Errorf("hold the database: %w", err)
	}
	if !held {
		_ = release()
		return nil, fault.New(fault.Unavailable, "%s", busy)
	}
	return release, nil
}
