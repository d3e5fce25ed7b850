package store

import (
	"context"
	"errors"
	"os"

	"github.com/almoner/almoner/internal/fault"
)

// Backup writes a copy of an SQLite database to a new file that only its owner can read, and syncs it to the disk.
// Others may use the database meanwhile. On PostgreSQL it is Unsupported: its own tools make backups.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	lite, file := s.dialect.(*sqliteFile)
	if !file {
		return fault.New(fault.Unsupported, "Backups of a PostgreSQL database are made with pg_dump.")
	}
	copied, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup %s cannot be made; allow the folder to be written to.", path)
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	if err := lite.vacuum(ctx, "VACUUM INTO $1", path); err != nil {
		return fault.Wrap(errors.Join(err, os.Remove(path)), fault.Unavailable, "The backup %s cannot be written; is there room on the disk?", path)
	}
	return copied.Sync()
}

// EmptyLog moves the log of changes of an SQLite database into its file, which is the whole database then, and says whether it could: somebody else who
// reads keeps it from that. It opens a database that nobody uses.
func EmptyLog(ctx context.Context, url string) (bool, error) {
	d, err := dialectFor(url)
	if err != nil {
		return false, err
	}
	lite, file := d.(*sqliteFile)
	if !file {
		return false, fault.New(fault.Unsupported, "Only the database file of SQLite has a log of changes.")
	}
	return lite.shred(ctx)
}

// Compact rewrites the file of an SQLite database, so that nothing stays in it of rows that were deleted. Nobody may
// write meanwhile. On PostgreSQL it does nothing: the server reuses the space on its own.
func (s *Store) Compact(ctx context.Context) error {
	lite, file := s.dialect.(*sqliteFile)
	if !file {
		return nil
	}
	err := lite.vacuum(ctx, "VACUUM")
	if err == nil {
		err = lite.vacuum(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The database cannot be rewritten; is there room on the disk?")
	}
	return nil
}

// vacuum runs one statement on a connection of its own: readers may not even write elsewhere.
func (d *sqliteFile) vacuum(ctx context.Context, text string, args ...any) (err error) {
	db, err := d.open(ctx, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, text, args...)
	return err
}
