// Package client is what the terminal uses to speak to a running server, its own or somebody else's: logins that are kept as profiles, requests
// with a token, and the feed, followed over restarts. It knows the server by its wire only.
//
// It holds to:
//   - Tokens go to the server that they are for, over https or to this machine, and are never printed.
//   - What a server sends is bounded. Errors repeat it without control characters; messages are as they came, for whoever prints them to clean.
//   - Errors are faults: they say what is wrong and the way out.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"golang.org/x/oauth2"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// requestTimeout is how long a request may take, but for streams.
	requestTimeout = 30 * time.Second
	// maxAnswer is how large the answer to a request may be, in bytes.
	maxAnswer = 4 << 20
)

// Client speaks to one server. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	http   *http.Client
	tokens oauth2.TokenSource // nil for nobody
}

// New is a client of the server at that address, which CheckServer takes. tokens are what it speaks with; nil for nobody.
func New(server string, tokens oauth2.TokenSource) (*Client, error) {
	base, err := CheckServer(server)
	if err != nil {
		return nil, err
	}
	return &Client{base: base, http: newHTTP(), tokens: tokens}, nil
}

// newHTTP follows no redirects: a token and a body are for the server that was named.
func newHTTP() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: requestTimeout, TLSHandshakeTimeout: requestTimeout,
			MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		},
	}
}

// Token is a source of the one access token that a file holds, which is not renewed.
func Token(text, file string) oauth2.TokenSource {
	return fileToken{oauth2.StaticTokenSource(&oauth2.Token{AccessToken: text}), file}
}

// fileToken is the token of a file.
type fileToken struct {
	oauth2.TokenSource
	file string
}

func (t fileToken) wayOut() string {
	return "The token is that of " + t.file + "; put one there that works, such as from almoner token create."
}

// CheckServer reads the address of a server: https, or http on this machine, and nothing behind the host.
func CheckServer(text string) (*url.URL, error) {
	address, err := url.Parse(strings.TrimRight(text, "/"))
	switch {
	case err != nil || address.Host == "" || address.User != nil || address.Path != "" || address.RawQuery != "" || address.Fragment != "":
		return nil, fault.New(fault.Malformed, "%q is not the address of a server; write it as https://almoner.example", fault.Echo(text))
	case address.Scheme == "https", address.Scheme == "http" && onThisMachine(address.Hostname()):
		return address, nil
	}
	return nil, fault.New(fault.Malformed, "%q must begin with https://, or anybody on the way could read your token; http:// is for this machine only.", fault.Echo(text))
}

func onThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Server is the address of the server, without a slash at its end.
func (c *Client) Server() string { return c.base.String() }

// Get reads what is at a path of the server into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, nil, out)
}

// Post sends a body as JSON to a path of the server, and reads the answer into out.
func (c *Client) Post(ctx context.Context, path string, body, out any) error {
	return c.send(ctx, http.MethodPost, path, body, out)
}

// Patch is Post with the method PATCH.
func (c *Client) Patch(ctx context.Context, path string, body, out any) error {
	return c.send(ctx, http.MethodPatch, path, body, out)
}

func (c *Client) send(ctx context.Context, method, path string, body, out any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.call(ctx, method, path, text, out)
}

func (c *Client) call(ctx context.Context, method, path string, body []byte, out any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	r, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return c.unreachable(err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return c.refusal(answer, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fault.New(fault.Unavailable, "%s does not answer as Almoner does; is --server right?", c.Server())
	}
	return nil
}

// request is a request of the client, with its token.
func (c *Client) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Server()+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.tokens == nil {
		return r, nil
	}
	token, err := c.tokens.Token()
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token.AccessToken)
	return r, nil
}

// unreachable is the error of a request that got no answer. It may go away on its own.
func (c *Client) unreachable(err error) error {
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err // without the address, which is named here
	}
	var f *fault.Error
	var dial *net.OpError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.New(fault.Unavailable, "No server answers at %s.", c.Server())
	case errors.As(err, &dial) && dial.Op == "dial":
		return fault.Wrap(err, fault.Unavailable, "%s cannot be reached.", c.Server())
	}
	return fault.Wrap(err, fault.Unavailable, "%s did not answer.", c.Server())
}
