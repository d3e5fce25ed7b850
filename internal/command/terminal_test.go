package command_test

import (
	"bytes"
	"crypto/rand"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// terminal types commands for a database of its own.
type terminal struct {
	testing.TB
	db string
	// in is what is typed when a command asks.
	in string
	// locale is that of who types.
	locale string
}

func newTerminal(t *testing.T) terminal {
	t.Helper()
	return terminal{TB: t, db: "sqlite:" + filepath.Join(t.TempDir(), "almoner.db")}
}

func (h terminal) run(args ...string) (code int, out, complaint string) {
	var stdout, stderr bytes.Buffer
	code = command.Run(append(args, "--db", h.db), command.Terminal{In: strings.NewReader(h.in), Out: &stdout, Err: &stderr, Locale: h.locale})
	return code, stdout.String(), stderr.String()
}

// must types a command that is done.
func (h terminal) must(args ...string) string {
	h.Helper()
	code, out, complaint := h.run(args...)
	if code != 0 {
		h.Fatalf("%s: got %d: %s", args, code, complaint)
	}
	return out
}

// cause makes a cause, named by its slug with a capital.
func (h terminal) cause(slug string) {
	h.Helper()
	s, err := store.Open(h.Context(), h.db, store.Options{})
	must.Do(h, err)
	defer func() { must.Do(h, s.Close()) }()
	_, err = app.New(app.Options{Store: s, Random: rand.Reader}).ImportCause(h.Context(), app.System(), fund.Cause{Fact: fund.Fact{
		Slug: slug, Name: strings.ToUpper(slug[:1]) + slug[1:], Currency: "USD",
	}})
	must.Do(h, err)
}
