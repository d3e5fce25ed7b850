package openid

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// metadata are what a provider says of itself, and what is made of that.
type metadata struct {
	AuthorizeURL string `json:"authorization_endpoint"`
	TokenURL     string `json:"token_endpoint"`
	KeysURL      string `json:"jwks_uri"`
	UserinfoURL  string `json:"userinfo_endpoint"`
	// PKCE and Methods are nil where the provider does not say what it supports.
	PKCE    []string `json:"code_challenge_methods_supported"`
	Methods []string `json:"token_endpoint_auth_methods_supported"`
	// NamesItself reports whether each answer has the issuer (RFC 9207).
	NamesItself bool `json:"authorization_response_iss_parameter_supported"`

	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	oauth    oauth2.Config
	// pkce reports whether requests have what PKCE wants.
	pkce bool
	at   time.Time
}

// metadata are those of the provider, asked for at most once at a time. What was known stays in use while the provider does not answer.
func (c *Client) metadata(ctx context.Context) (*metadata, error) {
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	now := c.o.Now()
	switch {
	case c.known != nil && now.Before(c.known.at.Add(MetadataLife)):
		return c.known, nil
	case c.failure != nil && now.Before(c.failed.Add(FailureRest)):
		if c.known != nil {
			return c.known, nil
		}
		return nil, c.failure
	}
	found, err := c.discover(oidc.ClientContext(ctx, c.http))
	if err == nil {
		found.at = now
		c.known, c.failure = found, nil
		return found, nil
	}
	c.failed, c.failure = now, err
	if c.known != nil {
		c.o.Log.WarnContext(ctx, "openid metadata", "issuer", c.o.Issuer, "error", clipped(err))
		return c.known, nil
	}
	return nil, err
}

// discover asks the provider for its metadata.
func (c *Client) discover(ctx context.Context) (*metadata, error) {
	provider, err := oidc.NewProvider(ctx, c.o.Issuer)
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	m := &metadata{provider: provider}
	if err := provider.Claims(m); err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	addresses := []string{m.AuthorizeURL, m.TokenURL, m.KeysURL}
	if m.UserinfoURL != "" {
		addresses = append(addresses, m.UserinfoURL)
	}
	for _, address := range addresses {
		if err := c.checkAddress(address); err != nil {
			return nil, err
		}
	}
	m.verifier = provider.Verifier(&oidc.Config{ClientID: c.o.ClientID, Now: c.o.Now})
	m.pkce = !c.o.WithoutPKCE && (m.PKCE == nil || slices.Contains(m.PKCE, "S256"))
	m.oauth = oauth2.Config{
		ClientID: c.o.ClientID, ClientSecret: c.o.Secret, RedirectURL: c.o.Redirect, Scopes: c.scopes(),
		Endpoint: oauth2.Endpoint{AuthURL: m.AuthorizeURL, TokenURL: m.TokenURL, AuthStyle: oauth2.AuthStyleInHeader},
	}
	// The library would try both ways, and the first try may use up the code.
	if slices.Contains(m.Methods, "client_secret_post") {
		m.oauth.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return m, nil
}

// checkAddress refuses an address that a browser or a secret must not be sent to: where the issuer is encrypted, all of the provider is.
func (c *Client) checkAddress(address string) error {
	issuer, err := url.Parse(c.o.Issuer)
	if err != nil {
		return fmt.Errorf("issuer: %w", err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != issuer.Scheme {
		return errors.New("an address in the metadata is missing, or not encrypted")
	}
	return nil
}
