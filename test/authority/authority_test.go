// Package authority_test asks every route of a node as every kind of caller, and compares who may with the table in testdata.
package authority_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/must"
)

var update = flag.Bool("update", false, "rewrite the table")

const table = "testdata/table.txt"

// streamers, team and staff are callers that many rows have in common.
const (
	streamers = "owner"
	editors   = "super_admin admin event_manager"
	staff     = "cause_token cause_owner cause_finance cause_member"
	money     = "cause_token cause_owner cause_finance"
	users     = "stranger owner super_admin admin user_manager event_manager team_member cause_owner cause_finance cause_member operator"
	tokens    = users + " application cause_token"
)

// classes are who may, by the names that the table uses. A route whose callers are none of these has no row in docs/authority.md.
var classes = map[string]string{
	"everybody":          tokens + " anonymous donor",
	"any token":          tokens,
	"any user":           users,
	"users and programs": users + " application",
	"application":        "application",
	"nobody":             "", // what the world of this test lacks, what payment providers sign, and what takes the link in a mail
	"donor":              "donor",

	"streamer":                        streamers,
	"streamer, cause":                 streamers + " " + staff,
	"streamer, cause, operator":       streamers + " " + staff + " operator",
	"streamer, cause money, operator": streamers + " " + money + " operator",
	"editors":                         editors,
	"editors, cause, operator":        editors + " " + staff + " operator",
	"editors, cause money, operator":  editors + " " + money + " operator",
	"streamer, staff, operator":       streamers + " cause_owner cause_finance cause_member operator",
	"editors, staff, operator":        editors + " cause_owner cause_finance cause_member operator",
	"team members":                    "super_admin admin user_manager event_manager team_member",
	"participants":                    streamers + " super_admin admin user_manager event_manager team_member",
	"managers of the team":            "super_admin admin user_manager operator",
	"members of the team, operator":   "super_admin admin user_manager team_member operator",
	"registrant, cause":               "stranger " + staff,
	"heads of the team":               "super_admin admin",
	"head of the team":                "super_admin",
	"cause":                           staff,
	"cause, operator":                 staff + " operator",
	"cause money, operator":           money + " operator",
	"who may found a cause":           users + " application",
}

func set(callers string) []string {
	all := strings.Fields(callers)
	slices.Sort(all)
	return slices.Compact(all)
}

// classOf is the name of the callers; "" for none.
func classOf(callers []string) string {
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		if slices.Equal(set(classes[name]), callers) {
			return name
		}
	}
	return ""
}

// TestWhoMayDoWhat fails for a route that the table lacks, and for a caller who may more or less than it says.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want := readTable(t)
	var lines []string
	for _, r := range w.routes() {
		var may []string
		for _, caller := range slices.Sorted(maps.Keys(w.callers)) {
			if w.may(t, r, caller) {
				may = append(may, caller)
			}
		}
		class := classOf(may)
		if class == "" {
			t.Errorf("%s: may be called by %q, which is no class of callers", r, may)
			continue
		}
		lines = append(lines, fmt.Sprintf("%-32s %s", class, r))
		if expected, known := want[r.String()]; !*update && !known {
			t.Errorf("%s: has no row in %s; %q may call it", r, table, class)
		} else if !*update && expected != class {
			t.Errorf("%s: got %q (%q), want %q (%q)", r, class, may, expected, set(classes[expected]))
		}
		delete(want, r.String())
	}
	if *update {
		slices.Sort(lines)
		must.Do(t, os.WriteFile(table, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
		return
	}
	for route := range want {
		t.Errorf("%s: is in the table, and no route", route)
	}
}

// readTable is the class of each route.
func readTable(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(table)
	must.Do(t, err)
	rows := map[string]string{}
	for line := range strings.Lines(string(text)) {
		rows[strings.TrimSpace(line[33:])] = strings.TrimSpace(line[:33])
	}
	return rows
}

// routes are all endpoints of a node. Signing out comes last, for it ends the sessions that the others need.
func (w *world) routes() []api.Endpoint {
	all := w.handler.Endpoints()
	slices.SortStableFunc(all, func(a, b api.Endpoint) int { return order(a.Pattern == signOut) - order(b.Pattern == signOut) })
	return all
}

func order(last bool) int {
	if last {
		return 1
	}
	return 0
}

// may reports whether the caller gets past the checks of who may. A change is sent with a condition that nothing meets, or with a body that
// lacks everything, so that it is never made.
func (w *world) may(t *testing.T, r api.Endpoint, caller string) bool {
	t.Helper()
	answer := w.ask(t, caller, r)
	switch answer.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return false
	case http.StatusBadRequest:
		return !strings.HasSuffix(r.Pattern, "/notices") // without the signature of the provider
	case http.StatusUnprocessableEntity: // how the fifth version calls a wrong secret
		return !strings.Contains(answer.Body.String(), `"invalid_client"`)
	case http.StatusSeeOther:
		return r.Pattern == signOut || !strings.HasPrefix(answer.Header().Get("Location"), signIn)
	}
	if answer.Code >= http.StatusInternalServerError {
		t.Fatalf("%s as %s: got %d %s", r, caller, answer.Code, answer.Body)
	}
	return true
}

func (w *world) ask(t *testing.T, caller string, r api.Endpoint) *httptest.ResponseRecorder {
	t.Helper()
	return w.serve(w.request(t, caller, r))
}

// request is what the caller sends to a route.
func (w *world) request(t *testing.T, caller string, r api.Endpoint) *http.Request {
	t.Helper()
	if !strings.HasPrefix(r.Pattern, "/api/") {
		return w.visit(t, caller, r)
	}
	body := ""
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		body = "{}"
	}
	if r.Method == http.MethodPut && strings.Contains(r.Pattern, "/members/") {
		body = `{"role":"team_member"}`
	}
	if r.Method == http.MethodPatch && strings.HasSuffix(r.Pattern, "/donations/{donation_id}") { // an empty one is wrong for anybody
		body = `{"screening":"hidden"}`
	}
	if strings.HasSuffix(r.Pattern, "/fitness_activities") { // without a user it is a question of whose token it is
		body = `{"user_id":"` + w.ids["user_id"] + `"}`
	}
	request := httptest.NewRequestWithContext(t.Context(), r.Method, w.path(t, r.Pattern), strings.NewReader(body))
	if token := w.callers[caller]; token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if r.Method != http.MethodGet {
		request.Header.Set("If-Match", `"nothing is like this"`)
	}
	return request
}

func (w *world) serve(request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, request)
	return recorder
}
