package openid_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/openid"
	"github.com/almoner/almoner/internal/testclock"
	"github.com/almoner/almoner/internal/testopenid"
)

// secrets are those of a browser.
var secrets = app.OpenIDSecrets{State: "the-state", Nonce: "the-nonce", Verifier: strings.Repeat("v", 43)}

const back = "https://almoner.test/account/openid/club/back"

// world is a provider and a client of it.
type world struct {
	*testopenid.Provider

	client *openid.Client
	clock  *testclock.Clock
	log    *bytes.Buffer
}

func newWorld(t *testing.T, settings testopenid.Settings, change func(*openid.Options)) *world {
	t.Helper()
	w := &world{clock: testclock.At(time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)), log: &bytes.Buffer{}}
	settings.Now = w.clock.Now
	if settings.Account == nil {
		settings.Account = testopenid.Claims{"sub": "24400320", "email": "ada@example.org", "email_verified": true, "preferred_username": "ada"}
	}
	w.Provider = testopenid.Start(t, settings)
	o := openid.Options{Issuer: w.Issuer, Scopes: []string{"email"}}
	if settings.Twitch {
		o = openid.Twitch()
		o.Issuer = w.Issuer
	}
	o.ClientID, o.Secret, o.Redirect, o.Now, o.Log = testopenid.ClientID, testopenid.Secret, back, w.clock.Now, slog.New(slog.NewTextHandler(w.log, nil))
	if change != nil {
		change(&o)
	}
	w.client = openid.New(o)
	return w
}

// answer signs in at the provider, and returns what the browser brings back.
func (w *world) answer(t *testing.T) app.OpenIDAnswer {
	t.Helper()
	came := w.SignIn(t, must.Get(w.client.AuthorizeURL(t.Context(), secrets))(t))
	if came.Get("state") != secrets.State {
		t.Errorf("got the state %q back, want the one that was sent", came.Get("state"))
	}
	return app.OpenIDAnswer{Code: came.Get("code"), Issuer: came.Get("iss"), Nonce: secrets.Nonce, Verifier: secrets.Verifier}
}

// through signs in from the beginning to the end.
func (w *world) through(t *testing.T) (app.OpenIDClaims, error) {
	t.Helper()
	return w.client.Identify(t.Context(), w.answer(t))
}

func wantKind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if fault.From(err).Kind != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestWhoSignedIn asks with PKCE, state and nonce, and reads who it was.
func TestWhoSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{}, nil)
	got := must.Get(w.through(t))(t)
	if want := (app.OpenIDClaims{Subject: "24400320", Email: "ada@example.org", EmailProved: true, Label: "ada"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	asked := w.Asked()
	for name, want := range map[string]string{
		"response_type": "code", "client_id": testopenid.ClientID, "redirect_uri": back, "scope": "openid email", "state": secrets.State, "nonce": secrets.Nonce,
		"code_challenge_method": "S256", "claims": "",
	} {
		if asked.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, asked.Get(name), want)
		}
	}
	if strings.Contains(asked.Encode(), secrets.Verifier) {
		t.Error("got the verifier in the address, want its hash only")
	}
	if n := w.Calls(testopenid.UserinfoPath); n != 0 {
		t.Errorf("got %d questions for userinfo, want none: the token says it all", n)
	}
	must.Get(w.through(t))(t)
	if n := w.Calls(testopenid.MetadataPath); n != 1 {
		t.Errorf("got the metadata asked for %d times, want once", n)
	}
	if w.log.Len() > 0 {
		t.Errorf("got the log %s, want nothing", w.log)
	}
}

// TestTwitch asks as Twitch wants it.
func TestTwitch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{Twitch: true, Userinfo: testopenid.Claims{"sub": "24400320"}}, nil)
	got := must.Get(w.through(t))(t)
	if want := (app.OpenIDClaims{Subject: "24400320", Email: "ada@example.org", EmailProved: true, Label: "ada"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	asked := w.Asked()
	if asked.Get("scope") != "openid user:read:email" || asked.Get("claims") != `{"id_token":{"email":null,"email_verified":null,"preferred_username":null}}` || asked.Has("code_challenge") {
		t.Errorf("got %v, want the scope and the claims of Twitch, and no challenge", asked)
	}
	if o := openid.Twitch(); o.Issuer != "https://id.twitch.tv/oauth2" {
		t.Errorf("got the issuer %s", o.Issuer)
	}
}

// TestAnAddressIsProvedOnlyWhereTheProviderSaysSo reads what providers say of addresses.
func TestAnAddressIsProvedOnlyWhereTheProviderSaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		account, userinfo testopenid.Claims
		email             string
		proved            bool
	}{
		"true":               {account: testopenid.Claims{"email": "a@b.test", "email_verified": true}, email: "a@b.test", proved: true},
		"true as a text":     {account: testopenid.Claims{"email": "a@b.test", "email_verified": "true"}, email: "a@b.test", proved: true},
		"false":              {account: testopenid.Claims{"email": "a@b.test", "email_verified": false}, email: "a@b.test"},
		"false as a text":    {account: testopenid.Claims{"email": "a@b.test", "email_verified": "false"}, email: "a@b.test"},
		"a number":           {account: testopenid.Claims{"email": "a@b.test", "email_verified": 1}, email: "a@b.test"},
		"null":               {account: testopenid.Claims{"email": "a@b.test", "email_verified": nil}, email: "a@b.test"},
		"nothing":            {account: testopenid.Claims{"email": "a@b.test"}, email: "a@b.test"},
		"no address":         {account: testopenid.Claims{"email_verified": true}},
		"in userinfo":        {account: testopenid.Claims{}, userinfo: testopenid.Claims{"email": "a@b.test", "email_verified": true}, email: "a@b.test", proved: true},
		"a text in userinfo": {account: testopenid.Claims{}, userinfo: testopenid.Claims{"email": "a@b.test", "email_verified": "true"}, email: "a@b.test", proved: true},
		"of another address": {
			account: testopenid.Claims{"email": "a@b.test"}, userinfo: testopenid.Claims{"email": "other@b.test", "email_verified": true}, email: "other@b.test", proved: true,
		},
		"split in two": {account: testopenid.Claims{"email": "a@b.test"}, userinfo: testopenid.Claims{"email_verified": true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.account["sub"] = "1"
			if c.userinfo != nil {
				c.userinfo["sub"] = "1"
			}
			got := must.Get(newWorld(t, testopenid.Settings{Account: c.account, Userinfo: c.userinfo}, nil).through(t))(t)
			if got.Email != c.email || got.EmailProved != c.proved || got.Subject != "1" {
				t.Errorf("got %+v, want %q, proved: %v", got, c.email, c.proved)
			}
		})
	}
}

// TestAnswersThatCannotBeTrusted changes one thing of an answer at a time.
func TestAnswersThatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) testopenid.Settings {
		return testopenid.Settings{Token: func(c testopenid.Claims) { c[name] = value }}
	}
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	for name, settings := range map[string]testopenid.Settings{
		"another nonce":          set("nonce", "another"),
		"no nonce":               {Token: func(c testopenid.Claims) { delete(c, "nonce") }},
		"another audience":       set("aud", "somebody else"),
		"no audience":            set("aud", []string{}),
		"two audiences":          set("aud", []string{testopenid.ClientID, "somebody else"}),
		"another party":          set("azp", "somebody else"),
		"another issuer":         set("iss", "https://evil.test"),
		"expired":                set("exp", now.Add(-time.Second).Unix()),
		"no end":                 {Token: func(c testopenid.Claims) { delete(c, "exp") }},
		"from the future":        set("iat", now.Add(6*time.Minute).Unix()),
		"not yet good":           set("nbf", now.Add(6*time.Minute).Unix()),
		"no subject":             set("sub", ""),
		"a long subject":         set("sub", strings.Repeat("1", 256)),
		"a subject of a number":  set("sub", 24400320),
		"userinfo about another": {Account: testopenid.Claims{"sub": "1"}, Userinfo: testopenid.Claims{"sub": "2", "email": "a@b.test", "email_verified": true}},
		"another one answered":   {Issuer: "https://evil.test"},
		"a symmetric key":        {Metadata: func(m testopenid.Claims) { m["id_token_signing_alg_values_supported"] = []string{"HS256", "none"} }, Algorithm: "PS256"},
		"another algorithm":      {Algorithm: "RS512"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings, nil)
			_, err := w.through(t)
			wantKind(t, err, fault.Forbidden)
			if n := strings.Count(w.log.String(), "\n"); n != 1 || !strings.Contains(w.log.String(), w.Issuer) {
				t.Errorf("got the log\n%s\nwant one line that says why", w.log)
			}
		})
	}
	for name, settings := range map[string]testopenid.Settings{
		"two audiences, and this party": {Token: func(c testopenid.Claims) {
			c["aud"], c["azp"] = []string{testopenid.ClientID, "more"}, testopenid.ClientID
		}},
		"a clock that is ahead": set("iat", now.Add(4*time.Minute).Unix()),
		"the longest subject":   set("sub", strings.Repeat("1", 255)),
	} {
		if _, err := newWorld(t, settings, nil).through(t); err != nil {
			t.Errorf("%s: got %v, want it trusted", name, err)
		}
	}
}

// TestWhoAnswered compares who answered with who was asked (RFC 9207).
func TestWhoAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{}, nil)
	w.Change(func(s *testopenid.Settings) { s.Issuer = w.Issuer })
	must.Get(w.through(t))(t)
	answer := w.answer(t)
	answer.Issuer = ""
	_, err := w.client.Identify(t.Context(), answer)
	wantKind(t, err, fault.Forbidden)
}

// TestACodeIsUsedOnce brings one twice, and one with another verifier.
func TestACodeIsUsedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{}, nil)
	answer := w.answer(t)
	must.Get(w.client.Identify(t.Context(), answer))(t)
	_, err := w.client.Identify(t.Context(), answer)
	wantKind(t, err, fault.Gone)
	answer = w.answer(t)
	answer.Verifier = "another"
	_, err = w.client.Identify(t.Context(), answer)
	wantKind(t, err, fault.Gone)
}

// TestKeysChange signs with another key than before.
func TestKeysChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{}, nil)
	must.Get(w.through(t))(t)
	must.Get(w.through(t))(t)
	if n := w.Calls(testopenid.KeysPath); n != 1 {
		t.Errorf("got the keys asked for %d times, want once", n)
	}
	w.Rotate(t)
	must.Get(w.through(t))(t)
}

// TestAProviderIsDown asks one that does not answer as it should, at each of its places. A later sign-in works again.
func TestAProviderIsDown(t *testing.T) {
	t.Parallel()
	loop := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }
	huge := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"issuer":"`))
		for chunk := bytes.Repeat([]byte("x"), 1<<10); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	broken := func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) }
	nonsense := func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }
	for name, answer := range map[string]http.HandlerFunc{"a loop": loop, "without end": huge, "broken": broken, "nonsense": nonsense} {
		for _, path := range []string{testopenid.MetadataPath, testopenid.TokenPath, testopenid.KeysPath, testopenid.UserinfoPath} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, testopenid.Settings{Account: testopenid.Claims{"sub": "1"}}, nil)
				broke := func(s *testopenid.Settings) { s.Answers = map[string]http.HandlerFunc{path: answer} }
				mended := func(s *testopenid.Settings) { s.Answers = nil }
				if path == testopenid.MetadataPath {
					w.Change(broke)
					_, err := w.client.AuthorizeURL(t.Context(), secrets)
					wantKind(t, err, fault.Unavailable)
					wantKind(t, w.client.Check(t.Context()), fault.Unavailable)
					if n := w.Calls(path); n != 1 {
						t.Errorf("got it asked %d times, want a rest after a failure", n)
					}
					w.clock.Advance(openid.FailureRest)
				} else {
					came := w.answer(t)
					w.Change(broke)
					got, err := w.client.Identify(t.Context(), came)
					if path == testopenid.UserinfoPath {
						if err != nil || got.Subject != "1" || got.Email != "" {
							t.Errorf("got %+v, %v, want the account without an address", got, err)
						}
					} else {
						wantKind(t, err, fault.Unavailable)
					}
				}
				if w.log.Len() == 0 || w.log.Len() > 2000 {
					t.Errorf("got a log of %d bytes, want why, and not the whole answer: %.500s", w.log.Len(), w.log)
				}
				w.Change(mended)
				must.Get(w.through(t))(t)
			})
		}
	}
}

// TestAnswersHaveASize answers as much as there may be, and a byte more.
func TestAnswersHaveASize(t *testing.T) {
	t.Parallel()
	for over, want := range []fault.Kind{0, fault.Unavailable} {
		w := newWorld(t, testopenid.Settings{}, nil)
		metadata := `{"issuer":"` + w.Issuer + `","authorization_endpoint":"` + w.Issuer + `/a","token_endpoint":"` + w.Issuer + `/t","jwks_uri":"` + w.Issuer + `/k"}`
		w.Change(func(s *testopenid.Settings) {
			s.Answers = map[string]http.HandlerFunc{testopenid.MetadataPath: func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(metadata + strings.Repeat(" ", openid.MaxAnswer+over-len(metadata))))
			}}
		})
		err := w.client.Check(t.Context())
		if want == 0 {
			must.Do(t, err)
		} else {
			wantKind(t, err, want)
		}
	}
}

// TestASlowProviderIsNotWaitedForLong asks one that never answers.
func TestASlowProviderIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{}, nil)
	w.Change(func(s *testopenid.Settings) {
		s.Answers = map[string]http.HandlerFunc{testopenid.MetadataPath: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
	})
	began := time.Now()
	_, err := w.client.AuthorizeURL(t.Context(), secrets)
	wantKind(t, err, fault.Unavailable)
	if took := time.Since(began); took > openid.AnswerTime+5*time.Second {
		t.Errorf("got an answer after %v, want one after %v", took, openid.AnswerTime)
	}
}

// TestWhatIsKnownIsUsedWhileAProviderIsDown asks again after the metadata are old.
func TestWhatIsKnownIsUsedWhileAProviderIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, testopenid.Settings{}, nil)
	must.Do(t, w.client.Check(t.Context()))
	w.Change(func(s *testopenid.Settings) {
		s.Answers = map[string]http.HandlerFunc{testopenid.MetadataPath: func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) }}
	})
	w.clock.Advance(openid.MetadataLife)
	must.Get(w.through(t))(t)
	if n := w.Calls(testopenid.MetadataPath); n != 2 {
		t.Errorf("got the metadata asked for %d times, want another try and a rest", n)
	}
}

// TestMetadataThatCannotBeMeant names another issuer, or places that secrets must not be sent to.
func TestMetadataThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(testopenid.Claims){
		"another issuer":       func(m testopenid.Claims) { m["issuer"] = "https://evil.test" },
		"a slash more":         func(m testopenid.Claims) { m["issuer"] = m["issuer"].(string) + "/" },
		"a script":             func(m testopenid.Claims) { m["authorization_endpoint"] = "javascript:alert(1)" },
		"no token endpoint":    func(m testopenid.Claims) { delete(m, "token_endpoint") },
		"keys without a host":  func(m testopenid.Claims) { m["jwks_uri"] = "/keys" },
		"userinfo in a folder": func(m testopenid.Claims) { m["userinfo_endpoint"] = "file:///etc/passwd" },
	} {
		w := newWorld(t, testopenid.Settings{Metadata: change}, nil)
		if _, err := w.client.AuthorizeURL(t.Context(), secrets); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
	w := newWorld(t, testopenid.Settings{}, func(o *openid.Options) {
		o.Issuer = strings.Replace(o.Issuer, "http:", "https:", 1)
		o.Transport = plain{}
	})
	w.Change(func(s *testopenid.Settings) {
		s.Metadata = func(m testopenid.Claims) { m["issuer"] = strings.Replace(w.Issuer, "http:", "https:", 1) }
	})
	if _, err := w.client.AuthorizeURL(t.Context(), secrets); !fault.Is(err, fault.Unavailable) {
		t.Errorf("endpoints that are not encrypted: got %v, want them refused", err)
	}
}

// plain asks over http what should be asked over https.
type plain struct{}

// RoundTrip makes one request.
func (plain) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := r.Clone(r.Context())
	asked.URL = &url.URL{Scheme: "http", Host: r.URL.Host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	return http.DefaultTransport.RoundTrip(asked)
}

// TestAProofIsAnew asks for a new proof, and takes none that is old.
func TestAProofIsAnew(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int]bool{0: true, 599: true, 600: true, 601: false} {
		w := newWorld(t, testopenid.Settings{}, nil)
		w.Change(func(s *testopenid.Settings) {
			s.Token = func(c testopenid.Claims) {
				c["auth_time"] = w.clock.Now().Add(-time.Duration(seconds) * time.Second).Unix()
			}
		})
		anew := secrets
		anew.Anew = true
		came := w.SignIn(t, must.Get(w.client.AuthorizeURL(t.Context(), anew))(t))
		if asked := w.Asked(); asked.Get("prompt") != "login" || asked.Get("max_age") != "0" {
			t.Errorf("got %v, want a new proof asked for", asked)
		}
		_, err := w.client.Identify(t.Context(), app.OpenIDAnswer{Code: came.Get("code"), Nonce: secrets.Nonce, Verifier: secrets.Verifier, Anew: true})
		if (err == nil) != want {
			t.Errorf("a proof of %d seconds ago: got %v, want it taken: %v", seconds, err, want)
		}
		if _, err := w.through(t); err != nil {
			t.Errorf("a sign-in: got %v, want an old proof to do", err)
		}
	}
}
