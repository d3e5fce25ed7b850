package apiv3_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// deskTime is when everything at a desk happens.
var deskTime = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// desk is a world where writes are tested: with a cause, its event, and a token of every kind.
// Everything else is made through the API.
type desk struct {
	*world
	tokens          map[string]string
	yen             fund.Cause
	campaign, team  int64
	owner, stranger fund.User
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	ctx := t.Context()
	d := &desk{world: emptyWorld(t, deskTime), tokens: map[string]string{"": ""}}
	d.people(ctx, t)
	d.facts(ctx, t)
	d.campaign = d.make(t, "/campaigns", fmt.Sprintf(`{"name":"Marathon","causeId":%d,"goal":100,"status":"published"}`, d.Cause.LegacyID))
	d.team = d.make(t, "/teams", `{"name":"Team"}`)
	return d
}

func (d *desk) people(ctx context.Context, t testing.TB) {
	t.Helper()
	program, _, token, err := d.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Overlay", API: fund.APIV3, RedirectURIs: []string{"https://overlay.test/"}})
	must.Do(t, err)
	d.tokens["application"] = token
	for name, user := range map[string]*fund.User{"owner": &d.owner, "stranger": &d.stranger} {
		*user, err = d.CreateUser(ctx, app.System(), app.NewUser{Username: name, Email: name + "@example.com"})
		must.Do(t, err)
		d.tokens[name], err = d.CreateToken(ctx, app.System(), fund.Token{
			Kind: fund.TokenUser, UserID: user.ID, ApplicationID: program.ID, Scopes: []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeCause},
		})
		must.Do(t, err)
	}
}

func (d *desk) facts(ctx context.Context, t testing.TB) {
	t.Helper()
	for slug, cause := range map[string]*fund.Cause{"usd": &d.Cause, "jpy": &d.yen} {
		var err error
		*cause, err = d.ImportCause(ctx, app.System(), fund.Cause{
			Fact: fund.Fact{Name: "Cause " + slug, Slug: slug, Currency: strings.ToUpper(slug)}, LegalName: "Cause",
		})
		must.Do(t, err)
	}
	var err error
	d.tokens["cause"], err = d.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: d.Cause.ID, Scopes: []string{fund.ScopeCause}})
	must.Do(t, err)
	d.tokens["other cause"], err = d.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: d.yen.ID, Scopes: []string{fund.ScopeCause}})
	must.Do(t, err)
	d.Event, err = d.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{Name: "Event", Slug: "event", Cause: fund.Ref{ID: d.Cause.ID}, StartsAt: deskTime},
	})
	must.Do(t, err)
}

// reply is an answer of a desk.
type reply struct {
	status int
	text   string
	header http.Header
	Data   map[string]any
	Errors json.RawMessage
	Error  struct{ Title, Detail string }
}

// ask sends a request with the token of somebody; "" is nobody.
func (d *desk) ask(t testing.TB, who, method, path, body string) reply {
	t.Helper()
	token, known := d.tokens[who]
	if !known {
		t.Fatalf("there is no token of %q", who)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, "/api/v3"+path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	got := reply{status: w.Code, text: w.Body.String(), header: w.Header()}
	var meta struct{ Meta struct{ Status int } }
	if err := json.Unmarshal(w.Body.Bytes(), &meta); err != nil || meta.Meta.Status != w.Code {
		t.Fatalf("%s %s %.200s: got %d %.300s, want JSON with meta.status", method, path, body, w.Code, w.Body)
	}
	if method != http.MethodGet || !strings.Contains(got.text, `"data":[`) {
		must.Do(t, json.Unmarshal(w.Body.Bytes(), &got))
	}
	return got
}

// make posts as the owner and gives the id of what was made.
func (d *desk) make(t testing.TB, path, body string) int64 {
	t.Helper()
	got := d.ask(t, "owner", "POST", path, body)
	if got.status != http.StatusCreated {
		t.Fatalf("POST %s %s: got %d %s, want 201", path, body, got.status, got.text)
	}
	id, _ := got.Data["id"].(float64)
	return int64(id)
}
