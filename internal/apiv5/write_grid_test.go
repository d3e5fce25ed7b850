package apiv5_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// messages are those of the wire for each status.
var messages = map[int]string{
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 412: "Precondition Failed",
	413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessible Entity",
}

// wants checks the shape of an error.
func (got reply) wants(t *testing.T, what string, status int) {
	t.Helper()
	if got.status != status || got.Error.Message != messages[status] {
		t.Errorf("%s: got %d %.400s, want %d %s", what, got.status, got.text, status, messages[status])
	}
}

// succeeds checks the answer to a write that was right.
func (got reply) succeeds(t *testing.T, r row, what string) {
	t.Helper()
	want := http.StatusOK
	switch {
	case r.creates():
		want = http.StatusCreated
		if at := got.header.Get("Location"); !strings.HasPrefix(at, "/api/") && !strings.HasSuffix(r.Pattern, "/fitness_activities") {
			t.Errorf("%s: got Location %q, want an address", what, at)
		}
	case r.Method == "DELETE":
		want = http.StatusNoContent
	}
	if got.status != want {
		t.Errorf("%s: got %d %.400s, want %d", what, got.status, got.text, want)
	}
}

// TestNoWriteIsMadeWithAnError goes through the grid of all rows that write and all that can be
// wrong with a request, then makes sure that nothing changed.
func TestNoWriteIsMadeWithAnError(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ready(t)
	all := rows(t)
	before := d.everything(t)
	for _, r := range all {
		d.tryTokens(t, r)
		d.tryNames(t, r)
		d.tryBodies(t, r)
		d.tryFields(t, r)
		d.tryConditions(t, r)
	}
	for target, was := range d.everything(t) {
		if was != before[target] {
			t.Errorf("%s: got\n%s\nafter refused writes, want what was there before\n%s", target, was, before[target])
		}
	}
}

// everything is what GET shows of all that is there.
func (d *desk) everything(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, target := range []string{
		"/api/private/campaigns/{campaign}", "/api/private/campaigns/{draft}", "/api/private/team_campaigns/{team campaign}",
		"/api/private/polls/{poll}", "/api/private/targets/{target}", "/api/private/rewards/{reward}", "/api/private/milestones/{milestone}",
		"/api/private/schedules/{schedule}", "/api/private/donation_matches/{match}", "/api/private/donations/{donation}",
		"/api/private/teams/{team}", "/api/private/current-user", "/api/private/causes/{cause}", "/api/private/fundraising_events/{event}",
		"/api/private/campaigns/{campaign}/giving", "/api/private/team_campaigns/{team campaign}/giving",
		"/api/private/fundraising_events/{event}/giving", "/api/private/causes/{cause}/giving", "/api/private/donations/{disputed}", "/api/private/facts/{campaign}/live", "/api/private/facts/{campaign}/counters", "/api/private/counters/{counter}", "/api/private/facts/{campaign}/timers", "/api/private/timers/{timer}", "/api/private/timers/{timer}/log",
		"/api/private/donations/{claimed}/receipts", "/api/private/donations/{claimed}/yearly_statement", "/api/private/cases/{case}", "/api/private/causes/{cause}/cases",
		"/api/private/causes/{cause}/receipt_profile",
		"/api/v3/campaigns", "/api/v3/teams", "/api/v3/causes",
	} {
		got := d.send(t, "owner", "GET", target, "")
		if got.status != http.StatusOK {
			t.Errorf("GET %s: got %d %s, want 200", target, got.status, got.text)
		}
		all[target] = got.text
	}
	return all
}

// tryTokens sends a change that is right with every token that is not.
func (d *desk) tryTokens(t *testing.T, r row) {
	t.Helper()
	want := map[string]int{"": 401, "application": 403, "public": 403}
	switch {
	case slices.Contains(r.Scopes, fund.ScopeCause), slices.Contains(r.Scopes, fund.ScopeDonationsWrite):
		want["other cause"] = 403
	default:
		want["cause"] = 403 // it has no user
	}
	switch r.foreign {
	case open:
		delete(want, "other cause") // a cause may add itself what a stranger may
	case 0:
		want["stranger"] = 403
	default:
		want["stranger"] = r.foreign
	}
	if r.foreign == http.StatusNotFound && slices.Contains(r.Scopes, fund.ScopeDonationsWrite) {
		want["application"], want["other cause"] = 404, 404 // what is not listed is not there for them either
	}
	if strings.HasPrefix(r.target, "/facts/") && strings.HasSuffix(r.target, "/fitness_activities") {
		want["application"], want["other cause"] = 422, 422 // they have to say whose exercise it is
	}
	for who, status := range want {
		d.ask(t, who, r.Method, r.target, r.body).wants(t, r.String()+" by "+who, status)
	}
	d.tokens["unknown"] = strings.Repeat("0", 64)
	d.ask(t, "unknown", r.Method, r.target, r.body).wants(t, r.String()+" by nobody that is known", 401)
}

// tryNames sends a change that is right to places that are not there.
func (d *desk) tryNames(t *testing.T, r row) {
	t.Helper()
	pattern, target := strings.Split(r.Pattern, "/"), strings.Split(r.target, "/")
	for i := range pattern {
		if !strings.HasPrefix(pattern[i], "{") {
			continue
		}
		for name, status := range map[string]int{
			"00000000-0000-7000-8000-000000000000": 404, "no-such": 422, "%F0%9F%8E%AE": 422, "%FF": 422, "%00": 422, "a%20b": 422,
		} {
			parts := slices.Clone(target)
			parts[i] = name
			at := strings.Join(parts, "/")
			got := d.ask(t, "owner", r.Method, at, r.body)
			got.wants(t, r.Method+" "+at, status)
			if status == 422 && len(got.Error.Fields[strings.Trim(pattern[i], "{}")]) == 0 {
				t.Errorf("%s %s: got %s, want a word about %s", r.Method, at, got.text, pattern[i])
			}
		}
	}
}

// tryBodies sends what cannot be read to the right place with the right token. A DELETE has no
// body, so nobody reads it, but what it claims to be is looked at.
func (d *desk) tryBodies(t *testing.T, r row) {
	t.Helper()
	for _, one := range []struct {
		name, body, contentType string
		status                  int
	}{
		{"text", "name=X", "text/plain", 415},
		{"a form", "name=X", "application/x-www-form-urlencoded", 415},
		{"too much", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, "application/json", 413},
		{"nothing", "", "application/json", 400},
		{"white space", " \n", "application/json", 400},
		{"no JSON", "{name:1}", "application/json", 400},
		{"a part", `{"name":`, "application/json", 400},
		{"two objects", `{} {}`, "application/json", 400},
		{"an array", `[{"name":"X"}]`, "application/json", 400},
		{"null", `null`, "application/json", 400},
		{"a key twice", `{"name":"X","name":"Y"}`, "application/json", 400},
		{"no UTF-8", "{\"name\":\"\xff\"}", "application/json", 400},
		{"depth", strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), "application/json", 400},
	} {
		if one.status == 400 && (r.Method == "DELETE" || r.acts() && strings.TrimSpace(one.body) == "") {
			continue
		}
		got := d.ask(t, "owner", r.Method, r.target, one.body, "Content-Type", one.contentType)
		got.wants(t, r.String()+" with "+one.name, one.status)
		if len(got.Error.Fields["base"]) != 1 {
			t.Errorf("%s with %s: got %s, want one word about the whole", r, one.name, got.text)
		}
	}
}

// tryFields sends a field that is not known, and each that is with a value of the wrong type.
func (d *desk) tryFields(t *testing.T, r row) {
	t.Helper()
	if r.Method == "DELETE" {
		return
	}
	d.tryLongKeys(t, r)
	wrong := map[string]string{"nam": `"X"`, "Name": `"X"`, "": `1`}
	for _, key := range r.Keys {
		wrong[key] = `[1]`
		if slices.Contains(r.Lists, key) {
			wrong[key] = `7`
		}
	}
	whole := `{`
	for key, value := range wrong {
		body := `{"` + key + `":` + value + `}`
		got := d.ask(t, "owner", r.Method, r.target, body)
		got.wants(t, r.String()+" "+body, 422)
		got.tells(t, r, key)
		if key != "supportable" && key != "campaign_id" {
			whole += `"` + key + `":` + value + `,`
		}
	}
	got := d.ask(t, "owner", r.Method, r.target, strings.TrimSuffix(whole, ",")+`}`)
	got.wants(t, r.String()+" with everything wrong", 422)
	for key := range wrong {
		if key != "supportable" && key != "campaign_id" {
			got.tells(t, r, key)
		}
	}
}

// tryLongKeys sends keys without end, of which an answer must repeat little.
func (d *desk) tryLongKeys(t *testing.T, r row) {
	t.Helper()
	long := strings.Repeat("k", 100*fault.MaxEcho)
	bodies := []string{`{"` + long + `":1}`}
	for _, key := range r.Keys {
		bodies = append(bodies, `{"`+key+`":{"`+long+`":1}}`, `{"`+key+`":[{"`+long+`":1}]}`, `{"nam":1,"`+key+`":"`+long+`"}`)
	}
	for _, body := range bodies {
		got := d.ask(t, "owner", r.Method, r.target, body)
		if got.status != http.StatusUnprocessableEntity || strings.Contains(got.text, long[:fault.MaxEcho+1]) {
			t.Errorf("%s %.60s: got %d, %d bytes %.200s, want 422 with little of the key", r, body, got.status, len(got.text), got.text)
		}
	}
}

// tells checks that something is said about a field.
func (got reply) tells(t *testing.T, r row, key string) {
	t.Helper()
	for path, texts := range got.Error.Fields {
		if (path == key || strings.HasPrefix(path, key+".")) && len(texts) > 0 {
			return
		}
	}
	t.Errorf("%s: got %s, want a word about %q", r, got.text, key)
}

// tryConditions sends changes that are right for another version of what they change.
func (d *desk) tryConditions(t *testing.T, r row) {
	t.Helper()
	if r.creates() {
		return
	}
	for _, tag := range []string{`"0"`, `W/"0"`, `x`, ``} {
		got := d.ask(t, "owner", r.Method, r.target, r.body, "If-Match", tag)
		got.wants(t, r.String()+" if it is "+tag, 412)
	}
	if d.tokens["stranger"] != "" && r.foreign == 0 {
		d.ask(t, "stranger", r.Method, r.target, r.body, "If-Match", `"0"`).wants(t, r.String()+" if it is another one, by a stranger", 403)
	}
}

// TestEveryWriteIsMade makes every change as it should be made, each at a desk of its own: with the
// ETag that a GET of it gave, or "*" where there is nothing to read.
func TestEveryWriteIsMade(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t) {
		t.Run(strings.ReplaceAll(r.String(), "/", "_"), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.ready(t)
			var condition []string
			if !r.creates() {
				condition = []string{"If-Match", "*"}
				if !r.hasNone {
					read := d.ask(t, "owner", "GET", r.address(), "")
					condition[1] = `"0", W/` + read.header.Get("ETag") // as a compressed answer has it
				}
			}
			d.ask(t, "owner", r.Method, r.target, r.body, condition...).succeeds(t, r, r.String())
			if !r.creates() && !r.hasNone {
				d.ask(t, "owner", r.Method, r.target, r.body, condition...).refusesTheSecond(t, r)
			}
		})
	}
}

// refusesTheSecond checks that the same condition does not hold again: what it names was changed.
func (got reply) refusesTheSecond(t *testing.T, r row) {
	t.Helper()
	if got.status != http.StatusPreconditionFailed && got.status != http.StatusNotFound && got.status != http.StatusConflict {
		t.Errorf("%s again: got %d %s, want 412, or 404 for what is gone", r, got.status, got.text)
	}
}
