package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// Copy copies a database into an empty one.
type Copy struct {
	From   config.Database `required:"" help:"Database that is copied: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME. Servers may use it meanwhile; what they take later is not in the copy." placeholder:"URL"`
	To     config.Database `required:"" help:"Database that it is copied into, which must be empty: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME. A file is made." placeholder:"URL"`
	Secret config.Secret   `embed:"" prefix:"secret-"`
	JSON   bool            `name:"json" help:"Print what was copied as JSON, and what is being copied as lines of the error output."`
}

// ErrCopyDiffers says that an audit finds other totals in a copy than in its source.
var ErrCopyDiffers = errors.New("an audit finds something else in the copy than in its source: do not use the copy")

// copiedJSON is what was copied.
type copiedJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Position is that of the last event in the copy.
	Position int64            `json:"position"`
	Rows     int64            `json:"rows"`
	Tables   map[string]int64 `json:"tables"`
	// LeftOut are tables of other programs.
	LeftOut   []string `json:"left_out"`
	Facts     int64    `json:"facts"`
	Donations int64    `json:"donations"`
	// Differences is how many an audit finds in the copy. Audit says how that compares with the source: "equal", "differs", or "moved" where the source
	// went on meanwhile.
	Differences int    `json:"differences"`
	Audit       string `json:"audit"`
	// Key is the id of the secret key that the copy needs; "" for none. KeyFile is where it was found, "" where nobody could check it.
	Key     string `json:"key"`
	KeyFile string `json:"key_file"`

	// missingKey is where the key was looked for and is not.
	missingKey string
}

// Run audits the source, copies it, and audits the copy. No server may use the target.
func (c Copy) Run(ctx context.Context, t Terminal) (err error) {
	if path, is := c.From.File(); is {
		if _, err := os.Stat(path); err != nil {
			return fault.Wrap(err, fault.NotFound, "There is no database file %s to copy; name one with --from.", path)
		}
	}
	return withMigrated(ctx, c.From, func(from *store.Store) (err error) {
		done := copiedJSON{From: c.From.NameIn("."), To: c.To.NameIn(".")}
		if err := c.openSeals(ctx, t, from, &done); err != nil {
			return err
		}
		release, err := server.LockAlone(ctx, c.To)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, release()) }()
		return c.withTarget(ctx, func(to *store.Store) error { return c.copy(ctx, t, from, to, done) })
	})
}

// withTarget opens the target, and gives it the schema where it has none.
func (c Copy) withTarget(ctx context.Context, do func(*store.Store) error) error {
	schema, err := server.Inspect(ctx, c.To)
	if err != nil {
		return err
	}
	return withStore(ctx, c.To, func(to *store.Store) error {
		if schema.Present == 0 {
			if _, _, err := to.Migrate(ctx); err != nil {
				return err
			}
		}
		return do(to)
	})
}

func (c Copy) copy(ctx context.Context, t Terminal, from, to *store.Store, done copiedJSON) error {
	position, err := from.LastPosition(ctx)
	if err != nil {
		return err
	}
	progress := t.Out
	if c.JSON {
		progress = t.Err
	}
	_, _ = fmt.Fprintln(progress, "Auditing the source …")
	before, err := from.Audit(ctx)
	if err != nil {
		return err
	}
	did, err := store.Copy(ctx, from, to, store.CopyOptions{Progress: func(p store.CopiedTable) {
		switch {
		case !p.Done:
			_, _ = fmt.Fprintf(progress, "%s: %d rows …\n", p.Name, p.Rows)
		case p.Rows > 0:
			_, _ = fmt.Fprintf(progress, "%s: %d rows\n", p.Name, p.Rows)
		}
	}})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(progress, "Auditing the copy …")
	after, err := to.Audit(ctx)
	if err != nil {
		return err
	}
	last, err := from.LastPosition(ctx)
	if err != nil {
		return err
	}
	done.tell(did, after)
	switch {
	case last != position && len(after.Differences) <= len(before.Differences):
		done.Audit = "moved"
	case last == position && sameAudit(before, after):
		done.Audit = "equal"
	default:
		done.Audit = "differs"
		err = ErrCopyDiffers
	}
	if c.JSON {
		return errors.Join(printJSON(t.Out, done), err)
	}
	return errors.Join(c.print(t, done), err)
}

// tell takes over what was copied.
func (done *copiedJSON) tell(did store.Copied, audit store.Report) {
	done.Position, done.Rows, done.LeftOut, done.Tables = did.Position, did.Rows(), append([]string{}, did.LeftOut...), map[string]int64{}
	for _, table := range did.Tables {
		done.Tables[table.Name] = table.Rows
	}
	done.Facts, done.Donations, done.Differences = audit.Facts, audit.Donations, len(audit.Differences)
}

// sameAudit reports whether two audits found the same.
func sameAudit(a, b store.Report) bool {
	return a.Facts == b.Facts && a.Donations == b.Donations && a.UnknownMails == b.UnknownMails && slices.Equal(a.Differences, b.Differences)
}

// openSeals checks that the secret key of the source opens what is sealed in it, where the key is at hand.
func (c Copy) openSeals(ctx context.Context, t Terminal, from *store.Store, done *copiedJSON) (err error) {
	if done.Key, err = from.SealedWith(ctx); err != nil || done.Key == "" {
		return err
	}
	secret := c.Secret.For(c.From)
	if secret.Key == "" {
		if _, err := os.Stat(secret.KeyFile); errors.Is(err, os.ErrNotExist) {
			done.missingKey = secret.KeyFile
			return nil
		}
	}
	ring, err := server.Keys(ctx, from, secret, newLog(config.Log{}, t.Err))
	if err != nil {
		return err
	}
	from.UseSecrets(ring)
	if done.KeyFile = secret.KeyFile; secret.Key != "" {
		done.KeyFile = "--secret-key"
	}
	return from.CheckSeals(ctx)
}

// print says what was copied, and what is left to do.
func (c Copy) print(t Terminal, done copiedJSON) error {
	lines := []string{fmt.Sprintf("Copied %d rows of %d tables: %d facts, %d donations, as of event %d.", done.Rows, len(done.Tables), done.Facts, done.Donations, done.Position)}
	if len(done.LeftOut) > 0 {
		lines = append(lines, "Left out, because they are not Almoner's: "+strings.Join(done.LeftOut, ", ")+".")
	}
	lines = append(lines, map[string]string{
		"equal":   "The audits of both are equal.",
		"moved":   "The source went on meanwhile: what came after that event is not in the copy. To move, stop its servers first, and copy again.",
		"differs": "The audits of both are not equal.",
	}[done.Audit])
	if done.Differences > 0 {
		lines = append(lines, fmt.Sprintf("An audit of the copy finds %d differences; see: almoner audit --db URL", done.Differences))
	}
	if done.Key != "" {
		lines = append(lines, c.aboutKey(done))
	}
	_, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n"))
	return err
}

// aboutKey says which secret key servers of the copy need, and where they look for it.
func (c Copy) aboutKey(done copiedJSON) string {
	wanted := config.Secret{}.For(c.To).KeyFile
	switch {
	case done.missingKey != "":
		return fmt.Sprintf("Secrets in the copy are sealed with the key %s, which nobody checked: %s is not there. Servers of the copy look for the key in %s.", done.Key, done.missingKey, wanted)
	case done.KeyFile == "--secret-key":
		return fmt.Sprintf("Secrets in the copy are sealed with the key %s, which opens them: give it to servers of the copy as well.", done.Key)
	default:
		return fmt.Sprintf("Secrets in the copy are sealed with the key %s, which opens them: copy the file %s to %s, or name it with --secret-key-file.", done.Key, done.KeyFile, wanted)
	}
}
