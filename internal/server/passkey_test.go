package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// TestAnotherHostWarnsOfPasskeys starts a server under the name that a passkey is tied to, and under another.
func TestAnotherHostWarnsOfPasskeys(t *testing.T) {
	t.Parallel()
	database := config.Database("sqlite:" + filepath.Join(t.TempDir(), "almoner.db"))
	start := func(address string) (*server.Node, string) {
		t.Helper()
		var log bytes.Buffer
		n, err := server.Open(t.Context(), server.Settings{Database: database, BaseURL: address, Log: slog.New(slog.NewTextHandler(&log, nil))})
		must.Do(t, err)
		return n, log.String()
	}
	n, _ := start("https://give.example.org")
	ada := must.Get(n.App().CreateUser(t.Context(), app.System(), app.NewUser{Username: "Ada", Email: "ada@example.org"}))(t)
	must.Do(t, n.Close())
	s := must.Get(store.Open(t.Context(), string(database), store.Options{}))(t)
	must.Do(t, s.Write(t.Context(), ada.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertPasskey(ctx, fund.Passkey{ID: fund.ID{1}, UserID: ada.ID, Credential: []byte("c"), Data: "{}", Name: "Phone", Host: "give.example.org"})
	}))
	must.Do(t, s.Close())
	for address, want := range map[string]bool{"https://give.example.org": false, "https://give.example.org:8443": false, "https://other.example.org": true, "http://127.0.0.1:8080": true} {
		n, log := start(address)
		must.Do(t, n.Close())
		if got := strings.Contains(log, "passkeys=1") && strings.Contains(log, "--base-url"); got != want {
			t.Errorf("%s: got the log\n%s\nwant a warning: %v", address, log, want)
		}
	}
}
