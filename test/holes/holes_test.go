// Package holes_test attacks a node in the ways in which other donation software was broken: each test names what was published. What is a matter of
// rights is asked of every route by test/authority, and what is a matter of secrets by test/leaks.
package holes_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testpg"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// readers are the callers whose pages show what others wrote.
var readers = []string{"anonymous", "donor", "owner", "cause_owner", "operator"}

// world is a node with one of everything, on SQLite: what it says does not depend on the database.
func world(t *testing.T) *testcallers.World {
	t.Helper()
	return testcallers.New(t, testcallers.Options{Database: storetest.SQLite(t)})
}

// reads are the routes that answer at once and change nothing.
func reads(w *testcallers.World) []api.Endpoint {
	return slices.DeleteFunc(w.Routes(), func(r api.Endpoint) bool {
		return r.Method != http.MethodGet || strings.HasSuffix(r.Pattern, "/events") || strings.HasSuffix(r.Pattern, "socket")
	})
}

// forms are the routes that forms of pages are sent to. Those of the account come last, for they end sessions, and its deletion after them.
func forms(w *testcallers.World) []api.Endpoint {
	all := slices.DeleteFunc(w.Routes(), func(r api.Endpoint) bool {
		return r.Method != http.MethodPost || strings.HasPrefix(r.Pattern, "/api/") || forPrograms(r.Pattern) || r.Pattern == testcallers.SignOutPage
	})
	slices.SortStableFunc(all, func(a, b api.Endpoint) int {
		return strings.Compare(lateness(a.Pattern)+b.Pattern, lateness(b.Pattern)+a.Pattern)
	})
	return all
}

// lateness is how late a form is sent.
func lateness(pattern string) string {
	if pattern == "/account/delete" {
		return "1"
	}
	return "0"
}

// ask reads a route as a caller, with a query that takes the place of its own unless it is "".
func ask(t *testing.T, w *testcallers.World, caller string, r api.Endpoint, query string) *httptest.ResponseRecorder {
	t.Helper()
	request := w.Request(t, caller, r)
	if query != "" {
		request.URL.RawQuery = query
	}
	return w.Serve(request)
}

// write sends JSON that is to be accepted.
func write(t *testing.T, w *testcallers.World, caller, method, path, body string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, w.Path(t, path), strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+w.Callers[caller])
	if answer := w.Serve(request); answer.Code >= http.StatusBadRequest {
		t.Fatalf("%s %s: got %d %s, want it done", method, path, answer.Code, answer.Body)
	}
}

// reopen serves the world by another node, which remembers nothing, with leaderboards that have everything.
func reopen(t *testing.T, w *testcallers.World) {
	t.Helper()
	for must.Get(w.Store.Project(t.Context()))(t) > 0 {
		continue
	}
	must.Do(t, w.Stop())
	node := testcallers.OpenNode(t, w.Database, slog.New(slog.DiscardHandler))
	t.Cleanup(func() { must.Do(t, node.Close()) })
	w.Handler = node.Handler()
}
