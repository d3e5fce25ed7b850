package server_test

import (
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testopenid"
)

// clubAt are the settings of a provider with that issuer.
func clubAt(issuer string) config.OpenID {
	return config.OpenID{
		Issuer: map[string]string{"club": issuer}, ClientID: map[string]string{"club": testopenid.ClientID}, Secret: map[string]string{"club": testopenid.Secret},
	}
}

// TestOpenIDProvidersInTheNetworkHereAreNotAsked begins a sign-in at one, without and with the setting that opens its network.
func TestOpenIDProvidersInTheNetworkHereAreNotAsked(t *testing.T) {
	t.Parallel()
	provider := testopenid.Start(t, testopenid.Settings{Account: testopenid.Claims{"sub": "1"}})
	for _, networks := range [][]netip.Prefix{nil, {netip.MustParsePrefix("127.0.0.0/8")}} {
		node := must.Get(server.Open(t.Context(), server.Settings{
			Database: config.Database(storetest.Database(t)), BaseURL: "https://almoner.test", OpenID: clubAt(provider.Issuer), WebhookNetworks: networks,
			Payments: checkout.Settings{Sandbox: true}, Log: slog.New(slog.DiscardHandler),
		}))(t)
		t.Cleanup(func() { must.Do(t, node.Close()) })
		address, err := node.App().BeginOpenID(t.Context(), app.Actor{}, app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDSignIn, Browser: "a cookie"})
		switch asked := provider.Calls(testopenid.MetadataPath); {
		case networks == nil && (!fault.Is(err, fault.Unavailable) || asked != 0):
			t.Errorf("got %s, %v after %d questions, want the provider not asked", address, err, asked)
		case networks != nil && (err != nil || !strings.HasPrefix(address, provider.Issuer) || !strings.Contains(address, "almoner.test%2Faccount%2Fopenid%2Fclub%2Fback")):
			t.Errorf("got %s, %v, want the provider's page, which leads back", address, err)
		}
	}
}

// TestOpenIDSecretsInFiles are read when the node opens.
func TestOpenIDSecretsInFiles(t *testing.T) {
	t.Parallel()
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "secret")
		must.Do(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for name, c := range map[string]struct{ path, want string }{
		"good":     {write(testopenid.Secret + "\n"), ""},
		"missing":  {"/nowhere/secret", "--openid-secret-file: the file /nowhere/secret of club cannot be read"},
		"empty":    {write(" \n"), "has no client secret"},
		"too long": {write(strings.Repeat("x", 4097)), "has no client secret"},
	} {
		settings := clubAt("https://club.test")
		settings.Secret, settings.SecretFile = nil, map[string]string{"club": c.path}
		node, err := server.Open(t.Context(), server.Settings{
			Database: config.Database(storetest.Database(t)), BaseURL: "https://almoner.test", OpenID: settings, Payments: checkout.Settings{Sandbox: true}, Log: slog.New(slog.DiscardHandler),
		})
		if err == nil {
			must.Do(t, node.Close())
		}
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestAProviderThatIsDownKeepsNothingDown opens a node whose provider is not there, and looks at the sign-in page.
func TestAProviderThatIsDownKeepsNothingDown(t *testing.T) {
	t.Parallel()
	node, _ := openNode(t, func(s *server.Settings) { s.OpenID = clubAt("http://127.0.0.1:1") })
	if got := send(t, node, "192.0.2.1", http.MethodGet, "/account/sign-in", ""); got.Code != http.StatusOK {
		t.Errorf("got %d %.300s, want the page", got.Code, got.Body)
	}
}
