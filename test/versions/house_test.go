package versions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
)

// house is one service with both versions over one app, one cache and one database.
type house struct {
	t       *rapid.T
	app     *app.App
	store   *store.Store
	handler http.Handler
	token   string
	clock   *testclock.Clock
}

func newHouse(t *rapid.T, folder string) *house {
	h := &house{t: t, clock: testclock.At(time.Date(2026, time.March, 14, 12, 0, 0, 0, time.UTC))}
	h.store = storetest.OpenAt(t, "sqlite:"+filepath.Join(folder, "almoner.db"), store.Options{Now: h.clock.Now})
	h.app = app.New(app.Options{Store: h.store, Now: h.clock.Now, Random: rand.NewChaCha8([32]byte{7}), BaseURL: "https://almoner.test"})
	cache := api.NewCache(0)
	h.store.OnCommit(func(events []fund.Event) {
		for _, e := range events {
			tags := []api.Tag{api.Tag(e.Subject)}
			for _, id := range e.Facts {
				tags = append(tags, api.Tag(id))
			}
			cache.Invalidate(tags...)
		}
	})
	set := api.Settings{Now: h.clock.Now, Cache: cache, Log: slog.New(slog.DiscardHandler)}
	five := apiv5.New(apiv5.Options{App: h.app, BaseURL: "https://almoner.test", Settings: set})
	mux := http.NewServeMux()
	mux.Handle("/api/public/", five.Public)
	mux.Handle("/api/private/", five.Private)
	mux.Handle("/api/v3/", apiv3.New(apiv3.Options{App: h.app, BaseURL: "https://almoner.test", Settings: set}))
	h.handler = mux
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// answer is what a request got; data is the value at that key.
type answer struct {
	status int
	text   string
	Data   json.RawMessage
}

func (h *house) ask(method, path, body string) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+h.token)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	got := answer{status: w.Code, text: w.Body.String()}
	if w.Code != http.StatusNoContent {
		h.must(json.Unmarshal(w.Body.Bytes(), &got))
	}
	if w.Code >= http.StatusInternalServerError {
		h.t.Fatalf("%s %s %s: got %d %s", method, path, body, w.Code, w.Body)
	}
	return got
}

// read decodes what a GET answers.
func read[T any](h *house, path string) T {
	h.t.Helper()
	got := h.ask(http.MethodGet, path, "")
	if got.status != http.StatusOK {
		h.t.Fatalf("GET %s: got %d %s, want 200", path, got.status, got.text)
	}
	var data T
	h.must(json.Unmarshal(got.Data, &data))
	return data
}

// write makes a change and decodes what it answers; ok is whether it was made.
func write[T any](h *house, method, path, body string) (data T, ok bool) {
	h.t.Helper()
	got := h.ask(method, path, body)
	if got.status >= http.StatusBadRequest {
		h.t.Logf("%s %s %s: %d %s", method, path, body, got.status, got.text)
		return data, false
	}
	h.must(json.Unmarshal(got.Data, &data))
	return data, true
}

// made is write for what cannot be refused.
func made[T any](h *house, method, path, body string) T {
	h.t.Helper()
	data, ok := write[T](h, method, path, body)
	if !ok {
		h.t.Fatalf("%s %s %s was refused", method, path, body)
	}
	return data
}

// cents are minor units of a currency with two decimals, as both wires write them.
func cents(h *house, text string) int64 {
	h.t.Helper()
	minor, problem := money.Parse(text, 2)
	if problem != "" {
		h.t.Fatalf("amount %q %s", text, problem)
	}
	return minor
}

func decimal(minor int64) string { return money.Fixed(minor, 2) }

// people makes the owner of everything, a team and a cause in a currency that is not the dollar.
func (h *house) people() (cause fund.Cause, owner fund.User) {
	ctx := context.Background()
	h.must(h.app.PutRate(ctx, app.System(), app.NewRate{Currency: "GBP", Day: h.clock.Now().AddDate(0, -1, 0), Rate: money.RateScale * 5 / 4}))
	program, _, _, err := h.app.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes()})
	h.must(err)
	owner, err = h.app.CreateUser(ctx, app.System(), app.NewUser{Username: "owner", Email: "owner@example.com"})
	h.must(err)
	cause, err = h.app.CreateCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "the-cause", Currency: "GBP"}})
	h.must(err)
	h.must(h.app.AddCauseMember(ctx, app.System(), cause.ID, owner.ID))
	h.token, err = h.app.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: owner.ID, ApplicationID: program.ID, Scopes: fund.Scopes()})
	h.must(err)
	return cause, owner
}

// audit compares all that is stored with the ledger, the leaderboards too.
func (h *house) audit() {
	h.t.Helper()
	ctx := context.Background()
	h.must(h.app.CatchUp(ctx, app.System()))
	report, err := h.store.Audit(ctx)
	h.must(err)
	if len(report.Differences) > 0 {
		h.t.Fatalf("got %v, want everything stored to be what the ledger says", fmt.Sprint(report.Differences))
	}
}
