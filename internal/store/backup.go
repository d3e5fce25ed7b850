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
	// Readers may not even write elsewhere.
	db, err := lite.open(ctx, 1)
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return fault.Wrap(errors.Join(err, os.Remove(path)), fault.Unavailable, "The backup %s cannot be written; is there room on the disk?", path)
	}
	return copied.Sync()
}
