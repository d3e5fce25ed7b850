// Package authority_test asks every route of a node as every kind of caller, and compares who may with the table in testdata.
package authority_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
)

var update = flag.Bool("update", false, "rewrite the table")

const table = "testdata/table.txt"

// streamers, team and staff are callers that many rows have in common.
const (
	streamers = "owner"
	editors   = "super_admin admin event_manager"
	staff     = "cause_token cause_owner cause_finance cause_member"
	money     = "cause_token cause_owner cause_finance"
	users     = testcallers.Users
	tokens    = testcallers.Tokens
	screeners = "grant_screener grant_head_screener"
	parcels   = "grant_" + string(fund.GrantFulfill)
)

// classes are who may, by the names that the table uses. A route whose callers are none of these has no row in docs/authority.md.
var classes = map[string]string{
	"everybody":          tokens + " anonymous donor volunteer",
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
	"streamer, schedule":              streamers + " grant_schedule",
	"streamer, readers":               streamers + " grant_reader volunteer",
	"streamer, schedulers":            streamers + " grant_schedule volunteer",
	"streamer, desk":                  streamers + " grant_desk volunteer",
	"streamer, desk tokens":           streamers + " grant_desk",
	"screeners, cause, operator":      streamers + " " + screeners + " " + staff + " operator",
	"screeners, parcels, cause":       streamers + " " + screeners + " " + parcels + " " + staff + " operator",
	"head screener, cause, operator":  streamers + " grant_head_screener " + staff + " operator",
	"head screener, staff, operator":  streamers + " grant_head_screener cause_owner cause_finance cause_member operator",
	"parcels, cause money, operator":  streamers + " " + parcels + " " + money + " operator",
	"parcels, money staff, operator":  streamers + " " + parcels + " volunteer cause_owner cause_finance operator",
	"parcels, staff, operator":        streamers + " " + parcels + " volunteer cause_owner cause_finance cause_member operator",
	"handlers, staff, operator":       streamers + " " + screeners + " " + parcels + " volunteer cause_owner cause_finance cause_member operator",
	"volunteer":                       "volunteer",
	"streamer, money staff, operator": streamers + " cause_owner cause_finance operator",
	"who is here":                     users + " volunteer",
	"streamer, grants, staff":         streamers + " " + testcallers.Grants + " volunteer cause_owner cause_finance cause_member operator",
	"head screeners, staff, operator": streamers + " grant_head_screener volunteer cause_owner cause_finance cause_member operator",
	"screeners, staff, operator":      streamers + " " + screeners + " volunteer cause_owner cause_finance cause_member operator",
	"shifts, staff, operator":         streamers + " " + screeners + " grant_reader grant_desk volunteer cause_owner cause_finance cause_member operator",
	"streamer, operator":              streamers + " operator",
	"operator":                        "operator",
	"editors":                         editors,
	"editors, cause, operator":        editors + " " + staff + " operator",
	"editors, cause money, operator":  editors + " " + money + " operator",
	"streamer, staff, operator":       streamers + " cause_owner cause_finance cause_member operator",
	"editors, staff, operator":        editors + " cause_owner cause_finance cause_member operator",
	"team members":                    "super_admin admin user_manager event_manager team_member",
	"participants":                    streamers + " super_admin admin user_manager event_manager team_member",
	"managers of the team":            "super_admin admin user_manager operator",
	"team members, operator":          "super_admin admin user_manager event_manager team_member operator",
	"members of the team, operator":   "super_admin admin user_manager team_member operator",
	"registrant, cause":               "stranger " + staff,
	"heads of the team":               "super_admin admin",
	"head of the team":                "super_admin",
	"cause":                           staff,
	"money staff, operator":           "cause_owner cause_finance operator",
	"people of the cause":             "cause_owner cause_finance cause_member",
	"cause, operator":                 staff + " operator",
	"cause money, operator":           money + " operator",
	"staff, operator":                 "cause_owner cause_finance cause_member operator",
	"money staff":                     "cause_owner cause_finance",
	"head of the cause, operator":     "cause_owner operator",
	"who may found a cause":           users + " application",
}

// world is what is asked.
type world struct{ *testcallers.World }

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{testcallers.New(t, testcallers.Options{})}
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
	for _, r := range w.Routes() {
		var may []string
		for _, caller := range slices.Sorted(maps.Keys(w.Callers)) {
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

// may reports whether the caller gets past the checks of who may. A change is sent with a condition that nothing meets, or with a body that
// lacks everything, so that it is never made.
func (w *world) may(t *testing.T, r api.Endpoint, caller string) bool {
	t.Helper()
	answer := w.Serve(w.Request(t, caller, r))
	switch answer.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return false
	case http.StatusBadRequest:
		return !strings.HasSuffix(r.Pattern, "/notices") // without the signature of the provider
	case http.StatusUnprocessableEntity: // how the fifth version calls a wrong secret
		return !strings.Contains(answer.Body.String(), `"invalid_client"`)
	case http.StatusServiceUnavailable:
		if strings.HasPrefix(r.Pattern, "/account/openid/") {
			return true // the provider was asked, which nobody runs
		}
	case http.StatusSeeOther:
		return r.Pattern == testcallers.SignOutPage || !strings.HasPrefix(answer.Header().Get("Location"), testcallers.SignInPage)
	}
	if answer.Code >= http.StatusInternalServerError {
		t.Fatalf("%s as %s: got %d %s", r, caller, answer.Code, answer.Body)
	}
	return true
}
