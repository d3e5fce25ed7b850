package server_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store/storetest"
)

// openNode is a node on an empty database, and its log.
func openNode(t *testing.T, change func(*server.Settings)) (http.Handler, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	settings := server.Settings{
		Database: config.Database(storetest.SQLite(t)), BaseURL: "https://almoner.test", Payments: checkout.Settings{Sandbox: true},
		Secret: config.Secret{Key: storetest.SecretKey}, Log: slog.New(slog.NewTextHandler(&log, nil)),
	}
	if change != nil {
		change(&settings)
	}
	node := must.Get(server.Open(t.Context(), settings))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	return node.Handler(), &log
}

// send sends a request from an address.
func send(t *testing.T, to http.Handler, from, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.RemoteAddr = from + ":1"
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	return w
}

// TestForgedWebhooksAreNotReadForEver sends webhooks that nobody signed.
func TestForgedWebhooksAreNotReadForEver(t *testing.T) {
	t.Parallel()
	node, log := openNode(t, nil)
	forge := func(from string, want int) *httptest.ResponseRecorder {
		t.Helper()
		got := send(t, node, from, http.MethodPost, "/pay/sandbox/notices", `{"id":"forged"}`)
		if got.Code != want {
			t.Fatalf("from %s: got %d %s, want %d", from, got.Code, got.Body, want)
		}
		return got
	}
	for range shield.ForgedEvents {
		forge("192.0.2.1", http.StatusBadRequest)
	}
	for range 100 {
		if got := forge("192.0.2.1", http.StatusTooManyRequests); got.Header().Get("Retry-After") != "1" {
			t.Errorf("got Retry-After %q, want a second", got.Header().Get("Retry-After"))
		}
	}
	forge("192.0.2.2", http.StatusBadRequest)
	lines := strings.Count(log.String(), "webhook refused")
	if want := 2; lines != want { // one for what was forged, one for what was not read
		t.Errorf("got %d lines of log, want %d:\n%s", lines, want, log)
	}
}

// TestAFloodOfRequestsLeavesOneLine asks more often than an address may.
func TestAFloodOfRequestsLeavesOneLine(t *testing.T) {
	t.Parallel()
	node, log := openNode(t, func(s *server.Settings) { s.Limits = config.Limits{AddressPerMinute: 1, AddressBurst: 1} })
	for range 50 {
		for _, path := range []string{"/", "/api/v3/campaigns/1", "/api/public/campaigns/1", "/oauth/validate"} {
			send(t, node, "192.0.2.1", http.MethodGet, path, "")
		}
	}
	if got := strings.Count(log.String(), "\n"); got != 1 || !strings.Contains(log.String(), `msg="request refused" address=192.0.2.1`) {
		t.Errorf("got %d lines of log, want one:\n%s", got, log)
	}
}
