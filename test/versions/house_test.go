package versions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
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
	"github.com/almoner/almoner/internal/testworld"
)

// house is one service with both versions over one app, one cache and one database.
type house struct {
	*testworld.Service
	t       *rapid.T
	handler http.Handler
	token   string
}

func newHouse(t *rapid.T, folder string) *house {
	at := time.Date(2026, time.March, 14, 12, 0, 0, 0, time.UTC)
	h := &house{t: t, Service: testworld.NewAt(t, "sqlite:"+filepath.Join(folder, "almoner.db"), testworld.Options{At: at, Seed: 7})}
	cache := api.NewCache(0)
	h.Refresh(cache)
	set := api.Settings{Now: h.Clock.Now, Cache: cache, Log: slog.New(slog.DiscardHandler)}
	five := apiv5.New(apiv5.Options{App: h.App, BaseURL: testworld.BaseURL, Settings: set})
	mux := http.NewServeMux()
	mux.Handle("/api/public/", five.Public)
	mux.Handle("/api/private/", five.Private)
	mux.Handle("/api/v3/", apiv3.New(apiv3.Options{App: h.App, BaseURL: testworld.BaseURL, Settings: set}))
	h.handler = mux
	return h
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
		h.Must(json.Unmarshal(w.Body.Bytes(), &got))
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
	h.Must(json.Unmarshal(got.Data, &data))
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
	h.Must(json.Unmarshal(got.Data, &data))
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

// rate sets the exchange rate of the day, which is always the same.
func (h *house) rate() {
	_, err := h.PutRates(context.Background(), app.System(), []money.DayRate{{Currency: "GBP", Day: h.Clock.Now(), Rate: money.RateScale * 5 / 4}})
	h.Must(err)
}

// people makes the owner of everything, a team and a cause in a currency that is not the dollar.
func (h *house) people() (cause fund.Cause, owner fund.User) {
	ctx := context.Background()
	h.rate()
	program, _, _, err := h.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes()})
	h.Must(err)
	owner, err = h.CreateUser(ctx, app.System(), app.NewUser{Username: "owner", Email: "owner@example.com"})
	h.Must(err)
	cause, err = h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "the-cause", Currency: "GBP"}})
	h.Must(err)
	h.Must(h.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: cause.ID, User: owner.ID, Role: fund.CauseOwner}))
	h.token, err = h.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: owner.ID, ApplicationID: program.ID, Scopes: fund.Scopes()})
	h.Must(err)
	return cause, owner
}

// audit compares all that is stored with the ledger, the leaderboards too.
func (h *house) audit() {
	h.t.Helper()
	ctx := context.Background()
	h.Must(h.CatchUp(ctx, app.System()))
	report, err := h.Store.Audit(ctx)
	h.Must(err)
	if len(report.Differences) > 0 {
		h.t.Fatalf("got %v, want everything stored to be what the ledger says", fmt.Sprint(report.Differences))
	}
}
