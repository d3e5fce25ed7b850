// Package openid is a client of OpenID providers: it sends people there to sign in, and says whose account they have when they come back. It is written against
// OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE), 9207 (who answered) and 9700.
//
// What it holds to:
//   - A provider is asked only when somebody signs in with it. One that is down, slow, or answers without end costs that sign-in and nothing else.
//   - An identity is what the provider signed: the ID token of this exchange, for this client, with the nonce of this browser. The tokens that
//     come with it are thrown away.
//   - Errors are for people who sign in: Unavailable where the provider cannot be asked, Gone where the code is used up, Forbidden where its answer cannot be trusted.
//     Why is in the log.
package openid

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// AnswerTime is how long one answer of a provider may take.
	AnswerTime = 5 * time.Second
	// IdentifyTime is how long everything may take that is asked of a provider when a browser comes back from it.
	IdentifyTime = 12 * time.Second
	// MaxAnswer is how many bytes an answer of a provider has at most; more are a failure.
	MaxAnswer = 256 << 10
	// MetadataLife is how long the metadata of a provider are used until they are asked for again.
	MetadataLife = time.Hour
	// FailureRest is how long a provider is not asked again for its metadata after that failed.
	FailureRest = 5 * time.Second
)

// Options are a provider, and how it is reached.
type Options struct {
	// Issuer is what the provider calls itself, to the letter.
	Issuer, ClientID, Secret string
	// Redirect is the address that browsers come back to.
	Redirect string
	// Scopes are asked for besides "openid".
	Scopes []string
	// Claims is the claims parameter of the request; "" for none.
	Claims string
	// WithoutPKCE leaves PKCE out, for a provider that is known not to support it.
	WithoutPKCE bool
	// Transport reaches the provider; nil is http.DefaultTransport.
	Transport http.RoundTripper
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log says why a sign-in failed; nil discards it.
	Log *slog.Logger
}

// Twitch are the options of Twitch. It wants a scope of its own for the address, says whether that is confirmed only when the claims parameter asks, and does not
// support PKCE.
func Twitch() Options {
	return Options{
		Issuer: "https://id.twitch.tv/oauth2", Scopes: []string{"user:read:email"},
		Claims: `{"id_token":{"email":null,"email_verified":null,"preferred_username":null}}`, WithoutPKCE: true,
	}
}

// Client is a client of one provider. It is safe for concurrent use.
type Client struct {
	o    Options
	http *http.Client
	// asking is held by whoever asks for the metadata; others wait for the answer. It guards what follows.
	asking chan struct{}
	known  *metadata
	// failed is when the metadata could last not be had, and why.
	failed  time.Time
	failure error
}

// New makes a client. It asks nothing yet.
func New(o Options) *Client {
	if o.Transport == nil {
		o.Transport = http.DefaultTransport
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Client{o: o, asking: make(chan struct{}, 1), http: &http.Client{
		Transport: bounded{o.Transport}, Timeout: AnswerTime,
		// What a redirect names was set by nobody here.
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the provider redirects, which is not followed")
		},
	}}
}

// Check asks for the metadata of the provider, and says in the log why they cannot be had.
func (c *Client) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, AnswerTime)
	defer cancel()
	_, err := c.metadata(ctx)
	return c.refuse(ctx, err)
}

// AuthorizeURL is where the browser signs in.
func (c *Client) AuthorizeURL(ctx context.Context, in app.OpenIDSecrets) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, AnswerTime)
	defer cancel()
	m, err := c.metadata(ctx)
	if err != nil {
		return "", c.refuse(ctx, err)
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(in.Nonce)}
	if m.pkce {
		options = append(options, oauth2.S256ChallengeOption(in.Verifier))
	}
	if in.Anew { // OpenID Connect Core 1.0, section 3.1.2.1
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	if c.o.Claims != "" {
		options = append(options, oauth2.SetAuthURLParam("claims", c.o.Claims))
	}
	return m.oauth.AuthCodeURL(in.State, options...), nil
}

// Identify says whose account signed in, once for each code.
func (c *Client) Identify(ctx context.Context, in app.OpenIDAnswer) (app.OpenIDClaims, error) {
	ctx, cancel := context.WithTimeout(ctx, IdentifyTime)
	defer cancel()
	claims, err := c.identify(oidc.ClientContext(ctx, c.http), in)
	return claims, c.refuse(ctx, err)
}

func (c *Client) identify(ctx context.Context, in app.OpenIDAnswer) (app.OpenIDClaims, error) {
	var none app.OpenIDClaims
	m, err := c.metadata(ctx)
	if err != nil {
		return none, err
	}
	if in.Issuer != c.o.Issuer && (in.Issuer != "" || m.NamesItself) { // RFC 9207, section 2.4
		return none, distrust("the answer names another issuer, or none although the provider promises to name its own")
	}
	var options []oauth2.AuthCodeOption
	if m.pkce {
		options = append(options, oauth2.VerifierOption(in.Verifier))
	}
	tokens, err := m.oauth.Exchange(ctx, in.Code, options...)
	if err != nil {
		return none, err
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := m.verifier.Verify(ctx, raw)
	if err != nil {
		return none, untrusted(err)
	}
	var claims idClaims
	if err := token.Claims(&claims); err != nil {
		return none, untrusted(err)
	}
	if err := c.check(token, claims, in.Nonce); err != nil {
		return none, err
	}
	if in.Anew && claims.AuthTime != 0 && time.Unix(int64(claims.AuthTime), 0).Before(c.o.Now().Add(-fund.ProofLife)) {
		return none, distrust("the provider did not have the person prove again who they are")
	}
	if claims.Email == "" || !claims.Verified.said {
		if err := c.ask(ctx, m, tokens, &claims); err != nil {
			return none, err
		}
	}
	return claims.claims(), nil
}

// maxAhead is how far the clock of a provider may be ahead.
const maxAhead = 5 * time.Minute

// check is what the library leaves to its caller.
func (c *Client) check(token *oidc.IDToken, claims idClaims, nonce string) error {
	switch {
	case nonce == "" || token.Nonce != nonce:
		return distrust("the nonce is not that of this browser")
	case token.Subject == "" || len(token.Subject) > maxSubject:
		return distrust("the subject is missing or too long")
	case claims.Party != "" && claims.Party != c.o.ClientID, len(token.Audience) > 1 && claims.Party == "":
		return distrust("the token was made for another client")
	case token.IssuedAt.After(c.o.Now().Add(maxAhead)):
		return distrust("the token was issued in the future")
	default:
		return nil
	}
}

// ask completes claims from the userinfo endpoint, where strict providers answer for the address. A provider without one, or that does not answer, leaves them as they are.
func (c *Client) ask(ctx context.Context, m *metadata, tokens *oauth2.Token, claims *idClaims) error {
	if m.UserinfoURL == "" {
		return nil
	}
	info, err := m.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		c.o.Log.WarnContext(ctx, "openid userinfo", "issuer", c.o.Issuer, "error", clipped(err))
		return nil
	}
	if info.Subject != claims.Subject { // OpenID Connect Core 1.0, section 5.3.2
		return distrust("the userinfo is about another account")
	}
	var more idClaims
	if err := info.Claims(&more); err != nil {
		return untrusted(err)
	}
	claims.Email, claims.Verified = more.Email, more.Verified
	if claims.Username == "" {
		claims.Username = more.Username
	}
	return nil
}

// refuse says in the log why a sign-in failed, and to whoever signs in what to do.
func (c *Client) refuse(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var refused *oauth2.RetrieveError
	var bad distrusted
	f := fault.Wrap(err, fault.Unavailable, "The provider does not answer as it should. Try again later, or sign in another way.")
	f.Rule = fund.OpenIDAway
	switch {
	case errors.As(err, &bad):
		f = fault.Wrap(err, fault.Forbidden, "The answer of the provider cannot be trusted. Begin again.")
	case errors.As(err, &refused) && refused.ErrorCode == "invalid_grant":
		f = fault.Wrap(err, fault.Gone, "The provider does not know this sign-in any more. Begin again.")
	}
	c.o.Log.WarnContext(ctx, "openid sign-in", "issuer", c.o.Issuer, "error", clipped(err))
	return f
}

// maxLogged is how many bytes of an error are logged: the library quotes whole answers.
const maxLogged = 300

func clipped(err error) string {
	text := err.Error()
	return text[:min(len(text), maxLogged)]
}

// distrusted is why an answer of a provider says nothing about anybody.
type distrusted struct{ error }

func (d distrusted) Unwrap() error { return d.error }

func distrust(why string) error { return distrusted{errors.New(why)} }

// untrusted is an error of the library about a token. One on the way to the keys of the provider stays as it is, because it says nothing about the token: the library
// does not wrap it, so that only its text tells.
func untrusted(err error) error {
	if strings.Contains(err.Error(), "fetching keys") {
		return err
	}
	return distrusted{err}
}

// scopes are those of a request, each once.
func (c *Client) scopes() []string {
	all := []string{oidc.ScopeOpenID}
	for _, scope := range c.o.Scopes {
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}
