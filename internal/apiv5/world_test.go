package apiv5_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

const baseURL = testworld.BaseURL

// world is the known content with what only this version shows: ada's personal campaigns, auction
// houses, parts and matches of the facts, and donations.
type world struct {
	*testworld.World
	t       testing.TB
	cache   *api.Cache
	handler http.Handler

	tokens map[string]string
	// application is whose tokens those are.
	application fund.ID
	// ids stand in braces in targets: {campaign}, {poll}.
	ids map[string]string

	personal          fund.PersonalCampaign
	house, causeHouse fund.AuctionHouse
}

func TestMain(m *testing.M) { testpg.Main(m) }

// emptyWorld is a service without any content, at some time.
func emptyWorld(t testing.TB, at time.Time) *world {
	t.Helper()
	w := &world{t: t, cache: api.NewCache(0), tokens: map[string]string{}, ids: map[string]string{}}
	w.World = &testworld.World{Service: testworld.New(t, testworld.Options{At: at, Seed: 3})}
	w.Refresh(w.cache)
	w.handler = w.version(apiv5.Options{})
	return w
}

// newWorld makes a world of the test's own, so it may change it.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := emptyWorld(t, testworld.Start)
	ctx := t.Context()
	w.World = testworld.Populate(t, w.Service)
	w.parts(ctx)
	w.personals(ctx)
	w.auctions(ctx)
	w.matches(ctx)
	w.donations(ctx)
	w.exercise(ctx)
	w.makeTokens(ctx)
	w.Must(w.CatchUp(ctx, app.System()))
	w.names()
	return w
}

// version makes a handler over the world with other options.
func (w *world) version(o apiv5.Options) http.Handler {
	o.App, o.BaseURL = w.App, baseURL
	o.Settings = w.Settings(o.Settings)
	if o.Settings.Cache == nil {
		o.Settings.Cache = w.cache
	}
	made := apiv5.New(o)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/api/private"):
			made.Private.ServeHTTP(rw, r)
		case strings.HasPrefix(path, "/api/cause"):
			made.Cause.ServeHTTP(rw, r)
		default:
			made.Public.ServeHTTP(rw, r)
		}
	})
}

// makeTokens makes tokens of every kind with all scopes, and by the name "scope:…" tokens of an
// application with one scope only.
func (w *world) makeTokens(ctx context.Context) {
	application, _, token, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Overlay", RedirectURIs: []string{"https://overlay.example.org/back"}, Scopes: fund.Scopes(), Owner: w.Ada.ID,
	})
	w.Must(err)
	w.tokens["application"], w.application = token, application.ID
	for _, one := range []struct {
		name  string
		token fund.Token
	}{
		{"ada", fund.Token{Kind: fund.TokenUser, UserID: w.Ada.ID, Scopes: fund.Scopes()}},
		{"bob", fund.Token{Kind: fund.TokenUser, UserID: w.Bob.ID, Scopes: fund.Scopes()}},
		{"cleo", fund.Token{Kind: fund.TokenUser, UserID: w.Cleo.ID, Scopes: fund.Scopes()}},
		{"cause", fund.Token{Kind: fund.TokenCause, CauseID: w.Cause.ID, Scopes: fund.Scopes()}},
		{"tiny", fund.Token{Kind: fund.TokenCause, CauseID: w.Tiny.ID, Scopes: fund.Scopes()}},
		{"revoked", fund.Token{Kind: fund.TokenApplication, Scopes: fund.Scopes()}},
		{"none", fund.Token{Kind: fund.TokenApplication}},
	} {
		one.token.ApplicationID = application.ID
		w.tokens[one.name], err = w.CreateToken(ctx, app.System(), one.token)
		w.Must(err)
	}
	for _, scope := range fund.Scopes() {
		w.tokens["scope:"+scope], err = w.CreateToken(ctx, app.System(), fund.Token{
			Kind: fund.TokenApplication, ApplicationID: application.ID, Scopes: []string{scope},
		})
		w.Must(err)
	}
	w.Must(w.RevokeToken(ctx, app.System(), w.tokens["revoked"]))
	w.tokens["unknown"] = strings.Repeat("0", 64)
}

// token is the bearer token of a caller: "" for nobody.
func (w *world) token(name string) string { return w.tokens[name] }

// call makes one request. The target is a whole path; a token of "" sends none, a body of ""
// sends none. More headers come in pairs.
func (w *world) call(method, target, token, body string, header ...string) *httptest.ResponseRecorder {
	return testworld.Ask(w.handler, testworld.Call{Method: method, Target: target, Token: token, Body: body, Header: header})
}

// get reads a target with the ids of the world in it, as a named caller.
func (w *world) get(target, caller string) *httptest.ResponseRecorder {
	return w.call("GET", w.path(target), w.token(caller), "")
}

// names are the ids of everything, by what it is called here.
func (w *world) names() {
	for name, f := range map[string]fund.Fact{
		"campaign": w.Campaign, "teamCampaign": w.TeamCampaign, "empty": w.Empty, "draft": w.Draft, "retired": w.Retired,
		"cause": w.Cause.Fact, "tiny": w.Tiny.Fact, "event": w.Event.Fact, "personal": w.personal.Fact,
		"house": w.house.Fact, "causeHouse": w.causeHouse.Fact,
	} {
		w.ids[name], w.ids[name+"#"] = f.ID.String(), fmt.Sprint(f.LegacyID)
	}
	for name, u := range map[string]fund.User{"ada": w.Ada, "bob": w.Bob, "cleo": w.Cleo} {
		w.ids[name], w.ids[name+"#"] = u.ID.String(), fmt.Sprint(u.LegacyID)
	}
	w.ids["team"], w.ids["team#"] = w.Team.ID.String(), fmt.Sprint(w.Team.LegacyID)
}

// path puts the ids of the world into a target: {campaign} is a UUID, {campaign#} a legacy id.
func (w *world) path(target string) string {
	for name, id := range w.ids {
		target = strings.ReplaceAll(target, "{"+name+"}", id)
	}
	return target
}
