package chaos_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// database is where the nodes keep everything, and what can happen to it.
type database interface {
	// direct is its URL for commands, url for nodes.
	direct() string
	url() string
	// nodes is how many nodes there are.
	nodes() int
	// fill is called once the data is there, before the nodes are started.
	fill(t *testing.T)
	// downtime is called while a node was killed.
	downtime(t *testing.T)
	// trouble is what happens to it in turn; it may be nothing.
	trouble() []step
	// failover is what happens once, in the middle; nil for nothing.
	failover() *step
	// keep makes a copy as soon as that is possible; restore goes back to it, while no node runs.
	keep(t *testing.T)
	restore(t *testing.T)
}

// file is an SQLite database, with one node.
type file struct {
	folder string
	// wanted reports whether a copy is to be made, kept whether it was.
	wanted, kept bool
}

func (f *file) path() string       { return filepath.Join(f.folder, "almoner.db") }
func (f *file) direct() string     { return "sqlite:" + f.path() }
func (f *file) url() string        { return f.direct() }
func (f *file) nodes() int         { return 1 }
func (f *file) fill(*testing.T)    {}
func (f *file) trouble() []step    { return nil }
func (f *file) failover() *step    { return nil }
func (f *file) keep(*testing.T)    { f.wanted = true }
func (f *file) older() string      { return filepath.Join(f.folder, "older") }
func (f *file) suffixes() []string { return []string{"", "-wal", "-shm", ".position"} }

// downtime copies the files as an operator may while no server runs.
func (f *file) downtime(t *testing.T) {
	t.Helper()
	if !f.wanted || f.kept {
		return
	}
	f.kept = true
	for _, suffix := range f.suffixes() {
		replace(t, f.path()+suffix, f.older()+suffix)
	}
}

func (f *file) restore(t *testing.T) {
	t.Helper()
	if !f.kept {
		t.Fatal("no copy was made")
	}
	for _, suffix := range f.suffixes() {
		replace(t, f.older()+suffix, f.path()+suffix)
	}
}

// replace makes a file the same as another, which may be absent.
func replace(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(to)
		return
	}
	must.Do(t, err)
	must.Do(t, os.WriteFile(to, text, 0o600))
}

// pair is a PostgreSQL with a synchronous standby, and two nodes. The nodes reach it at one address, which leads to whichever server is the
// primary.
type pair struct {
	primary, standby *testpg.Server
	address          *testnode.Proxy
	older            func(testing.TB) *testpg.Server
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{primary: testpg.Own(t)}
	network, at := p.primary.Address()
	p.address = testnode.StartProxy(t, network, at)
	return p
}

func (p *pair) direct() string { return p.primary.URL }
func (p *pair) url() string {
	return "postgres://postgres@" + p.address.At + "/postgres?sslmode=disable"
}
func (p *pair) nodes() int          { return 2 }
func (p *pair) downtime(*testing.T) {}

func (p *pair) fill(t *testing.T) {
	t.Helper()
	p.standby = p.primary.Standby(t)
}

func (p *pair) trouble() []step {
	return []step{
		{"cut the database off", func(*testing.T) { p.address.Cut() }},
		{"restart PostgreSQL", func(t *testing.T) {
			t.Helper()
			p.primary.Stop(t)
			p.primary.Restart(t)
		}},
	}
}

func (p *pair) failover() *step {
	return &step{"fail over", func(t *testing.T) {
		t.Helper()
		p.primary.Kill(t)
		p.standby.Promote(t)
		p.lead(p.standby)
	}}
}

// lead makes a server the primary.
func (p *pair) lead(to *testpg.Server) {
	p.primary = to
	p.address.Point(to.Address())
	p.address.Cut()
}

func (p *pair) keep(t *testing.T) {
	t.Helper()
	p.older = p.primary.Backup(t)
}

func (p *pair) restore(t *testing.T) {
	t.Helper()
	p.primary.Kill(t)
	p.lead(p.older(t))
}
