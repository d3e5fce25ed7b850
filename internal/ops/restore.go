package ops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/store"
)

// Restore puts a backup in the place of a database. Whoever calls it keeps servers away meanwhile.
type Restore struct {
	From io.Reader
	// Keys open an encrypted backup.
	Keys []age.Identity
	// Path is the file of the database, without symbolic links.
	Path string
	// Replace lets a database that holds something be replaced; it is kept beside.
	Replace bool
	// Despite puts a backup back although its totals differ from its ledger.
	Despite bool
	Now     func() time.Time
	// Prepare is called with the database of the backup and its last position, before it gets its place.
	Prepare func(ctx context.Context, s *store.Store, position int64) error
}

// Restored is what was put back.
type Restored struct {
	// Holds is what the database holds now; Backup was its position in the backup, and From the version of its schema there.
	Holds  Contents
	Backup int64
	From   int64
	// Facts and Donations are how many there are, Differences how many differences the audit found that were put up with.
	Facts, Donations int64
	Differences      int
	// Kept is where the database is that was replaced; "" for none. Sound reports whether that is one file that can be opened, rather than a damaged one with
	// its log of changes.
	Kept  string
	Sound bool
}

// Run looks at all of the backup before it replaces anything. Whenever it is interrupted, the database is either the old or the new one.
func (r Restore) Run(ctx context.Context) (done Restored, err error) {
	occupied := holdsData(r.Path) || holdsData(r.Path+"-wal")
	if occupied && !r.Replace {
		return done, fault.New(fault.Conflict, "There is a database at %s already: name another file with --db, or have it replaced with --replace; it is kept beside then.", r.Path)
	}
	work, end, err := workFolder(filepath.Dir(r.Path), r.Now())
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, end()) }()
	fresh := filepath.Join(work, "almoner.db")
	if err := r.unpack(ctx, fresh); err != nil {
		return done, err
	}
	if err := r.prove(ctx, fresh, &done); err != nil {
		return done, err
	}
	if occupied {
		if err := r.keep(ctx, &done); err != nil {
			return done, err
		}
	}
	if err := r.replace(fresh); err != nil {
		return done, err
	}
	mark := Mark{Epoch: done.Holds.Epoch, Position: done.Holds.Position}
	if err := mark.Write(r.Path); err != nil {
		return done, fault.Wrap(err, fault.Unavailable, "The backup is in its place, but the file %s cannot be written; is there room on the disk?", r.Path+markEnd)
	}
	return done, nil
}

func (r Restore) unpack(ctx context.Context, fresh string) error {
	file, err := os.OpenFile(fresh, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup cannot be unpacked beside the database; is there room on the disk?")
	}
	return errors.Join(unpack(ctx, file, r.From, r.Keys), file.Close())
}

// prove brings the backup to the present schema, and makes sure that it is whole and that its totals are what its ledger says.
func (r Restore) prove(ctx context.Context, fresh string, done *Restored) (err error) {
	schema, err := store.Inspect(ctx, "sqlite:"+fresh)
	switch {
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "The backup is damaged: it cannot be opened; take another one.")
	case schema.Foreign || schema.Present == 0:
		return fault.New(fault.Invalid, "The backup is not one of Almoner: it holds the data of another program, or none.")
	case schema.Present > schema.Known:
		return fault.New(fault.Unavailable, "The backup was made by a newer version of Almoner (schema %d, this one knows %d); put it back with that version.", schema.Present, schema.Known)
	}
	done.From = schema.Present
	s, err := store.Open(ctx, "sqlite:"+fresh, store.Options{Now: r.Now})
	if err != nil {
		return err
	}
	err = errors.Join(r.proveOpen(ctx, s, done), s.Close())
	if info, unknown := os.Stat(fresh); unknown == nil {
		done.Holds.Size = info.Size()
	}
	if err == nil && holdsData(fresh+"-wal") {
		err = fault.New(fault.Internal, "The log of the backup was not moved into its file.")
	}
	return err
}

func (r Restore) proveOpen(ctx context.Context, s *store.Store, done *Restored) error {
	damage, err := s.FullCheck(ctx)
	if err != nil {
		return err
	}
	if len(damage) > 0 {
		return fault.New(fault.Invalid, "The backup is damaged (%s); take another one.", damage[0])
	}
	if _, done.Holds.Schema, err = s.Migrate(ctx); err != nil {
		return err
	}
	report, err := s.Audit(ctx)
	if err != nil {
		return err
	}
	done.Facts, done.Donations, done.Differences = report.Facts, report.Donations, len(report.Differences)
	if done.Differences > 0 && !r.Despite {
		return fault.New(fault.Invalid, "The totals of the backup differ from its ledger in %d places (%s): take another one, or put it back nevertheless with --despite-audit, and then run almoner audit.",
			done.Differences, report.Differences[0])
	}
	if done.Backup, err = s.LastPosition(ctx); err != nil {
		return err
	}
	if err := s.BeginHistory(ctx); err != nil {
		return err
	}
	if r.Prepare != nil {
		if err := r.Prepare(ctx, s, done.Backup); err != nil {
			return err
		}
	}
	return done.Holds.read(ctx, s)
}

// keep copies the database that is replaced to a name of its own. It stays where it is, so that whoever interrupts this finds it there. Its log of changes is
// copied first: SQLite throws one away that it cannot read. Where it could be moved into the file, the file alone is kept.
func (r Restore) keep(ctx context.Context, done *Restored) error {
	done.Kept = r.keptName()
	log := r.Path + "-wal"
	if holdsData(log) {
		if err := copyFile(log, done.Kept+"-wal"); err != nil {
			return unkept(err, done.Kept)
		}
		killpoint.Reach(killpoint.Restoring)
	}
	moved, err := store.EmptyLog(ctx, "sqlite:"+r.Path)
	done.Sound = err == nil && moved
	if done.Sound || fault.Is(err, fault.Conflict) || err == nil {
		if err := os.Remove(done.Kept + "-wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return unkept(err, done.Kept)
		}
	}
	switch {
	case fault.Is(err, fault.Conflict): // it has two names
		return err
	case err == nil && !moved:
		return fault.New(fault.Unavailable, "The database %s is in use by another command; try again when that is done.", r.Path)
	}
	killpoint.Reach(killpoint.Restoring)
	if err := copyFile(r.Path, done.Kept); err != nil {
		return unkept(err, done.Kept)
	}
	killpoint.Reach(killpoint.Restoring)
	return syncFolder(filepath.Dir(r.Path))
}

func unkept(err error, as string) error {
	return fault.Wrap(err, fault.Unavailable, "The database that is to be replaced cannot be kept as %s; is there room on the disk? Nothing was changed.", as)
}

// keptName is a name for the database that is replaced, which nothing has.
func (r Restore) keptName() string {
	name := r.Path + ".before-restore-" + r.Now().UTC().Format(stamp)
	for n, free := 2, name; ; n++ {
		if _, err := os.Lstat(free); err != nil {
			return free
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// replace gives the new file the name of the database. The log of changes of the old one must not be there then: SQLite would take it for that
// of the new one. The old file is complete without it, or was kept with it.
func (r Restore) replace(fresh string) error {
	if err := syncFile(fresh); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The backup cannot be written to the disk; is there room? Nothing was changed.")
	}
	killpoint.Reach(killpoint.Restoring)
	for _, part := range []string{"-wal", "-shm"} {
		if err := os.Remove(r.Path + part); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fault.Wrap(err, fault.Unavailable, "The file %s cannot be removed; nothing was changed.", r.Path+part)
		}
		killpoint.Reach(killpoint.Restoring)
	}
	if err := os.Rename(fresh, r.Path); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The database %s cannot be replaced; nothing was changed.", r.Path)
	}
	killpoint.Reach(killpoint.Restoring)
	return syncFolder(filepath.Dir(r.Path))
}
