package server_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/server"
)

// openSealed starts a node over the database, with what it logs.
func openSealed(t *testing.T, database config.Database, secret config.Secret) (*server.Node, string, error) {
	t.Helper()
	var log bytes.Buffer
	n, err := server.Open(t.Context(), server.Settings{Database: database, Secret: secret, Log: slog.New(slog.NewTextHandler(&log, nil))})
	return n, log.String(), err
}

// addEndpoint makes a webhook endpoint with a node, and gives its signing key.
func addEndpoint(t *testing.T, n *server.Node) fund.WebhookEndpoint {
	t.Helper()
	ctx := t.Context()
	u, err := n.App().CreateUser(ctx, app.System(), app.NewUser{Username: "Ada", Email: "ada@example.org"})
	must.Do(t, err)
	program, _, _, err := n.App().CreateApplication(ctx, app.System(), app.NewApplication{Name: "Hooks", RedirectURIs: []string{"https://hooks.example/"}, Owner: u.ID})
	must.Do(t, err)
	return must.Get(n.App().CreateEndpointFor(ctx, app.System(), program.ID, fund.WebhookEndpointPatch{URL: fund.Some("https://hooks.example/in")}))(t)
}

// TestTheSecretKeyIsKeptBesideTheDatabase starts without a question, loses the key, and finds it again.
func TestTheSecretKeyIsKeptBesideTheDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	database := config.Database("sqlite:" + path)
	n, log, err := openSealed(t, database, config.Secret{})
	must.Do(t, err)
	if !strings.Contains(log, "made a secret key") || !strings.Contains(log, path+".key") {
		t.Errorf("got %s, want the new key in the log", log)
	}
	made := addEndpoint(t, n)
	must.Do(t, n.Close())
	for _, name := range must.Get(filepath.Glob(path + "*"))(t) {
		text := string(must.Get(os.ReadFile(name))(t))
		if strings.Contains(text, made.SigningKey) || strings.Contains(text, "hooks.example/in") {
			t.Errorf("got the signing key or the address in %s, want them sealed", name)
		}
	}

	must.Do(t, os.Rename(path+".key", path+".elsewhere"))
	_, _, err = openSealed(t, database, config.Secret{})
	keys := must.Get(seal.ReadFile(path + ".elsewhere"))(t)
	for _, part := range []string{path + ".key is not there", keys[0].ID(), "--secret-key-file", "ALMONER_SECRET_KEY", "almoner secret replace-lost"} {
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.From(err).Message, part) {
			t.Errorf("got %v, want %q in it", err, part)
		}
	}
	_, _, err = openSealed(t, database, config.Secret{Key: seal.NewKey().Text()})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.From(err).Message, "not that of the database") {
		t.Errorf("got %v, want another key refused", err)
	}
	for _, c := range []struct {
		secret config.Secret
		anew   bool
	}{
		{config.Secret{KeyFile: path + ".elsewhere"}, false}, {config.Secret{Key: keys[0].Text()}, false},
		{config.Secret{Key: seal.NewKey().Text() + "," + keys[0].Text()}, true},
	} {
		n, log, err := openSealed(t, database, c.secret)
		must.Do(t, err)
		if strings.Contains(log, "sealed secrets") != c.anew {
			t.Errorf("got %s, want values sealed anew with a new key only", log)
		}
		must.Do(t, n.Close())
	}
}

// TestSecretsFromTheTerminal replaces the secret key beside a running server, and a lost one without it.
func TestSecretsFromTheTerminal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	on := command.Store{DB: config.Database("sqlite:" + path)}
	do := func(c interface {
		Run(context.Context, command.Terminal) error
	}) (string, error) {
		var out bytes.Buffer
		err := c.Run(t.Context(), command.Terminal{In: strings.NewReader(""), Out: &out, Err: io.Discard})
		return out.String(), err
	}
	n, _, err := openSealed(t, on.DB, config.Secret{})
	must.Do(t, err)
	made := addEndpoint(t, n)
	before := must.Get(seal.ReadFile(path + ".key"))(t)
	out := must.Get(do(command.RotateSecret{Store: on}))(t)
	after := must.Get(seal.ReadFile(path + ".key"))(t)
	if len(after) != 2 || after[1] != before[0] || !strings.Contains(out, after[0].ID()) || !strings.Contains(out, "2 values") {
		t.Errorf("got %q and %d keys, want a new key before the old one", out, len(after))
	}
	if got, err := n.App().SampleWebhook(t.Context(), app.System(), fund.Key{ID: made.ID}, fund.WebhookSampleInput{EventType: fund.Some(fund.WebhookEventTypes()[0])}); err != nil || got.Endpoint.SigningKey != made.SigningKey {
		t.Errorf("got %v, want the running server to read what the new key sealed", err)
	}
	must.Do(t, n.Close())

	must.Do(t, os.Remove(path+".key"))
	if _, err := do(command.RotateSecret{Store: on}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want the missing key named", err)
	}
	if _, err := do(command.ReplaceLostSecret{Store: on}); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.From(err).Message, "--yes") {
		t.Errorf("got %v, want --yes asked for", err)
	}
	if out := must.Get(do(command.ReplaceLostSecret{Store: on, Yes: true}))(t); !strings.Contains(out, "2 values could not be read") {
		t.Errorf("got %q, want both values replaced", out)
	}
	n, _, err = openSealed(t, on.DB, config.Secret{})
	must.Do(t, err)
	must.Do(t, n.Close())
}
