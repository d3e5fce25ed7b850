package client

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// CursorStore stores how far a program has come, so that it resumes there after a restart. A cursor is opaque; Load returns "" before the first Save.
type CursorStore interface {
	Load() (string, error)
	Save(cursor string) error
}

// CursorFile is a [CursorStore] in the file of that name. Save replaces the file as a whole or not at all.
type CursorFile string

// Load reads the file; it returns "" if there is none.
func (f CursorFile) Load() (string, error) {
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// Save writes the file.
func (f CursorFile) Save(cursor string) error {
	fresh, err := os.CreateTemp(filepath.Dir(string(f)), filepath.Base(string(f))+".*.tmp")
	if err != nil {
		return err
	}
	_, err = fresh.WriteString(cursor)
	if err = errors.Join(err, fresh.Close()); err == nil {
		err = os.Rename(fresh.Name(), string(f))
	}
	if err != nil {
		return errors.Join(err, os.Remove(fresh.Name()))
	}
	return nil
}
