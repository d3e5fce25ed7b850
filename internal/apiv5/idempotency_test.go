package apiv5_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

const (
	keyHeader = "Idempotency-Key"
	replayed  = "Idempotent-Replayed"
)

// again wants the same answer as before, marked as given before.
func (got reply) again(t *testing.T, what string, first reply) {
	t.Helper()
	if got.status != first.status || got.text != first.text || got.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("%s: got %d %s, want %d %s again", what, got.status, got.text, first.status, first.text)
	}
	if first.header.Get(replayed) != "" || got.header.Get(replayed) != "true" {
		t.Errorf("%s: got %s %q then %q, want only the second marked", what, replayed, first.header.Get(replayed), got.header.Get(replayed))
	}
}

// reuse wants a request refused because its key was used for another one.
func (got reply) reuse(t *testing.T, what string) {
	t.Helper()
	got.wants(t, what, 422)
	if fmt.Sprint(got.Error.Fields) != "map[idempotency_key:[was used with another request]]" {
		t.Errorf("%s: got %v, want the key refused", what, got.Error.Fields)
	}
}

// TestEveryWriteHappensOnce sends every write twice under a key of its own, and gets the same answer,
// whatever that is.
func TestEveryWriteHappensOnce(t *testing.T) {
	t.Parallel()
	d := newHookDesk(t)
	twice := func(who, method, path, body string) {
		t.Helper()
		what, key := method+" "+path, strings.ReplaceAll(method+path, " ", "_")
		first := d.ask(t, who, method, path, body, keyHeader, key)
		d.ask(t, who, method, path, body, keyHeader, key).again(t, what, first)
	}
	for _, r := range rows(t) {
		twice("owner", r.Method, r.target, r.body)
	}
	for _, c := range hookCalls {
		if !c.reads && !c.safe {
			twice("hooks", c.method, c.path, c.body)
		}
	}
}

func TestAWriteUnderAKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	post := func(key, body string) reply {
		t.Helper()
		return d.ask(t, "owner", "POST", "/teams", body, keyHeader, key)
	}
	first := post("a", `{"name":"Once"}`)
	if first.status != 201 {
		t.Fatalf("got %d %s, want a team", first.status, first.text)
	}
	post("a", `{"name":"Once"}`).again(t, "the same", first)
	post("a", `{"name":"Once" }`).reuse(t, "another body")
	d.ask(t, "owner", "POST", "/teams/{team}/team_campaigns", `{"name":"Once"}`, keyHeader, "a").reuse(t, "another path")
	d.ask(t, "owner", "PATCH", "/teams/{team}", `{"name":"Once"}`, keyHeader, "a").reuse(t, "another method and path")
	if other := post("b", `{"name":"Once"}`); other.status != 201 || other.Data["id"] == first.Data["id"] {
		t.Errorf("another key: got %d %s, want another team", other.status, other.text)
	}
	if other := d.ask(t, "stranger", "POST", "/teams", `{"name":"Once"}`, keyHeader, "a"); other.status != 201 || other.Data["id"] == first.Data["id"] {
		t.Errorf("another caller: got %d %s, want another team", other.status, other.text)
	}
	gone := d.ask(t, "owner", "DELETE", "/polls/{poll}", "", keyHeader, "gone")
	if gone.status != http.StatusNoContent {
		t.Errorf("got %d %s, want the poll gone", gone.status, gone.text)
	}
	d.ask(t, "owner", "DELETE", "/polls/{poll}", "", keyHeader, "gone").again(t, "DELETE", gone)
	if read := d.ask(t, "owner", "GET", "/teams/{team}", "", keyHeader, "a"); read.status != 200 || read.header.Get(replayed) != "" {
		t.Errorf("got %d %s, want a read to know no key", read.status, read.text)
	}
}

func TestRefusalsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for i, c := range []struct {
		who, method, path, body string
		status                  int
	}{
		{"owner", "POST", "/teams", `{"name":""}`, 422},
		{"owner", "POST", "/teams", `{"name"`, 400},
		{"owner", "PATCH", "/polls/00000000-0000-7000-8000-000000000000", `{"name":"X"}`, 404},
		{"stranger", "PATCH", "/campaigns/{campaign}", `{"name":"X"}`, 403},
		{"owner", "DELETE", "/campaigns/{campaign}", ``, 409},
	} {
		key := fmt.Sprint("key-", i)
		first := d.ask(t, c.who, c.method, c.path, c.body, keyHeader, key)
		first.wants(t, c.method+" "+c.path, c.status)
		d.ask(t, c.who, c.method, c.path, c.body, keyHeader, key).again(t, c.method+" "+c.path, first)
	}
	// Who is refused before anything is looked at has used no key.
	d.ask(t, "", "POST", "/teams", `{"name":"Once"}`, keyHeader, "free").wants(t, "no token", 401)
	d.ask(t, "public", "POST", "/teams", `{"name":"Once"}`, keyHeader, "free").wants(t, "no scope", 403)
	if got := d.ask(t, "owner", "POST", "/teams", `{"name":"Once"}`, keyHeader, "free"); got.status != 201 {
		t.Errorf("got %d %s, want a team", got.status, got.text)
	}
}

// TestOurFailuresAreNotKept goes through all kinds of faults.
func TestOurFailuresAreNotKept(t *testing.T) {
	t.Parallel()
	for _, kind := range fault.Kinds() {
		status, body := apiv5.EncodeFault(fault.New(kind, "Why."), "")
		answer, err := apiv5.WorthKeeping(api.Reply{}, fmt.Errorf("around: %w", fault.New(kind, "Why.")))
		kept := status < 500 && status != 401 && status != 429
		if kept != (err == nil) || kept && (answer.Status != status || string(answer.Body) != string(body)) {
			t.Errorf("%s: got %+v, %v, want it kept: %v", kind, answer, err, kept)
		}
	}
}

func TestAConditionBelongsToTheRequest(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	patch := func(key, tag string) reply {
		t.Helper()
		return d.ask(t, "owner", "PATCH", "/teams/{team}", `{"name":"New"}`, keyHeader, key, "If-Match", tag)
	}
	tag := d.ask(t, "owner", "GET", "/teams/{team}", "").header.Get("ETag")
	stale := patch("a", `"old"`)
	stale.wants(t, "an old tag", 412)
	patch("a", `"old"`).again(t, "an old tag", stale)
	patch("a", tag).reuse(t, "another tag")
	first := patch("b", tag)
	if first.status != 200 {
		t.Fatalf("got %d %s, want the change", first.status, first.text)
	}
	patch("b", tag).again(t, "the change, though the tag is old now", first)
}

func TestIdempotencyKeysThatCannotBe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"", "a b", "é", strings.Repeat("k", 256), "a\tb"} {
		got := d.ask(t, "owner", "POST", "/teams", `{"name":"Once"}`, keyHeader, key)
		got.wants(t, fmt.Sprintf("key %.20q", key), 422)
		if fmt.Sprint(got.Error.Fields) != "map[idempotency_key:[must be 1 to 255 visible ASCII characters]]" {
			t.Errorf("%.20q: got %v, want the key refused", key, got.Error.Fields)
		}
	}
	if got := d.ask(t, "owner", "POST", "/teams", `{"name":"Once"}`, keyHeader, strings.Repeat("~", 255)); got.status != 201 {
		t.Errorf("got %d %s, want the longest key taken", got.status, got.text)
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/private/teams", strings.NewReader(`{"name":"Once"}`))
	r.Header = http.Header{"Authorization": {"Bearer " + d.tokens["owner"]}, keyHeader: {"a", "b"}}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	if w.Code != 422 {
		t.Errorf("two keys: got %d %s, want 422", w.Code, w.Body)
	}
}

// TestALostAnswer has a key whose work was done and whose answer was never kept.
func TestALostAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	body := `{"name":"Once"}`
	if got := d.ask(t, "owner", "POST", "/teams", body, keyHeader, "kept"); got.status != 201 {
		t.Fatalf("got %d %s, want a team", got.status, got.text)
	}
	caller := d.program.ID.String() + "/" + d.names["owner"]
	lost, err := d.Store.GetAnswer(ctx, caller, "kept")
	must.Do(t, err)
	lost.Key = "lost"
	must.Do(t, d.Store.Write(ctx, d.program.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.ReserveKey(ctx, lost.IdempotencyKey, deskTime)
	}))
	for range 2 {
		got := d.ask(t, "owner", "POST", "/teams", body, keyHeader, "lost")
		got.wants(t, "a lost answer", 409)
		if told := fmt.Sprint(got.Error.Fields); !strings.Contains(told, "its answer was lost") {
			t.Errorf("got %s, want to be told what happened", told)
		}
	}
	d.ask(t, "owner", "POST", "/teams", `{"name":"Twice"}`, keyHeader, "lost").reuse(t, "another body")
}

func TestManyWritesUnderOneKeyAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answers := make([]reply, 8)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = d.ask(t, "owner", "POST", "/teams", `{"name":"Only One"}`, keyHeader, "a") })
	}
	all.Wait()
	made := map[string]int{}
	for _, got := range answers {
		switch got.status {
		case 201:
			made[got.text]++
		case 409:
		default:
			t.Errorf("got %d %s, want a team or a conflict", got.status, got.text)
		}
	}
	teams := d.send(t, "owner", "GET", "/api/v3/teams", "")
	if n := strings.Count(teams.text, `"name":"Only One"`); len(made) != 1 || n != 1 {
		t.Errorf("got %d different answers and %d teams, want one", len(made), n)
	}
}
