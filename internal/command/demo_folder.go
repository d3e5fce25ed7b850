package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/server"
)

const (
	// fillingFile is there while a demo is filled, so that a start after a crash does not take
	// half of the data for all of it. It names the database that is filled, and is only made
	// for one that was empty.
	fillingFile = "filling"
	// ownDatabase is the name of the database that a demo keeps in its folder.
	ownDatabase = "sqlite:almoner.db"
	// keyFile is the secret key of a demo whose database is no file, which would have it beside itself.
	keyFile = "almoner.key"
)

// demoFolder is the folder of a demo: its credentials, the mark of a filling, and mostly its
// database too.
type demoFolder struct {
	path string
	// database is the name (see config.Database.NameIn) of the one that this start uses.
	database string
	// seed is the one that was chosen; 0 for none.
	seed uint64
	// pictures says whether new data gets pictures.
	pictures bool
}

func (d demoFolder) file(name string) string { return filepath.Join(d.path, name) }

// credentials are those in the folder, which must be of this database and this seed. The
// error wraps fs.ErrNotExist where there are none.
func (d demoFolder) credentials() (demo.Credentials, error) {
	c, err := demo.Load(d.path)
	if err != nil {
		return c, err
	}
	if bound := boundTo(c); bound != d.database {
		return c, fault.New(fault.Conflict,
			"The folder %s belongs to the demo with the database %s; choose another folder with --data for the database %s.",
			d.path, bound, d.database)
	}
	if d.seed != 0 && c.Seed != nil && *c.Seed != d.seed {
		return c, fault.New(fault.Conflict,
			"The folder %s has the data of seed %d; start without --seed, or choose another folder with --data for seed %d.",
			d.path, *c.Seed, d.seed)
	}
	return c, nil
}

// boundTo is the name of the database that credentials open.
func boundTo(c demo.Credentials) string {
	if c.Database == "" {
		return ownDatabase
	}
	return c.Database
}

// seedOf is the seed of the data that the credentials are of, or that will be made.
func (d demoFolder) seedOf(c demo.Credentials) uint64 {
	switch {
	case c.Seed != nil:
		return *c.Seed
	case d.seed != 0:
		return d.seed
	default:
		return defaultSeed
	}
}

// clear removes what an interrupted filling of this database left of it, if it is a file in
// this folder. Nothing else is removed: neither a file elsewhere nor one that is not marked.
func (d demoFolder) clear(ctx context.Context) error {
	if !d.interrupted() {
		return nil
	}
	if _, err := os.Stat(d.file(demo.CredentialsFile)); err == nil {
		// They are saved last and begin removes older ones: the filling came to its end.
		return d.remove(fillingFile)
	}
	name, _ := config.Database(d.database).File()
	if name == "" || name != filepath.Base(name) {
		return nil
	}
	release, err := server.Lock(ctx, config.Named(d.path, d.database))
	if err != nil {
		return err
	}
	for _, part := range []string{name, name + "-wal", name + "-shm", name + ".position"} {
		if err := d.remove(part); err != nil {
			return errors.Join(fmt.Errorf("unfinished demo: %w", err), release())
		}
	}
	return release()
}

// interrupted reports whether the filling of this database was begun and not finished.
func (d demoFolder) interrupted() bool {
	mark, err := os.ReadFile(d.file(fillingFile))
	return err == nil && strings.TrimSpace(string(mark)) == d.database
}

// begin marks that this database, which is empty, is being filled. Credentials that are there
// open nothing any more.
func (d demoFolder) begin() error {
	err := d.remove(demo.CredentialsFile)
	if err == nil {
		err = os.WriteFile(d.file(fillingFile), []byte(d.database+"\n"), 0o600)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The folder %s cannot be written to; choose another one with --data.", d.path)
	}
	return nil
}

// stray refuses data that no credentials are known of.
func (d demoFolder) stray() error {
	if d.interrupted() {
		return fault.New(fault.Conflict,
			"Filling the database %s was interrupted, and half of the data is of no use: empty the database, or start with another one (--db) and another folder (--data).",
			d.database)
	}
	return fault.New(fault.Conflict,
		"There is data in the database %s, but %s is missing from %s; put the file back, or start afresh with another --data (and --db).",
		d.database, demo.CredentialsFile, d.path)
}

func (d demoFolder) remove(name string) error {
	if err := os.Remove(d.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
