// Package client is a Go client for an Almoner server. It follows live events over server-sent events or a WebSocket, polls donations, verifies
// webhooks, and makes any other call of the API. The almoner command uses it.
//
// It guarantees:
//   - No event is missed or delivered twice. A loop resumes after the last message it has finished, across broken connections and, with a [CursorStore],
//     across restarts of the program. The message at which a loop is left comes again.
//   - A token is sent only to the server it is for, over https or to this machine. Redirects are not followed.
//   - What a server sends is limited in size. Errors quote it without control characters; messages are passed on unchanged, so clean them before you print them.
//
// It imports the standard library and one WebSocket module, and nothing of the server.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const (
	// requestTimeout is how long a request may take. Streams have no such limit.
	requestTimeout = 30 * time.Second
	// maxAnswer is how much of the answer to a request is read, in bytes.
	maxAnswer = 4 << 20
)

// Client talks to one server. It is safe for concurrent use.
type Client struct {
	server string
	wrong  error // why the address of the server is not valid; nil if it is
	http   *http.Client
	token  TokenSource // nil for anonymous requests
}

// TokenSource returns the access token to send with a request. A loop tries again after a network error, or an [*Error] with status 429 or 5xx;
// any other error ends it.
type TokenSource func(context.Context) (string, error)

// New returns a client for the server at an address such as https://give.example.org, or http://127.0.0.1:8080 on this machine. It sends the access
// token with each request; without one ("") it sees what everybody sees. If the address is not valid, every call returns an error that says so.
func New(server, token string) *Client {
	if token == "" {
		return NewWithTokenSource(server, nil)
	}
	return NewWithTokenSource(server, func(context.Context) (string, error) { return token, nil })
}

// NewWithTokenSource is like [New], but asks token for an access token before each request, so that tokens can be renewed. With nil, requests are anonymous.
func NewWithTokenSource(server string, token TokenSource) *Client {
	server = strings.TrimRight(server, "/")
	return &Client{server: server, wrong: checkServer(server), http: newHTTP(), token: token}
}

// newHTTP follows no redirects: token and body are for the named server only.
func newHTTP() *http.Client {
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: requestTimeout, TLSHandshakeTimeout: requestTimeout,
			MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		},
	}
}

// checkServer accepts the address of a server: https, or http on this machine, with nothing after the host.
func checkServer(text string) error {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Host == "" || address.User != nil || address.Path != "" || address.RawQuery != "" || address.Fragment != "":
		return fmt.Errorf("%q is not the address of a server; write it as https://almoner.example", short(text))
	case address.Scheme == "https", address.Scheme == "http" && onThisMachine(address.Hostname()):
		return nil
	}
	return fmt.Errorf("%q must begin with https://, or anybody on the way could read your token; http:// is for this machine only", short(text))
}

func onThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// Server returns the address of the server, without a trailing slash.
func (c *Client) Server() string { return c.server }

// Call makes a request to a path of the server, such as /api/public/facts/by/slugs/@ada/run. It sends body as JSON, unless that is nil, and decodes the
// answer into out, unless that is nil. A status of 300 or above is an [*Error].
func (c *Client) Call(ctx context.Context, method, path string, body, out any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	r, err := c.request(ctx, method, path, text)
	if err != nil {
		return err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return c.broken(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return c.broken(err)
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return refusal(answer, said)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(said, out); err != nil {
		return c.broken(errForeign)
	}
	return nil
}

// request makes a request with the client's token.
func (c *Client) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	if c.wrong != nil {
		return nil, c.wrong
	}
	r, err := http.NewRequestWithContext(ctx, method, c.Server()+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token == nil {
		return r, nil
	}
	token, err := c.token(ctx)
	if _, onTheWay := errors.AsType[net.Error](err); onTheWay {
		return nil, c.broken(err)
	}
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	return r, nil
}
