package apiv5_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/testgolden"
)

// TestStatementsOfReads counts the statements of every read that is not in the cache and compares them with a
// committed list, so that nobody adds one unseen. The token is known already.
func TestStatementsOfReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for caller := range w.tokens {
		w.get("/api/public/campaigns/{campaign}", caller)
	}
	var counts bytes.Buffer
	for _, s := range scripts() {
		w.cache = api.NewCache(0)
		w.handler = w.version(apiv5.Options{})
		statements := w.Statements(func() { w.get(s.target, s.caller) })
		fmt.Fprintf(&counts, "%2d %s (%s)\n", len(statements), s.target, s.caller)
		// A shared route looks a fact up anonymously first, so what only some may see is looked up twice.
		allowed := 2
		if strings.Contains(s.target, "{draft}") || strings.HasSuffix(s.target, "{event}/donations") {
			allowed++
		}
		if facts := factReads(statements); facts > allowed {
			t.Errorf("%s: got %d reads of facts and chains, want one of each at most:\n%s", s.target, facts, strings.Join(statements, "\n"))
		}
	}
	testgolden.Compare(t, filepath.Join("testdata", "statements", "reads.txt"), counts.Bytes())
}

// TestStatementsOfParts counts the statements of the reads of what hangs on a fact. A read finds the
// fact once, to check who may see it; what an answer shows of the fact comes with the part.
func TestStatementsOfParts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var counts bytes.Buffer
	for _, target := range []string{
		"/polls/{poll}", "/targets/{target}", "/rewards/{reward}", "/milestones/{milestone}", "/schedules/{schedule}", "/donation_matches/{match}", "/counters/{counter}", "/timers/{timer}",
	} {
		read := func() { d.ask(t, "owner", http.MethodGet, target, "") }
		read()
		statements := d.Statements(read)
		fmt.Fprintf(&counts, "%2d GET %s\n", len(statements), target)
		if facts := factReads(statements); facts > 1 {
			t.Errorf("%s: got %d reads of the fact, want 1 at most:\n%s", target, facts, strings.Join(statements, "\n"))
		}
	}
	testgolden.Compare(t, filepath.Join("testdata", "statements", "parts.txt"), counts.Bytes())
}

// factReads is how many of the statements read a fact or a chain of facts.
func factReads(statements []string) int {
	n := 0
	for _, text := range statements {
		if strings.HasPrefix(text, "SELECT f.id, f.legacy_id, f.kind,") && strings.Contains(text, "LIMIT 1") ||
			strings.HasPrefix(text, "WITH RECURSIVE above") {
			n++
		}
	}
	return n
}

// TestStatementsOfAChange counts the statements of a change of a campaign, which waits for others in its write.
func TestStatementsOfAChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	change := func() { d.ask(t, "owner", http.MethodPatch, "/campaigns/{campaign}", `{"name":"New name"}`) }
	change()
	statements := d.Statements(change)
	inside := 0
	for i, text := range statements {
		if strings.HasPrefix(text, "SAVEPOINT") {
			inside = i
		}
	}
	end := inside
	for i, text := range statements[inside:] {
		if strings.HasPrefix(text, "RELEASE") {
			end = inside + i
		}
	}
	if got := factReads(statements[inside:end]); got > 3 {
		t.Errorf("got %d reads of facts and chains inside the write, want 3 at most:\n%s", got, strings.Join(statements[inside:end], "\n"))
	}
	if os.Getenv("ALMONER_TEST_DB") == "postgres" {
		return // its lanes write in batches
	}
	testgolden.Compare(t, filepath.Join("testdata", "statements", "change.txt"), fmt.Appendf(nil, "%d statements, %d of them inside the write\n%s\n", len(statements), end-inside-1, strings.Join(heads(statements), "\n")))
}

// heads are the beginnings of statements, enough to tell them apart.
func heads(statements []string) []string {
	short := make([]string, len(statements))
	for i, text := range statements {
		text = strings.Join(strings.Fields(text), " ")
		short[i] = text[:min(len(text), 60)]
	}
	return short
}
