package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestStoppingEndsLiveConnections stops a node that would wait a minute for requests to finish.
func TestStoppingEndsLiveConnections(t *testing.T) {
	t.Parallel()
	node := must.Get(server.Open(t.Context(), server.Settings{
		Database: config.Database(storetest.SQLite(t)), BaseURL: "http://127.0.0.1", Payments: checkout.Settings{Sandbox: true},
		Log: slog.New(slog.DiscardHandler), ShutdownTimeout: time.Minute,
	}))(t)
	defer func() { must.Do(t, node.Close()) }()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cause := must.Get(node.App().CreateCause(ctx, app.System(), fund.CausePatch{
		Name: fund.Some("Water"), Slug: fund.Some("water"), LegalName: fund.Some("Water e.V."), Currency: fund.Some("EUR"),
	}))(t)
	token := must.Get(node.App().CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, Scopes: []string{fund.ScopePublic}}))(t)
	listener := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	served := make(chan error, 1)
	go func() { served <- node.Serve(ctx, listener) }()
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/live/water/events", nil))(t)
	request.Header.Set("Authorization", "Bearer "+token)
	response := must.Get(http.DefaultClient.Do(request))(t)
	defer func() { must.Do(t, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", response.StatusCode, must.Get(io.ReadAll(response.Body))(t))
	}
	lines := bufio.NewReader(response.Body)
	for line := ""; !strings.HasPrefix(line, "event: state"); {
		line = must.Get(lines.ReadString('\n'))(t)
	}
	stop()
	began := time.Now()
	rest := must.Get(io.ReadAll(lines))(t)
	if !strings.Contains(string(rest), "retry: ") || !strings.Contains(string(rest), `"reason":"stopping"`) {
		t.Errorf("got %s, want a goodbye with when to come back", rest)
	}
	must.Do(t, <-served)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("stopping took %s", took)
	}
}
