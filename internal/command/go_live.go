package command

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// GoLive takes all play money out of a database, so that it can take real money.
type GoLive struct {
	Store
	Yes        bool `help:"Do not ask before it is done."`
	JSON       bool `name:"json" help:"Print what was done as JSON."`
	BackupMade bool `help:"A backup was made, with pg_dump: PostgreSQL makes its own. For a file, this command makes one."`
}

// wentLive is what was done.
type wentLive struct {
	// Mode is what the database held, Donations how many.
	Mode      string `json:"mode"`
	Donations int64  `json:"donations"`
	// Backup is the file that holds the database as it was; "" where its operator made the backup.
	Backup string `json:"backup,omitempty"`
	// Undo says how to go back.
	Undo string `json:"undo"`
}

// confirmation is what has to be typed.
const confirmation = "go live"

// Run backs the database up, takes the play money out, and says how to go back. No server may run meanwhile.
func (c GoLive) Run(ctx context.Context, t Terminal) (err error) {
	_, file := c.DB.File()
	if !file && !c.BackupMade {
		return fault.New(fault.Invalid, "Make a backup with pg_dump first, and say so with --backup-made: it is the only way back.")
	}
	return withMigrated(ctx, c.DB, func(s *store.Store) (err error) {
		release, err := server.LockAlone(ctx, c.DB)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, release()) }()
		mode, err := s.Mode(ctx)
		if err != nil {
			return err
		}
		done := wentLive{Mode: string(mode), Undo: "restore the dump that was made before"}
		if mode.Play() {
			if err := c.confirm(t, done); err != nil {
				return err
			}
			if file {
				if err := c.backUp(ctx, s, &done); err != nil {
					return err
				}
			}
		}
		if done.Donations, err = app.New(app.Options{Store: s, Random: rand.Reader}).GoLive(ctx, app.System()); err != nil {
			return err
		}
		// Names and addresses of donors go with their rows.
		if err := s.Compact(ctx); err != nil {
			return err
		}
		// Its history is another one.
		if path, is, err := server.FileOf(c.DB); err != nil {
			return err
		} else if is {
			if err := ops.WriteMark(ctx, s, path); err != nil {
				return err
			}
		}
		return c.print(t, done)
	})
}

// confirm has the operator type what is about to happen.
func (c GoLive) confirm(t Terminal, to wentLive) error {
	if c.Yes {
		return nil
	}
	_, _ = fmt.Fprintf(t.Err, "All donations of the database %s are play money (%s). They are taken out, with their receipts, totals and leaderboards.\n"+
		"Accounts, campaigns and settings stay. Type %q to do it: ", c.DB.NameIn("."), to.Mode, confirmation)
	line, _ := bufio.NewReader(t.In).ReadString('\n')
	if strings.TrimSpace(line) != confirmation {
		return fault.New(fault.Conflict, "Nothing was changed.")
	}
	return nil
}

// backUp copies the file beside itself.
func (c GoLive) backUp(ctx context.Context, s *store.Store, done *wentLive) error {
	path, _ := c.DB.File()
	done.Backup = path + ".before-go-live-" + time.Now().UTC().Format("20060102T150405Z")
	if err := s.Backup(ctx, done.Backup); err != nil {
		return err
	}
	done.Undo = "stop the server, and run: " + undoBy(done.Backup, path)
	return nil
}

func (c GoLive) print(t Terminal, done wentLive) error {
	if c.JSON {
		return printJSON(t.Out, done)
	}
	_, err := fmt.Fprintf(t.Out, "Donations taken out (mode %[2]s): %[1]d. The next start with a payment provider decides what money is taken.\n", done.Donations, done.Mode)
	if err == nil && done.Backup != "" {
		_, err = fmt.Fprintf(t.Out, "The database as it was is in %s.\n", done.Backup)
	}
	if err == nil {
		_, err = fmt.Fprintf(t.Out, "To undo: %s\n", done.Undo)
	}
	return err
}
