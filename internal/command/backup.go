package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// Backup makes a backup of a database.
type Backup struct {
	Store
	Out          string        `help:"File to write, which appears when it is complete: NAME.db.zst, or NAME.db.zst.age with --age-recipient. Or a folder, which gets a file with the time in its name; or - for standard output." required:"" placeholder:"FILE|DIR|-"`
	AgeRecipient []string      `help:"Encrypt for this age recipient, whose secret key alone opens it: age1…, as age-keygen prints it. May be given several times." placeholder:"age1…"`
	WithKey      bool          `help:"Put the secret key of the database beside the backup, encrypted for the same recipients: NAME.key.age."`
	Secret       config.Secret `embed:"" prefix:"secret-"`
	JSON         bool          `name:"json" help:"Print what was made as JSON; with --out - to standard error."`
}

// standard is how standard output and input are written as a file.
const standard = "-"

// Validate refuses what does not go together.
func (c Backup) Validate() error {
	switch _, err := ops.Recipients(c.AgeRecipient); {
	case err != nil:
		return fmt.Errorf("--age-recipient: %w", err)
	case c.WithKey && len(c.AgeRecipient) == 0:
		return errors.New("--with-key needs --age-recipient: anyone who finds a backup and its secret key together reads what is sealed in it")
	case c.WithKey && c.Out == standard:
		return errors.New("--with-key needs a file or a folder as --out, to put the key beside the backup")
	}
	return nil
}

// backupJSON is a backup that was made.
type backupJSON struct {
	File          string  `json:"file"`
	Bytes         int64   `json:"bytes"`
	DatabaseBytes int64   `json:"database_bytes"`
	SHA256        string  `json:"sha256"`
	Encrypted     bool    `json:"encrypted"`
	At            *string `json:"at"`
	Schema        int64   `json:"schema"`
	Epoch         string  `json:"epoch"`
	Position      int64   `json:"position"`
	// SecretKey is the id of the key that the backup needs to be served; "" for none. KeyFile is where it was put.
	SecretKey string `json:"secret_key"`
	KeyFile   string `json:"key_file,omitempty"`
}

// Run makes the backup, also beside a running server.
func (c Backup) Run(ctx context.Context, t Terminal) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := c.there(); err != nil {
		return err
	}
	if _, err := server.Inspect(ctx, c.DB); err != nil {
		return err
	}
	return withStore(ctx, c.DB, func(s *store.Store) error {
		recipients, err := ops.Recipients(c.AgeRecipient)
		if err != nil {
			return err
		}
		b := ops.Backup{Store: s, For: recipients, Now: time.Now}
		if c.Out == standard {
			made, err := b.To(ctx, c.beside(), t.Out)
			if err != nil {
				return err
			}
			return c.print(t.Err, made, "")
		}
		path, err := c.path(b)
		if err != nil {
			return err
		}
		keyFile, err := c.putKey(ctx, s, b, path)
		if err != nil {
			return err
		}
		made, err := b.ToFile(ctx, path)
		if err != nil && keyFile != "" {
			err = errors.Join(err, os.Remove(keyFile))
		}
		if err != nil {
			return err
		}
		return c.print(t.Out, made, keyFile)
	})
}

// there refuses a database that is not there, before one is made.
func (c Backup) there() error {
	path, is := c.DB.File()
	if !is {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fault.Wrap(err, fault.NotFound, "There is no database file %s; name one with --db.", path)
	}
	return nil
}

// beside is the folder that a copy is made in that has no other place: that of the database.
func (c Backup) beside() string {
	if path, is := c.DB.File(); is {
		return filepath.Dir(path)
	}
	return os.TempDir()
}

// path is the file to write.
func (c Backup) path(b ops.Backup) (string, error) {
	info, err := os.Stat(c.Out)
	switch {
	case err == nil && info.IsDir():
		return filepath.Join(c.Out, b.Name(b.Now())), nil
	case !strings.HasSuffix(c.Out, b.End()) || filepath.Base(c.Out) == b.End():
		return "", fault.New(fault.Invalid, "--out: the name of this backup has to end in %s, which tells how to read it; a folder has to be there.", b.End())
	}
	return c.Out, nil
}

// putKey puts the secret key beside the backup, when that is wanted.
func (c Backup) putKey(ctx context.Context, s *store.Store, b ops.Backup, path string) (string, error) {
	if !c.WithKey {
		return "", nil
	}
	id, err := s.SealedWith(ctx)
	if err != nil {
		return "", err
	}
	keys, where, err := server.KeysAtHand(c.Secret.For(c.DB))
	if err != nil {
		return "", err
	}
	if id != "" && !server.Opens(keys, id) {
		return "", fault.New(fault.NotFound, "The secret key %s of the database is not in %s; name its file with --secret-key-file.", id, where)
	}
	if len(keys) == 0 {
		return "", nil
	}
	keyFile := strings.TrimSuffix(path, b.End()) + ".key.age"
	return keyFile, b.KeyFile(keyFile, keys)
}

func (c Backup) print(out io.Writer, made ops.Made, keyFile string) error {
	holds := made.Holds
	if c.JSON {
		return printJSON(out, backupJSON{
			made.File, made.Size, holds.Size, made.Sum, made.Encrypted, instantJSON(made.At), holds.Schema, holds.Epoch, holds.Position, holds.SecretKey, keyFile,
		})
	}
	name := made.File
	if name == "" {
		name = "The backup"
	}
	_, err := fmt.Fprintf(out, "%s: %d bytes (the database %d), with all up to %s: position %d of the history %s, schema %d.\nSHA-256 %s\n",
		name, made.Size, holds.Size, made.At.UTC().Format(time.RFC3339), holds.Position, holds.Epoch, holds.Schema, made.Sum)
	if err == nil && keyFile != "" {
		_, err = fmt.Fprintf(out, "The secret key is in %s, encrypted.\n", keyFile)
	} else if err == nil && holds.SecretKey != "" {
		_, err = fmt.Fprintf(out, "It needs the secret key %s, which is not in it: keep a copy of that apart.\n", holds.SecretKey)
	}
	return err
}
