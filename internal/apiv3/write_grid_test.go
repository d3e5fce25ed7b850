package apiv3_test

import (
	"slices"
	"strings"
	"testing"
)

// TestNoWriteIsMadeWithAnError goes through the grid of all rows that write and all that can be
// wrong with a request, then makes every change as it should be made.
func TestNoWriteIsMadeWithAnError(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := w.rows(t)
	before := w.everything()
	for _, r := range rows {
		w.tryTokens(t, r)
		w.tryNames(t, r)
		w.tryBodies(t, r)
	}
	for target, was := range w.everything() {
		if was != before[target] {
			t.Errorf("%s: got\n%s\nafter refused writes, want what was there before\n%s", target, was, before[target])
		}
	}
	for _, method := range []string{"PATCH", "DELETE"} {
		for _, r := range rows {
			if r.Method != method {
				continue
			}
			if answer := w.call(r.Method, r.target, w.token(r.by), r.body); answer.Code != 200 {
				t.Errorf("%s by %s: got %d %s, want 200", r, r.by, answer.Code, answer.Body)
			}
		}
	}
}

// tryTokens sends a change that is right with every token that is not.
func (w *world) tryTokens(t *testing.T, r row) {
	t.Helper()
	want := map[string]int{"": 401, "unknown": 401, "revoked": 401}
	switch r.needs {
	case "user":
		want["application"], want["cause"], want["tiny"] = 401, 401, 401
	case "cause":
		want["application"], want["tiny"] = 403, 403
	default:
		t.Errorf("%s: got needs %q, want user or cause", r, r.needs)
	}
	if r.foreign != "" {
		want[r.foreign] = 403
	}
	for who, status := range want {
		if who == r.foreign && r.from == "POST /campaigns" {
			status = 404 // it is unpublished: strangers may not know of it
		}
		wantError(t, r.String()+" by "+who, w.call(r.Method, r.target, w.token(who), r.body), status)
	}
}

// tryNames sends a change that is right to places that are not there.
func (w *world) tryNames(t *testing.T, r row) {
	t.Helper()
	pattern, target := strings.Split(r.Pattern, "/"), strings.Split(r.target, "/")
	for i := range pattern {
		if !strings.HasPrefix(pattern[i], "{") {
			continue
		}
		for _, name := range []string{
			"999999", "0", "-1", "1.0", "99999999999999999999", "no-such", "NO-SUCH", "%F0%9F%8E%AE", "%FF", "%00", "a%20b", strings.Repeat("a", 101),
		} {
			parts := slices.Clone(target)
			parts[i] = name
			at := strings.Join(parts, "/")
			detail := wantError(t, r.Method+" "+at, w.call(r.Method, at, w.token(r.by), r.body), 404)
			if strings.Trim(name, "0123456789") != "" && !strings.HasSuffix(detail, "use the id.") {
				t.Errorf("%s %s: got detail %q, want one that recommends the id", r.Method, at, detail)
			}
		}
	}
}

// tryBodies sends what cannot be read to the right place with the right token. A DELETE has no
// body, so nobody reads it, but what it claims to be is looked at.
func (w *world) tryBodies(t *testing.T, r row) {
	t.Helper()
	for _, one := range []struct {
		name, body, contentType string
		status                  int
		detail                  string
	}{
		{"text", "name=X", "text/plain", 415, "JSON"},
		{"a form", "name=X", "application/x-www-form-urlencoded", 415, "JSON"},
		{"no media type", r.body + " ", "json", 415, "JSON"},
		{"too much", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, "", 413, "1048576 bytes"},
		{"nothing", "", "", 400, "The body is missing"},
		{"white space", " \n", "", 400, "The body is missing"},
		{"no JSON", "{name:1}", "", 400, "not valid JSON"},
		{"a part", `{"name":`, "", 400, "ends too early"},
		{"two objects", `{} {}`, "", 400, "more follows"},
		{"an array", `[{"name":"X"}]`, "", 400, "an array"},
		{"null", `null`, "", 400, "null"},
		{"a string", `"name"`, "", 400, "a string"},
		{"a key twice", `{"name":"X","name":"Y"}`, "", 400, `the key "name" twice`},
		{"a nested key twice", `{"social":{"a":1,"a":2}}`, "", 400, `the key "a" twice`},
		{"no UTF-8", "{\"name\":\"\xff\"}", "", 400, "not valid UTF-8"},
		{"depth", strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), "", 400, "more than 32 levels"},
	} {
		if r.Method == "DELETE" && (one.status == 400 || r.body+" " == one.body) {
			continue
		}
		contentType := one.contentType
		if contentType == "" {
			contentType = "application/json"
		}
		what := r.String() + " with " + one.name
		detail := wantError(t, what, w.call(r.Method, r.target, w.token(r.by), one.body, "Content-Type", contentType), one.status)
		if !strings.Contains(detail, one.detail) {
			t.Errorf("%s: got detail %q, want %q in it", what, detail, one.detail)
		}
	}
}
