package holes_test

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
)

// leastVersioned is how many forms know what they showed, and leastMade how many make something once.
const leastVersioned, leastMade = 9, 6

// TestNothingIsLostWhereTwoEdit opens every form that knows what it showed in two browsers, saves one, and then the other: it is refused with 412, says what somebody else wrote beside what was typed, and
// has both; sent once more, it is saved. Sent twice, as after a lost connection, a form is taken once and says that it was.
func TestNothingIsLostWhereTwoEdit(t *testing.T) {
	t.Parallel()
	w := world(t)
	db := must.Get(sql.Open("sqlite", "file:"+strings.TrimPrefix(w.Database, "sqlite:")+"?_pragma=busy_timeout(5000)"))(t)
	defer func() { must.Do(t, db.Close()) }()
	versioned, made := 0, 0
	for _, r := range forms(w) {
		for _, caller := range writers {
			request := w.Request(t, caller, r)
			form := formAt(t, w, caller, request.URL.Path)
			if form == nil {
				continue
			}
			name, own := textOfTwo(form), posted(t, request)
			asked := fmt.Sprintf("%s as %s", r, caller)
			if valueOf(form, "once") != "" {
				if madeOnce(t, w, db, caller, r) {
					made++
				}
				break
			}
			if valueOf(form, "version") == "" || name == "" {
				break
			}
			versioned++
			theirs, mine := "theirs zzy", "mine zzz"
			if strings.Contains(name, "address") || name == "image" || name == "avatar" {
				theirs, mine = "https://theirs.example/zzy", "https://mine.example/zzz"
			}
			// the second browser has the form open, too, while the first one saves
			open := saving(request, own, form, name, mine)
			if first := w.Serve(saving(request, own, form, name, theirs)); first.Code != http.StatusSeeOther {
				t.Errorf("%s: got %d for %s\n%s\nwant it saved", asked, first.Code, name, problems(first))
				break
			}
			answer := w.Serve(open)
			again := formIn(t, answer, request.URL.Path)
			if answer.Code != http.StatusPreconditionFailed || again == nil {
				t.Errorf("%s: got %d for %s, want 412 and the form\n%s", asked, answer.Code, name, problems(answer))
				break
			}
			clash := ""
			for n := range must.Get(html.Parse(strings.NewReader(answer.Body.String())))(t).Descendants() {
				if attribute(n, "class") == "clash" && attribute(n, "role") == "alert" {
					clash = textOf(n)
				}
			}
			if !strings.Contains(clash, theirs) || !strings.Contains(clash, mine) || valueOf(again, name) != mine {
				t.Errorf("%s: got %q, and %q in the form, want what both wrote", asked, clash, valueOf(again, name))
			}
			for _, times := range []string{"once", "twice"} { // the answer to the first was lost
				if saved := w.Serve(saving(request, own, again, name, mine)); saved.Code != http.StatusSeeOther {
					t.Errorf("%s: got %d %s\n%s\nwant it saved", asked, saved.Code, times, problems(saved))
				}
			}
			if now := formAt(t, w, caller, request.URL.Path); now == nil || valueOf(now, name) != mine {
				t.Errorf("%s: got %q saved, want %q", asked, valueOf(now, name), mine)
			}
			break
		}
	}
	if versioned < leastVersioned || made < leastMade {
		t.Errorf("got %d forms that know what they showed, and %d that make something, want %d and %d at least", versioned, made, leastVersioned, leastMade)
	}
}

// madeOnce sends a form that makes something twice, as after a lost connection: the second time changes nothing, and leads on as the first did. It reports whether the form was taken at all.
func madeOnce(t *testing.T, w *testcallers.World, db *sql.DB, caller string, r api.Endpoint) bool {
	t.Helper()
	request := w.Request(t, caller, r)
	fields := scrawl(t, w, caller, r, func(int) string { return "once zzx" })
	if fields == nil {
		return false
	}
	before := sizes(t, db)
	again := w.Serve(resent(request, fields))
	if after := sizes(t, db); again.Code != http.StatusSeeOther || !maps.Equal(before, after) {
		t.Errorf("%s as %s: got %d and the sizes of tables %v, want %v after it was sent again", r, caller, again.Code, after, before)
	}
	return true
}

// sizes are how many rows each table has.
func sizes(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for table := range rows(t, db, "SELECT name, type FROM sqlite_master WHERE type = 'table'") {
		name, _, _ := strings.Cut(table, "/")
		all[name] = strings.Join(slices.Sorted(maps.Values(rows(t, db, "SELECT COUNT(*), 0 FROM "+string(must.Get(hex.DecodeString(name))(t))))), "")
	}
	return all
}

// saving is a form as it is, but for a field.
func saving(request *http.Request, own url.Values, form *html.Node, name, value string) *http.Request {
	fields := maps.Clone(own)
	for field := range fieldsOf(form) {
		fields[field] = []string{valueOf(form, field)}
	}
	for n := range form.Descendants() { // what was not ticked is not sent, and what was chosen is
		kind := attribute(n, "type")
		checked := slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" })
		switch {
		case kind == "checkbox" || kind == "radio":
			if checked {
				fields.Set(attribute(n, "name"), attribute(n, "value"))
			} else if kind == "checkbox" {
				fields.Del(attribute(n, "name"))
			}
		case n.Data == "select":
			fields.Set(attribute(n, "name"), selectedOf(n))
		}
	}
	fields.Set(name, value)
	return resent(request, fields)
}

// selectedOf is what a choice has.
func selectedOf(choice *html.Node) string {
	first, found := "", false
	for n := range choice.Descendants() {
		if n.Data != "option" {
			continue
		}
		if slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "selected" }) {
			return attribute(n, "value")
		}
		if !found {
			first, found = attribute(n, "value"), true
		}
	}
	return first
}

// textOfTwo is the name of a field of a form that two people write something else into; "" for none.
func textOfTwo(form *html.Node) string {
	texts := textsOf(form)
	for _, likely := range []string{"name", "thanks", "matched_by", "description", "about"} {
		if slices.Contains(texts, likely) {
			return likely
		}
	}
	return ""
}

// formIn is the form of an answer that leads to a path; nil for none.
func formIn(t *testing.T, answer *httptest.ResponseRecorder, to string) *html.Node {
	t.Helper()
	for n := range must.Get(html.Parse(strings.NewReader(answer.Body.String())))(t).Descendants() {
		if n.Data == "form" && attribute(n, "action") == to {
			return n
		}
	}
	return nil
}

// problems are what a page says is wrong.
func problems(answer *httptest.ResponseRecorder) (said []string) {
	root, err := html.Parse(strings.NewReader(answer.Body.String()))
	if err != nil {
		return []string{err.Error()}
	}
	for n := range root.Descendants() {
		if class := attribute(n, "class"); class == "problem" || class == "wrong" {
			said = append(said, textOf(n))
		}
	}
	return said
}
