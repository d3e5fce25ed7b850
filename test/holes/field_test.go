package holes_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
)

// assigned are fields that nobody sets by a form: who owns what, who is what, and money.
func assigned(w *testcallers.World) url.Values {
	fields := url.Values{
		"disabled_at": {""}, "public_at": {"2020-01-01T00:00:00Z"}, "password_hash": {"x"}, "currency": {"JPY"}, "currency_code": {"JPY"}, "approval": {"approved"}, "suspension": {""},
		"original_goal": {"1"}, "fact": {w.IDs["team_campaign_id"]}, "fact_id": {w.IDs["team_campaign_id"]}, "parent_id": {w.IDs["team_campaign_id"]}, "kind": {"cause"}, "legacy_id": {"1"},
	}
	for values, names := range map[string]string{
		"true":                          "operator is_operator admin confirmed approved",
		"1000000":                       "raised amount_raised total_amount_raised supported raised_usd refunded",
		"2020-01-01T00:00:00Z":          "published_at retired_at created_at updated_at completed_at accepted_at",
		w.Users["stranger"].ID.String(): "owner owner_id user_id holder holder_id given_by by actor",
		w.IDs["team_id"]:                "team team_id",
	} {
		for name := range strings.FieldsSeq(names) {
			fields.Set(name, values)
		}
	}
	return fields
}

// kept is what the fields stand for in the database, of everybody and everything that is there before.
var kept = []string{
	"SELECT id, legacy_id, email, password_hash, confirmed, operator, disabled_at, deleted_at, public_at, raised_usd, created_at FROM users ORDER BY id",
	"SELECT id, legacy_id, kind, owner_id, currency, original_goal, raised, supported, cause_id, user_id, team_id, approval, suspension, published_at, created_at FROM facts ORDER BY id",
	"SELECT cause_id, user_id, role FROM cause_members ORDER BY 1, 2", "SELECT team_id, user_id, role FROM team_members ORDER BY 1, 2",
	"SELECT id, fact_id, roles, given_by, created_at FROM fact_grants ORDER BY id", "SELECT id, client_id, owner_id, created_at FROM applications ORDER BY id",
	"SELECT id, fact_id, cause_id, amount, currency, usd, state, donor_id, refunded, created_at FROM donations ORDER BY id", "SELECT * FROM causes ORDER BY fact_id",
}

// rows are what a statement finds, a row a line by its first column.
func rows(t *testing.T, db *sql.DB, statement string) map[string]string {
	t.Helper()
	found, err := db.QueryContext(t.Context(), statement)
	must.Do(t, err)
	defer func() { _ = found.Close() }()
	columns := must.Get(found.Columns())(t)
	all := map[string]string{}
	for found.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		must.Do(t, found.Scan(values...))
		line := ""
		for i, value := range values {
			line += fmt.Sprintf("%s=%v ", columns[i], *value.(*any))
		}
		all[fmt.Sprintf("%x", *values[0].(*any))+"/"+fmt.Sprintf("%x", *values[1].(*any))] = line
	}
	must.Do(t, found.Err())
	return all
}

// TestFieldsThatAreNotAskedForAreLeftAlone sends every form as its page has it, filled in and with fields more, as people who hold nothing of a cause or a team, and wants nobody
// and nothing to become something else by it. What bodies of the API may have is listed there, and refused otherwise.
func TestFieldsThatAreNotAskedForAreLeftAlone(t *testing.T) {
	t.Parallel()
	w := world(t)
	db := must.Get(sql.Open("sqlite", "file:"+strings.TrimPrefix(w.Database, "sqlite:")+"?_pragma=busy_timeout(5000)"))(t)
	defer func() { must.Do(t, db.Close()) }()
	before := make([]map[string]string, len(kept))
	for i, statement := range kept {
		before[i] = rows(t, db, statement)
	}
	more, taken := assigned(w), 0
	for _, r := range forms(w) {
		if r.Pattern == "/account/delete" || strings.HasSuffix(r.Pattern, "/offline") { // which do change an account, and sums
			continue
		}
		for _, caller := range []string{"owner", "stranger", "grant_head_screener", testcallers.Volunteer, "donor"} {
			request := w.Request(t, caller, r)
			fields := posted(t, request)
			for name, values := range filled(t, w, caller, request.URL.Path) {
				fields[name] = values
			}
			for name, values := range more {
				if !fields.Has(name) {
					fields[name] = values
				}
			}
			answer := w.Serve(resent(request, fields))
			if answer.Code >= http.StatusInternalServerError && answer.Code != http.StatusServiceUnavailable {
				t.Errorf("%s as %s: got %d %s", r, caller, answer.Code, answer.Body)
			}
			if answer.Code < http.StatusBadRequest {
				taken++
			}
			for i, statement := range kept {
				after := rows(t, db, statement)
				for id, row := range before[i] {
					if now, there := after[id]; there && now != row {
						t.Errorf("%s as %s: got %s, want it to stay %s", r, caller, now, row)
						before[i][id] = now
					}
				}
			}
		}
	}
	if taken < leastTaken {
		t.Errorf("got %d forms taken, want %d at least", taken, leastTaken)
	}
}

// leastTaken is how many forms are taken at least as they are filled in here.
const leastTaken = 150

// posted are the fields that a request sends.
func posted(t *testing.T, r *http.Request) url.Values {
	t.Helper()
	return must.Get(url.ParseQuery(string(must.Get(io.ReadAll(r.Body))(t))))(t)
}

// resent is a request with other fields.
func resent(r *http.Request, fields url.Values) *http.Request {
	again := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), strings.NewReader(fields.Encode()))
	again.Header = r.Header.Clone()
	return again
}

// filled are the fields of the form that leads to a path, on the page there or above it, each with what it has or something that it may have.
func filled(t *testing.T, w *testcallers.World, caller, to string) url.Values {
	t.Helper()
	for page := to; strings.Count(page, "/") > 1; page = page[:strings.LastIndex(page, "/")] {
		answer := w.VisitAt(t, w.Browsers[caller], http.MethodGet, page, nil)
		root := must.Get(html.Parse(strings.NewReader(answer.Body.String())))(t)
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "form" && (attribute(n, "action") == to || attribute(n, "action") == "" && page == to) {
				return fieldsOf(n)
			}
		}
	}
	return nil
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func fieldsOf(form *html.Node) url.Values {
	fields := url.Values{}
	for n := range form.Descendants() {
		name, value := attribute(n, "name"), attribute(n, "value")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch kind := attribute(n, "type"); {
		case n.Data == "textarea":
			fields.Set(name, cmp.Or(textOf(n), "Words"))
		case n.Data == "select":
			fields.Set(name, chosenOf(n))
		case n.Data != "input" || kind == "file":
		case kind == "hidden":
			fields.Set(name, value)
		case kind == "checkbox" || kind == "radio":
			if !fields.Has(name) || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
				fields.Set(name, value)
			}
		default:
			fields.Set(name, cmp.Or(value, map[string]string{"email": "somebody@example.org", "datetime-local": "2035-06-01T18:00", "url": "https://example.org/"}[kind], "5"))
		}
	}
	return fields
}

func chosenOf(choice *html.Node) (value string) {
	for n := range choice.Descendants() {
		if n.Data == "option" && (value == "" || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "selected" })) {
			value = attribute(n, "value")
		}
	}
	return value
}
