package client

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Place stores how far a program has come, so that it resumes there after a restart. The text it stores is opaque; Load returns "" before the first Save.
type Place interface {
	Load() (string, error)
	Save(place string) error
}

// File is a [Place] in the file of that name. Save replaces the file as a whole or not at all.
type File string

// Load reads the file; it returns "" if there is none.
func (f File) Load() (string, error) {
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// Save writes the file.
func (f File) Save(place string) error {
	fresh, err := os.CreateTemp(filepath.Dir(string(f)), filepath.Base(string(f))+".*.tmp")
	if err != nil {
		return err
	}
	_, err = fresh.WriteString(place)
	if err = errors.Join(err, fresh.Close()); err == nil {
		err = os.Rename(fresh.Name(), string(f))
	}
	if err != nil {
		return errors.Join(err, os.Remove(fresh.Name()))
	}
	return nil
}
