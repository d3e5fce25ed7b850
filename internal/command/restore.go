package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// Restore puts a backup in the place of a database.
type Restore struct {
	Store
	From         string        `help:"Backup to put back: what almoner backup made, encrypted or not, or a plain copy of an SQLite database; or - for standard input." required:"" placeholder:"FILE|-"`
	AgeIdentity  []string      `help:"File with the age key that opens an encrypted backup, as age-keygen made it. May be given several times." placeholder:"FILE"`
	Replace      bool          `help:"Replace a database that holds something. It is kept beside, with the time in its name."`
	DespiteAudit bool          `help:"Put the backup back although its totals differ from its ledger."`
	Secret       config.Secret `embed:"" prefix:"secret-"`
	JSON         bool          `name:"json" help:"Print what was done as JSON."`
}

// restoredJSON is what was put back.
type restoredJSON struct {
	Database      string `json:"database"`
	DatabaseBytes int64  `json:"database_bytes"`
	// BackupPosition is until where the backup went, Position where the database is now: what was done to it has positions, too.
	BackupPosition int64  `json:"backup_position"`
	Position       int64  `json:"position"`
	Epoch          string `json:"epoch"`
	FromSchema     int64  `json:"from_schema"`
	Schema         int64  `json:"schema"`
	Facts          int64  `json:"facts"`
	Donations      int64  `json:"donations"`
	Differences    int    `json:"differences"`
	// SecretKey is the id of the key that it needs, Opens whether that is at hand.
	SecretKey string `json:"secret_key"`
	Opens     bool   `json:"opens"`
	// Kept is where the database is that was replaced, Undo how to go back to it.
	Kept string `json:"kept,omitempty"`
	Undo string `json:"undo,omitempty"`
}

// Run puts it back. No server may run meanwhile.
func (c Restore) Run(ctx context.Context, t Terminal) (err error) {
	path, is, err := server.FileOf(c.DB)
	switch {
	case err != nil:
		return err
	case !is:
		return fault.New(fault.Unsupported, "A backup is put back into an SQLite database: name a new one with --db sqlite:PATH, and then copy it into an empty PostgreSQL database: almoner copy --from sqlite:PATH --to URL")
	}
	keys, err := ops.Identities(c.AgeIdentity)
	if err != nil {
		return err
	}
	from, err := c.open(t)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	_, missing := os.Lstat(path)
	release, err := server.LockAlone(ctx, c.DB)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	done, err := ops.Restore{
		From: from, Keys: keys, Path: path, Replace: c.Replace, Despite: c.DespiteAudit, Now: time.Now,
		Prepare: func(ctx context.Context, s *store.Store, position int64) error {
			return app.New(app.Options{Store: s, Random: rand.Reader}).LogRestore(ctx, app.System(), position)
		},
	}.Run(ctx)
	if err != nil {
		if info, unknown := os.Stat(path); missing != nil && unknown == nil && info.Size() == 0 {
			_ = os.Remove(path) // the lock made it
		}
		return err
	}
	return c.print(t, path, done)
}

// open opens the backup. A file that a program is still writing to has more beside it, which would be missing.
func (c Restore) open(t Terminal) (io.ReadCloser, error) {
	if c.From == standard {
		return io.NopCloser(t.In), nil
	}
	if info, err := os.Stat(c.From + "-wal"); err == nil && info.Size() > 0 {
		return nil, fault.New(fault.Conflict, "%[1]s is a database with a log of changes beside it (%[1]s-wal), which would be lost: make a backup of it with almoner backup, and put that back.", c.From)
	}
	file, err := os.Open(c.From)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The backup %s cannot be read; name another one with --from.", c.From)
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(fault.New(fault.Invalid, "%s is a folder; name the backup in it with --from.", c.From), file.Close())
	}
	return file, nil
}

func (c Restore) print(t Terminal, path string, done ops.Restored) error {
	holds := done.Holds
	keys, where, keyErr := server.KeysAtHand(c.Secret.For(c.DB))
	said := restoredJSON{
		path, holds.Size, done.Backup, holds.Position, holds.Epoch, done.From, holds.Schema, done.Facts, done.Donations, done.Differences,
		holds.SecretKey, holds.SecretKey == "" || server.Opens(keys, holds.SecretKey), done.Kept, c.undo(path, done),
	}
	if c.JSON {
		return errors.Join(printJSON(t.Out, said), keyErr)
	}
	_, _ = fmt.Fprintf(t.Out, "%s holds %d facts and %d donations now, up to position %d of the backup; its history is %s. Everything that follows it live begins again.\n",
		path, said.Facts, said.Donations, said.BackupPosition, said.Epoch)
	if said.FromSchema != said.Schema {
		_, _ = fmt.Fprintf(t.Out, "Its schema was brought from version %d to %d.\n", said.FromSchema, said.Schema)
	}
	if said.Differences > 0 {
		_, _ = fmt.Fprintf(t.Out, "Its totals differ from its ledger in %d places; look at them with: almoner audit\n", said.Differences)
	}
	switch {
	case said.SecretKey == "":
	case said.Opens:
		_, _ = fmt.Fprintf(t.Out, "What is sealed in it opens with the secret key %s of %s.\n", said.SecretKey, where)
	default:
		_, _ = fmt.Fprintf(t.Out, "A server needs the secret key %s, which is not in %s: put its file there before you start one.\n", said.SecretKey, where)
	}
	if said.Kept != "" {
		_, _ = fmt.Fprintf(t.Out, "The database as it was is in %s. To go back: %s\n", said.Kept, said.Undo)
	}
	return keyErr
}

// undo says how to go back.
func (c Restore) undo(path string, done ops.Restored) string {
	switch {
	case done.Kept == "":
		return ""
	case done.Sound:
		return undoBy(done.Kept, path)
	default:
		return fmt.Sprintf("it is damaged; put %[2]s, and %[2]s-wal if that is there, in the places of %[1]s and %[1]s-wal, without a server", path, done.Kept)
	}
}

// undoBy is the command that puts a copy back in the place of a database file.
func undoBy(copied, path string) string {
	return "almoner restore --replace --from " + word(copied) + " --db " + word("sqlite:"+path)
}

// plainWord is what a shell takes as it is.
var plainWord = regexp.MustCompile(`^[\w./:@%+=,-]+$`)

// word writes a text as one word for a shell.
func word(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
