package server

import (
	"context"
	"errors"
	"os"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/store"
)

// errHeld is the answer of the system when another process holds a lock.
var errHeld = errors.New("held by another process")

// Lock keeps other servers away from the file of an SQLite database, whose caches only know
// of the commits of their own process. Servers of a PostgreSQL database share it. Commands beside the server do not
// need it.
func Lock(ctx context.Context, database config.Database) (release func() error, err error) {
	if path, is := database.File(); is {
		return lockPath(path)
	}
	return store.Hold(ctx, string(database))
}

// LockAlone is Lock for work beside which no server may run, on any machine.
func LockAlone(ctx context.Context, database config.Database) (release func() error, err error) {
	if path, is := database.File(); is {
		return lockPath(path)
	}
	return store.HoldAlone(ctx, string(database))
}

func lockPath(path string) (release func() error, err error) {
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable,
			"The folder of the database file %s cannot be written to; make it, allow it, or choose another file with --db.", path)
	}
	if err := lockFile(file); err != nil {
		_ = file.Close()
		if errors.Is(err, errHeld) {
			return nil, fault.New(fault.Unavailable,
				"The database file %s is in use by another process; stop that one or choose another file with --db or --data.", path)
		}
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s.lock cannot be locked.", path)
	}
	if err := prepare(path); err != nil {
		_ = file.Close()
		return nil, fault.Wrap(err, fault.Unavailable,
			"The database file %s cannot be written to; allow it or choose another file with --db.", path)
	}
	return file.Close, nil
}

// prepare makes a file readable for its owner only, because it holds addresses and
// password hashes: a new one, and one that was copied here with other rights. It finds out about one that cannot be written to, which SQLite would only
// provider event at the first write.
func prepare(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		closeToOthers(path + part)
	}
	return nil
}

// closeToOthers takes the rights of others at a file from them. Only its owner can; somebody else's file stays as it is.
func closeToOthers(path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, info.Mode().Perm()&0o700)
	}
}
