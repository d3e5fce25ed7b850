package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	if _, is := database.File(); is {
		return lockFileOf(database)
	}
	return store.Hold(ctx, string(database))
}

// LockAlone is Lock for work beside which no server may run, on any machine.
func LockAlone(ctx context.Context, database config.Database) (release func() error, err error) {
	if _, is := database.File(); is {
		return lockFileOf(database)
	}
	return store.HoldAlone(ctx, string(database))
}

// FileOf is the file of an SQLite database, without symbolic links.
func FileOf(database config.Database) (path string, is bool, err error) {
	if path, is = database.File(); !is {
		return "", false, nil
	}
	resolved, err := resolve(path)
	if err != nil {
		return "", true, fault.Wrap(err, fault.Unavailable,
			"The database file %s cannot be found; make its folder, or choose another file with --db.", path)
	}
	return resolved, true, nil
}

// lockFileOf locks the file whatever it is called: the lock stands beside what the path resolves to.
func lockFileOf(database config.Database) (release func() error, err error) {
	path, _ := database.File()
	resolved, _, err := FileOf(database)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(resolved+".lock", os.O_CREATE|os.O_RDWR, 0o600)
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
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s.lock cannot be locked.", resolved)
	}
	if err := prepare(resolved); err != nil {
		_ = file.Close()
		return nil, fault.Wrap(err, fault.Unavailable,
			"The database file %s cannot be written to; allow it or choose another file with --db.", path)
	}
	return file.Close, nil
}

// maxLinks is how many symbolic links a path may lead through, as on Linux.
const maxLinks = 40

// resolve returns the path of a file without symbolic links. The file may be missing, also where a link leads to it; its folder may not.
func resolve(path string) (string, error) {
	for range maxLinks {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return "", err
		}
		path = filepath.Join(folder, filepath.Base(path))
		to, err := os.Readlink(path)
		if err != nil { // it is no link, or missing
			return filepath.Abs(path)
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(folder, to)
		}
		path = to
	}
	return "", fmt.Errorf("%s: too many symbolic links", path)
}

// prepare makes a file readable for its owner only, because it holds addresses and
// password hashes: a new one, and one that was copied here with other rights. It finds out about one that cannot be written to, which SQLite would only
// notice at the first write. It never opens a file that is there: closing it would drop the locks that SQLite has on it in this process.
func prepare(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case err == nil:
		err = file.Close()
	case errors.Is(err, fs.ErrExist):
		err = writableFile(path)
	}
	if err != nil {
		return err
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		closeToOthers(path + part)
	}
	return nil
}

// writableFile reports why what is at a path is no file that can be written to.
func writableFile(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file", path)
	}
	return writable(path)
}

// closeToOthers takes the rights of others at a file from them. Only its owner can; somebody else's file stays as it is.
func closeToOthers(path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, info.Mode().Perm()&0o700)
	}
}
