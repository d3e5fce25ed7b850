package ops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/store"
)

// Backup makes backups of a database, also beside a server that uses it.
type Backup struct {
	Store *store.Store
	// For is whom they are encrypted for; nil does not encrypt.
	For []age.Recipient
	Now func() time.Time
}

// Made is a backup that was made.
type Made struct {
	// File is where it is, Size how long it is in bytes, and Sum its SHA-256 in hexadecimal digits.
	File string
	Size int64
	Sum  string
	// Holds is what its database holds.
	Holds Contents
	// At is when it was begun: nothing of what came before is missing.
	At        time.Time
	Encrypted bool
}

// Contents is what a database holds.
type Contents struct {
	// Size is the length of its file in bytes.
	Size int64
	// Schema is the version of its schema, Epoch its history, and Position that of the last event.
	Schema   int64
	Epoch    string
	Position int64
	// SecretKey is the id of the key that secrets are sealed with in it; "" for none.
	SecretKey string
}

const (
	// workPrefix begins the names of folders that are there while a backup is made or put back.
	workPrefix = ".almoner-ops-"
	// leftOver is how old a folder of a process that was killed is when the next one removes it.
	leftOver = 24 * time.Hour
	// stamp is how the time is written in names, in UTC.
	stamp = "20060102T150405Z"
	// namePrefix begins the names of backups that have none of their own.
	namePrefix = "almoner-"
)

// Name is that of a backup that was made at a time.
func (b Backup) Name(at time.Time) string {
	return namePrefix + at.UTC().Format(stamp) + b.End()
}

// End is how the names of these backups end.
func (b Backup) End() string {
	if len(b.For) > 0 {
		return EncryptedEnd
	}
	return PlainEnd
}

// ToFile makes a backup in a file that is not there yet, and is there only when all of it is on the disk and was read back.
func (b Backup) ToFile(ctx context.Context, path string) (made Made, err error) {
	if _, err := os.Lstat(path); err == nil {
		return made, fault.New(fault.Conflict, "There is something at %s already; choose another name.", path)
	}
	work, end, err := workFolder(filepath.Dir(path), b.Now())
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, end()) }()
	packed, err := os.OpenFile(filepath.Join(work, "packed"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return made, unwritten(err)
	}
	made, err = b.write(ctx, work, packed)
	if err = errors.Join(err, packed.Sync(), packed.Close()); err != nil {
		return made, unwritten(err)
	}
	if err := readBack(ctx, packed.Name(), made.Sum); err != nil {
		return made, err
	}
	made.File = path
	return made, nameNew(packed.Name(), path)
}

// To writes a backup to somebody who reads it as it is made. The copy is made in a folder first.
func (b Backup) To(ctx context.Context, folder string, out io.Writer) (made Made, err error) {
	work, end, err := workFolder(folder, b.Now())
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, end()) }()
	return b.write(ctx, work, out)
}

// write copies the database, looks at the copy, and packs it.
func (b Backup) write(ctx context.Context, work string, out io.Writer) (made Made, err error) {
	made.At, made.Encrypted = b.Now(), len(b.For) > 0
	copied := filepath.Join(work, "almoner.db")
	if err := b.copy(ctx, copied); err != nil {
		return made, err
	}
	if made.Holds, err = look(ctx, copied); err != nil {
		return made, err
	}
	sum := summed{out: out, hash: sha256.New()}
	if err := pack(ctx, &sum, copied, b.For); err != nil {
		return made, unwritten(err)
	}
	made.Size, made.Sum = sum.size, sum.text()
	return made, nil
}

// copy makes an SQLite database of the one that is backed up, as it is at one moment. That of PostgreSQL is copied row by row, into a history of its own.
func (b Backup) copy(ctx context.Context, path string) (err error) {
	if err := b.Store.Backup(ctx, path); !fault.Is(err, fault.Unsupported) {
		return err
	}
	to, err := store.Open(ctx, "sqlite:"+path, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	if _, _, err := to.Migrate(ctx); err != nil {
		return err
	}
	_, err = store.Copy(ctx, b.Store, to, store.CopyOptions{})
	return err
}

// look reads a copy from its beginning to its end, and tells what it holds.
func look(ctx context.Context, path string) (holds Contents, err error) {
	url := "sqlite:" + path
	schema, err := store.Inspect(ctx, url)
	if err != nil {
		return holds, err
	}
	holds.Schema = schema.Present
	copied, err := store.Open(ctx, url, store.Options{})
	if err != nil {
		return holds, err
	}
	defer func() {
		err = errors.Join(err, copied.Close())
		if info, unknown := os.Stat(path); unknown == nil {
			holds.Size = info.Size()
		}
	}()
	damage, err := copied.QuickCheck(ctx)
	if err == nil && len(damage) > 0 {
		err = fault.New(fault.Unavailable, "The copy of the database is damaged (%s); look at the disk, and at the database: almoner audit.", damage[0])
	}
	if err != nil {
		return holds, err
	}
	return holds, holds.read(ctx, copied)
}

// read fills in what a database says of itself.
func (c *Contents) read(ctx context.Context, s *store.Store) (err error) {
	if c.Epoch, err = s.Epoch(ctx); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if c.Position, err = s.LastPosition(ctx); err != nil {
		return err
	}
	c.SecretKey, err = s.SealedWith(ctx)
	return err
}

// workFolder makes a folder for files that are not whole yet, which only their owner can read. Those that killed processes left go.
func workFolder(beside string, now time.Time) (path string, end func() error, err error) {
	left, err := filepath.Glob(filepath.Join(globbed(beside), workPrefix+"*"))
	if err != nil {
		return "", nil, err
	}
	for _, old := range left {
		if info, err := os.Lstat(old); err == nil && info.IsDir() && now.Sub(info.ModTime()) > leftOver {
			_ = os.RemoveAll(old) // the next one tries again
		}
	}
	if path, err = os.MkdirTemp(beside, workPrefix+"*"); err != nil {
		return "", nil, fault.Wrap(err, fault.Unavailable, "The folder %s cannot be written to; make it, allow it, or choose another one.", beside)
	}
	return path, func() error { return os.RemoveAll(path) }, nil
}

// nameNew gives a file that is whole its name, unless something has it.
func nameNew(file, path string) error {
	err := os.Link(file, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// Not every file system has links.
		if _, there := os.Lstat(path); errors.Is(there, fs.ErrNotExist) {
			err = os.Rename(file, path)
		}
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return fault.New(fault.Conflict, "There is something at %s already; choose another name.", path)
	case err != nil:
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written; choose another name.", path)
	}
	return syncFolder(filepath.Dir(path))
}

// readBack reads a file as the disk has it.
func readBack(ctx context.Context, path, sum string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return unwritten(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	read := sha256.New()
	if _, err := io.Copy(read, following{ctx, file}); err != nil {
		return unwritten(err)
	}
	if hex.EncodeToString(read.Sum(nil)) != sum {
		return fault.New(fault.Unavailable, "The disk gives back another backup than was written; look at the disk, or choose another one.")
	}
	return nil
}

func unwritten(err error) error {
	if _, said := errors.AsType[*fault.Error](err); said || err == nil {
		return err
	}
	return fault.Wrap(err, fault.Unavailable, "The backup cannot be written; is there room on the disk?")
}

// summed passes on what is written, counts it, and sums it up.
type summed struct {
	out  io.Writer
	hash hash.Hash
	size int64
}

// Write writes and counts.
func (s *summed) Write(data []byte) (int, error) {
	n, err := s.out.Write(data)
	s.size += int64(n)
	_, _ = s.hash.Write(data[:n]) // it never fails
	return n, err
}

func (s *summed) text() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// KeyFile writes secret keys to a new file, encrypted for the recipients of the backups.
func (b Backup) KeyFile(path string, keys []seal.Key) (err error) {
	if len(b.For) == 0 {
		return fault.New(fault.Invalid, "A secret key is only put beside an encrypted backup.")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s for the secret key cannot be made; choose another name.", path)
	}
	encrypted, err := age.Encrypt(file, b.For...)
	if err == nil {
		for _, k := range keys {
			_, failed := io.WriteString(encrypted, k.Text()+"\n")
			err = errors.Join(err, failed)
		}
		err = errors.Join(err, encrypted.Close())
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(unwritten(err), os.Remove(path))
	}
	return nil
}
