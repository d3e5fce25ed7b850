package oauth_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/oauth"
	"github.com/almoner/almoner/internal/testbrowser"
)

// metadataKeys are the keys of the document.
var metadataKeys = []string{
	"issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint", "registration_endpoint", "scopes_supported",
	"response_types_supported", "response_modes_supported", "grant_types_supported", "code_challenge_methods_supported",
	"token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported", "introspection_endpoint_auth_methods_supported",
}

// TestTheMetadataIsTrue tries what each field says: what it names works, and what it does not name does not.
func TestTheMetadataIsTrue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.metadata()
	if m.Issuer != h.url {
		t.Errorf("got the issuer %q, want the base URL %q", m.Issuer, h.url)
	}
	t.Run("scopes", func(t *testing.T) {
		t.Parallel()
		for _, scope := range append(fund.Scopes(), "admin", "openid") {
			_, _, _, err := h.CreateApplication(t.Context(), app.System(), app.NewApplication{Name: "A", RedirectURIs: []string{back}, Scopes: []string{scope}})
			wantListed(t, "scope", m.Scopes, scope, err == nil)
		}
	})
	t.Run("grant types", func(t *testing.T) {
		t.Parallel()
		for _, grant := range []string{"client_credentials", "authorization_code", "refresh_token", "password", "implicit", "urn:ietf:params:oauth:grant-type:device_code"} {
			answer := h.program(http.MethodPost, h.path(m.TokenEndpoint), testbrowser.FormType, h.v5.params("grant_type", grant, "code", "x").Encode())
			wantListed(t, "grant type", m.GrantTypes, grant, answer.JSON(t)["error"] != "unsupported_grant_type")
		}
	})
	t.Run("authorization", func(t *testing.T) {
		t.Parallel()
		wantAuthorizationAsListed(t, h, m)
	})
	t.Run("client authentication", func(t *testing.T) {
		t.Parallel()
		wantAuthenticationAsListed(t, h, m)
	})
}

// metadata reads the document, which browsers may read from anywhere and keep for an hour.
func (h *house) metadata() oauth.Metadata {
	h.t.Helper()
	answer := h.program(http.MethodGet, oauth.MetadataPath, "", "")
	for name, want := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Cache-Control": "public, max-age=3600", "Pragma": "", "Access-Control-Allow-Origin": "*",
	} {
		if got := answer.Header.Get(name); got != want || answer.StatusCode != http.StatusOK {
			h.t.Errorf("got %d with %s %q, want 200 with %q", answer.StatusCode, name, got, want)
		}
	}
	var m oauth.Metadata
	must.Do(h.t, json.Unmarshal([]byte(answer.Text), &m))
	if got, want := slices.Sorted(maps.Keys(answer.JSON(h.t))), slices.Sorted(slices.Values(metadataKeys)); !slices.Equal(got, want) {
		h.t.Errorf("got the keys %q, want %q", got, want)
	}
	if answer := h.program(http.MethodPost, oauth.MetadataPath, "", ""); answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		h.t.Errorf("got %d with Allow %q for a POST, want 405", answer.StatusCode, answer.Header.Get("Allow"))
	}
	return m
}

// path is where an endpoint is on this server.
func (h *house) path(endpoint string) string {
	h.t.Helper()
	path, ours := strings.CutPrefix(endpoint, h.url)
	if !ours {
		h.t.Fatalf("got the endpoint %q, want one of %s", endpoint, h.url)
	}
	return path
}

func wantListed(t *testing.T, what string, listed []string, one string, works bool) {
	t.Helper()
	if got := slices.Contains(listed, one); got != works {
		t.Errorf("%s %s: got listed %v, want %v, for that is whether it works", what, one, got, works)
	}
}

func wantAuthorizationAsListed(t *testing.T, h *house, m oauth.Metadata) {
	t.Helper()
	const pkce = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	asked := func(pairs ...string) url.Values {
		query := url.Values{"client_id": {h.v5.ClientID}, "response_type": {"code"}}
		answer := h.browser().Get(h.path(m.AuthorizationEndpoint) + "?" + testbrowser.With(query, pairs...).Encode())
		to, err := url.Parse(answer.Header.Get("Location"))
		must.Do(t, err)
		return to.Query()
	}
	for _, kind := range []string{"code", "token", "id_token", "code token"} {
		wantListed(t, "response type", m.ResponseTypes, kind, asked("response_type", kind).Get("error") == "")
	}
	for _, method := range []string{"S256", "plain"} {
		answer := asked("code_challenge", pkce, "code_challenge_method", method)
		wantListed(t, "code challenge method", m.ChallengeMethods, method, answer.Get("error") == "")
	}
	// The answer is in the query, and in nothing else.
	if got := h.code(h.v5); got == "" || !slices.Equal(m.ResponseModes, []string{"query"}) {
		t.Errorf("got the response modes %q with the code %q in the query, want that one", m.ResponseModes, got)
	}
}

func wantAuthenticationAsListed(t *testing.T, h *house, m oauth.Metadata) {
	t.Helper()
	for _, c := range []struct {
		endpoint string
		listed   []string
		more     url.Values
	}{
		{m.TokenEndpoint, m.TokenAuth, url.Values{"grant_type": {"client_credentials"}}},
		{m.RevocationEndpoint, m.RevocationAuth, url.Values{"token": {"x"}}},
		{m.IntrospectionEndpoint, m.IntrospectionAuth, url.Values{"token": {"x"}}},
	} {
		post := func(form url.Values, header ...string) bool {
			return h.program(http.MethodPost, h.path(c.endpoint), testbrowser.FormType, form.Encode(), header...).StatusCode == http.StatusOK
		}
		for name, works := range map[string]bool{
			"client_secret_basic": post(c.more, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(h.v5.ClientID+":"+h.v5.secret))),
			"client_secret_post":  post(testbrowser.With(h.v5.params(), pairsOf(c.more)...)),
			"none":                post(testbrowser.With(url.Values{"client_id": {h.v5.ClientID}}, pairsOf(c.more)...)),
			"private_key_jwt":     false,
		} {
			wantListed(t, c.endpoint, c.listed, name, works)
		}
	}
}

func pairsOf(values url.Values) []string {
	var pairs []string
	for name := range values {
		pairs = append(pairs, name, values.Get(name))
	}
	return pairs
}
