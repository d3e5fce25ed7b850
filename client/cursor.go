package client

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
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

// Save writes the file, and waits until the disk has it.
func (f CursorFile) Save(cursor string) error { return f.save(cursor, (*os.File).Sync) }

func (f CursorFile) save(cursor string, sync func(*os.File) error) error {
	folder := filepath.Dir(string(f))
	fresh, err := os.CreateTemp(folder, filepath.Base(string(f))+".*.tmp")
	if err != nil {
		return err
	}
	if _, err = fresh.WriteString(cursor); err == nil {
		err = sync(fresh)
	}
	if err = errors.Join(err, fresh.Close()); err == nil {
		err = os.Rename(fresh.Name(), string(f))
	}
	if err != nil {
		return errors.Join(err, os.Remove(fresh.Name()))
	}
	return syncFolder(folder, sync)
}

// syncFolder makes renames in a folder last. Windows and some file systems have nothing for that.
func syncFolder(name string, sync func(*os.File) error) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	if err = sync(folder); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, folder.Close())
}
