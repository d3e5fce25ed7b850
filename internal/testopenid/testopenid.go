// Package testopenid is an OpenID provider for tests: it signs like a real one, checks what clients send, and misbehaves on demand.
package testopenid

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

// The only client of the provider.
const (
	ClientID = "almoner"
	Secret   = "a secret / with + signs"
)

// Claims are members of an ID token, of userinfo or of metadata.
type Claims = map[string]any

// Provider is a provider with one account, which signs in at once or after a press of a button.
type Provider struct {
	// Issuer is what the provider calls itself: its address.
	Issuer string

	mu       sync.Mutex
	settings Settings
	key      *rsa.PrivateKey
	keyID    int
	given    map[string]given
	asked    []url.Values
	calls    map[string]int
}

// Settings are how a provider behaves. Change changes them.
type Settings struct {
	// Account is what it says of who signs in: at least "sub".
	Account Claims
	// Token changes the claims of an ID token before it is signed; nil keeps them.
	Token func(Claims)
	// Algorithm signs ID tokens; "" is RS256.
	Algorithm string
	// Userinfo is what the userinfo endpoint says; nil is the Account.
	Userinfo Claims
	// Metadata changes the metadata; nil keeps them.
	Metadata func(Claims)
	// Page shows a page with buttons instead of signing in at once.
	Page bool
	// Twitch has it behave as Twitch does: the address only when the claims parameter asks for it, the secret only in the body, no PKCE.
	Twitch bool
	// Issuer is sent with answers, as RFC 9207 has it; "" for none.
	Issuer string
	// Answers replace what is answered at a path.
	Answers map[string]http.HandlerFunc
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// given is a code that was given.
type given struct{ redirect, nonce, pkce, claims string }

// The paths of a provider.
const (
	MetadataPath  = "/.well-known/openid-configuration"
	AuthorizePath = "/authorize"
	TokenPath     = "/token"
	KeysPath      = "/keys"
	UserinfoPath  = "/userinfo"
)

// Start starts a provider on loopback, which ends with the test.
func Start(tb testing.TB, settings Settings) *Provider {
	tb.Helper()
	p := &Provider{settings: settings, given: map[string]given{}, calls: map[string]int{}}
	p.Rotate(tb)
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	tb.Cleanup(server.Close)
	p.Issuer = server.URL
	return p
}

// Change changes how the provider behaves from now on.
func (p *Provider) Change(change func(*Settings)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.settings)
}

// Rotate gives the provider another key, and forgets the one before.
func (p *Provider) Rotate(tb testing.TB) {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = key
	p.keyID++
}

// Asked is what the last authorization request asked for.
func (p *Provider) Asked() url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) == 0 {
		return nil
	}
	return p.asked[len(p.asked)-1]
}

// Calls is how often a path was called.
func (p *Provider) Calls(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

// SignIn follows the address of an authorization request as a browser does, and returns the parameters that it comes back with.
func (p *Provider) SignIn(tb testing.TB, address string) url.Values {
	tb.Helper()
	return p.Return(tb, address).Query()
}

// Return is SignIn with the whole address that the browser comes back to.
func (p *Provider) Return(tb testing.TB, address string) *url.URL {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, address, nil)
	if err != nil {
		tb.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	back, err := answer.Location()
	if err != nil {
		tb.Fatalf("%s: got %s, want a way back: %v", address, answer.Status, err)
	}
	return back
}

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.calls[r.URL.Path]++
	answer := p.settings.Answers[r.URL.Path]
	p.mu.Unlock()
	if answer != nil {
		answer(w, r)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.URL.Path {
	case MetadataPath:
		write(w, http.StatusOK, p.metadata())
	case AuthorizePath:
		p.authorize(w, r)
	case TokenPath:
		p.token(w, r)
	case KeysPath:
		keys := &oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: p.key.Public(), KeyID: p.kid(), Algorithm: "RS256"}}}
		keys.ServeHTTP(w, r)
	case UserinfoPath:
		if r.Header.Get("Authorization") != "Bearer access" {
			write(w, http.StatusUnauthorized, Claims{"error": "invalid_token"})
			return
		}
		if p.settings.Userinfo != nil {
			write(w, http.StatusOK, p.settings.Userinfo)
			return
		}
		write(w, http.StatusOK, p.settings.Account)
	default:
		http.NotFound(w, r)
	}
}

func (p *Provider) kid() string { return fmt.Sprint("key ", p.keyID) }

func (p *Provider) now() time.Time {
	if p.settings.Now != nil {
		return p.settings.Now()
	}
	return time.Now()
}

func (p *Provider) metadata() Claims {
	m := Claims{
		"issuer": p.Issuer, "authorization_endpoint": p.Issuer + AuthorizePath, "token_endpoint": p.Issuer + TokenPath, "jwks_uri": p.Issuer + KeysPath,
		"userinfo_endpoint": p.Issuer + UserinfoPath, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "scopes_supported": []string{"openid"},
		"code_challenge_methods_supported": []string{"plain", "S256"}, "token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
	}
	if p.settings.Twitch {
		delete(m, "code_challenge_methods_supported")
		m["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
		m["claims_parameter_supported"] = true
	}
	if p.settings.Issuer != "" {
		m["authorization_response_iss_parameter_supported"] = true
	}
	if p.settings.Metadata != nil {
		p.settings.Metadata(m)
	}
	return m
}

// authorize checks a request, and gives a code for it.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p.asked = append(p.asked, q)
	back, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case err != nil || back.Host == "" || q.Get("client_id") != ClientID || q.Get("response_type") != "code":
		http.Error(w, "the client, the redirect URI or the response type is not right", http.StatusBadRequest)
		return
	case !strings.Contains(" "+q.Get("scope")+" ", " openid "), q.Get("state") == "", q.Get("nonce") == "":
		http.Error(w, "scope, state or nonce are missing", http.StatusBadRequest)
		return
	case p.settings.Twitch == (q.Get("code_challenge") != ""), q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256":
		http.Error(w, "the challenge is missing, or not wanted", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {q.Get("state")}}
	if p.settings.Issuer != "" {
		answer.Set("iss", p.settings.Issuer)
	}
	denied := maps.Clone(answer)
	denied.Set("error", "access_denied")
	code := rand.Text()
	p.given[code] = given{q.Get("redirect_uri"), q.Get("nonce"), q.Get("code_challenge"), q.Get("claims")}
	answer.Set("code", code)
	if !p.settings.Page {
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound) //nolint:gosec // a provider of tests has no other client
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Provider</title><h1>Sign in at the provider</h1><p><a id="allow" href="%s">Allow</a> <a id="deny" href="%s">Deny</a>`,
		html.EscapeString(q.Get("redirect_uri")+"?"+answer.Encode()), html.EscapeString(q.Get("redirect_uri")+"?"+denied.Encode()))
}

// token trades a code, once.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	code := r.PostFormValue("code")
	of, known := p.given[code]
	delete(p.given, code)
	pkce := ""
	if verifier := r.PostForm.Get("code_verifier"); verifier != "" {
		sum := sha256.Sum256([]byte(verifier))
		pkce = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	switch {
	case !p.proven(r):
		write(w, http.StatusUnauthorized, Claims{"error": "invalid_client"})
	case !known || of.redirect != r.PostForm.Get("redirect_uri") || of.pkce != pkce || r.PostForm.Get("grant_type") != "authorization_code":
		write(w, http.StatusBadRequest, Claims{"error": "invalid_grant"})
	default:
		write(w, http.StatusOK, Claims{"access_token": "access", "token_type": "bearer", "expires_in": 60, "id_token": p.idToken(of)})
	}
}

// proven reports whether the client has its secret, in the one way that the provider takes it.
func (p *Provider) proven(r *http.Request) bool {
	id, secret, basic := r.BasicAuth()
	if p.settings.Twitch {
		return !basic && r.PostForm.Get("client_id") == ClientID && r.PostForm.Get("client_secret") == Secret
	}
	return basic && !r.PostForm.Has("client_secret") && id == url.QueryEscape(ClientID) && secret == url.QueryEscape(Secret)
}

func (p *Provider) idToken(of given) string {
	now := p.now()
	claims := Claims{"iss": p.Issuer, "aud": ClientID, "nonce": of.nonce, "iat": now.Unix(), "exp": now.Add(15 * time.Minute).Unix()}
	for name, value := range p.settings.Account {
		if name == "sub" || !p.settings.Twitch || strings.Contains(of.claims, `"`+name+`":null`) {
			claims[name] = value
		}
	}
	if p.settings.Token != nil {
		p.settings.Token(claims)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	algorithm := p.settings.Algorithm
	if algorithm == "" {
		algorithm = "RS256"
	}
	return oidctest.SignIDToken(p.key, p.kid(), algorithm, string(text))
}

func write(w http.ResponseWriter, status int, body Claims) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
