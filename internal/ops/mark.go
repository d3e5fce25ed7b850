package ops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/store"
)

// Mark is a position of a database that is known to be committed. It is kept in a file beside that of SQLite, so that a server notices when the
// database came to stand behind it: its log of changes was lost or cut, or an older copy was put in its place.
type Mark struct {
	Epoch    string
	Position int64
}

// markEnd is what the name of a mark adds to that of its database.
const markEnd = ".position"

// ReadMark reads the mark of the database file at a path; false without one.
func ReadMark(path string) (m Mark, found bool, err error) {
	text, err := os.ReadFile(path + markEnd)
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	}
	if err == nil {
		_, err = fmt.Sscanf(string(text), "%s %d\n", &m.Epoch, &m.Position)
	}
	if err != nil {
		return Mark{}, false, fault.Wrap(err, fault.Unavailable, "The file %s cannot be read, which says until where the database was committed.", path+markEnd)
	}
	return m, true, nil
}

// Write replaces the mark of the database file at a path: whole, or not at all.
func (m Mark) Write(path string) error {
	path += markEnd
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%s %d\n", m.Epoch, m.Position)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// PresentMark is where a database is now.
func PresentMark(ctx context.Context, s *store.Store) (m Mark, err error) {
	if m.Epoch, err = s.Epoch(ctx); err != nil {
		return m, err
	}
	m.Position, err = s.LastPosition(ctx)
	return m, err
}

// WriteMark makes the present position of a database the mark of its file.
func WriteMark(ctx context.Context, s *store.Store, path string) error {
	m, err := PresentMark(ctx, s)
	if err != nil {
		return err
	}
	if err := m.Write(path); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be written, which says until where the database is committed.", path+markEnd)
	}
	return nil
}

// Lost compares a database with its mark. It is Conflict when something that was committed is missing, and other reports whether the mark is that of
// another history. The database is only read, so that a log of changes that is put back still fits.
func Lost(ctx context.Context, s *store.Store, path string) (other bool, err error) {
	mark, found, err := ReadMark(path)
	if err != nil || !found {
		return false, err
	}
	present, err := PresentMark(ctx, s)
	switch {
	case fault.Is(err, fault.NotFound): // its settings were emptied
		return true, nil
	case err != nil:
		return false, err
	case present.Epoch != mark.Epoch:
		return true, nil
	case present.Position < mark.Position:
		return false, Behind(path, present.Position, mark)
	}
	return false, nil
}

// Behind is why a database cannot be served that stands behind its mark; one that is not there stands at 0.
func Behind(path string, position int64, mark Mark) error {
	return fault.New(fault.Conflict, "The database %[1]s stands at position %[2]d, but %[3]d was committed: its log of changes, %[1]s-wal, was lost or cut, or an older copy was put in its place. "+
		"Put the file and its log back as they were; or put a backup back: almoner restore --replace --from FILE --db sqlite:%[1]s; or go on without what is missing: almoner repair position --db sqlite:%[1]s",
		path, position, mark.Position)
}
