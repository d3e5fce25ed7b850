package testpg

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Template is a database that is prepared once per test binary. Copies are cheap; preparing each would take as long as the test.
type Template struct {
	// Prepare fills the empty database at a URL and leaves no connection open.
	Prepare func(url string) error

	once sync.Once
	name string
	err  error
}

// Start is the package's Start with a copy of the template.
func (t *Template) Start(tb testing.TB) string {
	tb.Helper()
	skipShort(tb)
	server, err := serverURL()
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	t.once.Do(func() { t.err = t.make(server) })
	if t.err != nil {
		tb.Fatalf("testpg: template: %v", t.err)
	}
	// Copying files takes two thirds of the time that the log of the copy takes, where nothing must last.
	return create(tb, server, " STRATEGY FILE_COPY TEMPLATE "+pgx.Identifier{t.name}.Sanitize())
}

// make creates the template; Main drops it.
func (t *Template) make(server string) error {
	t.name = "almoner_template_" + rand.Text()
	if err := admin(server, "CREATE DATABASE "+pgx.Identifier{t.name}.Sanitize()); err != nil {
		return err
	}
	shared.Lock()
	shared.templates = append(shared.templates, t.name)
	shared.Unlock()
	url, err := withDatabase(server, t.name)
	if err != nil {
		return err
	}
	if err := t.Prepare(url); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	return nil
}

// drop removes a database and closes its connections.
func drop(server, name string) error {
	return admin(server, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
}
