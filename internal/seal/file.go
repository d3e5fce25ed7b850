package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// head begins a file of keys.
const head = `# The secret key of an Almoner: webhook signing keys and addresses in its database are sealed with it.
# Anyone who has this file and a copy of the database can read them, so keep a copy of this file, but apart from the backups of the database.
# The first key seals. Those below it open what was sealed before; backups from then need them.
`

// ReadFile reads the keys of a file, the present one first. A file that is not there is fs.ErrNotExist.
func ReadFile(path string) ([]Key, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keys, err := ParseKeys(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return keys, nil
}

// MakeFile makes a file with a new key, which only its owner can read. Where another process was faster, it reads that one's key.
func MakeFile(path string) ([]Key, error) {
	temporary, err := writeTemporary(path, []Key{NewKey()})
	if err != nil {
		return nil, err
	}
	// A link is made whole or not at all, and never over another file.
	if err := errors.Join(ignoring(fs.ErrExist, os.Link(temporary, path)), os.Remove(temporary), syncFolder(path)); err != nil {
		return nil, err
	}
	return ReadFile(path)
}

// WriteFile replaces the keys of a file: whole, or not at all.
func WriteFile(path string, keys []Key) error {
	temporary, err := writeTemporary(path, keys)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return syncFolder(path)
}

// writeTemporary writes a file beside the path, on the disk.
func writeTemporary(path string, keys []Key) (name string, err error) {
	var text strings.Builder
	text.WriteString(head)
	for _, k := range keys {
		text.WriteString(k.Text() + "\n")
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text.String())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// syncFolder makes the name of a file last. Not every system can.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	_ = folder.Sync()
	return folder.Close()
}

func ignoring(kind, err error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}
