// Package client follows a server of Almoner from Go: its live events over server-sent events or a WebSocket, its donations by polling, its webhooks,
// and any other call of its API. The terminal's commands are written with it.
//
// It holds to:
//   - Nothing is missed and nothing is said twice: what follows goes on after the last message that the loop has dealt with, over broken connections,
//     and with a [Place] over restarts of the program.
//   - Tokens go to the server that they are for, over https or to this machine. Redirects are not followed.
//   - What a server sends is bounded. Errors repeat it without control characters; messages are as they came, for whoever prints them to clean.
//
// It imports the standard library and one module for WebSockets, and nothing of the server.
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
	// requestTimeout is how long a request may take, but for streams.
	requestTimeout = 30 * time.Second
	// maxAnswer is how large the answer to a request may be, in bytes.
	maxAnswer = 4 << 20
)

// Client speaks to one server. It is safe for concurrent use.
type Client struct {
	server string
	wrong  error // why the address of the server is none
	http   *http.Client
	token  TokenSource // nil for nobody
}

// TokenSource returns the access token to send with a request. Its errors of the network, and each *Error of a status that passes, are tried again by what follows;
// others end it.
type TokenSource func(context.Context) (string, error)

// New is a client of the server at an address such as https://give.example.org, or http://127.0.0.1:8080 on this machine. It sends the access token with
// each request; without one ("") it sees what everybody sees. What is no such address is the error of everything that is asked of the client.
func New(server, token string) *Client {
	if token == "" {
		return NewSource(server, nil)
	}
	return NewSource(server, func(context.Context) (string, error) { return token, nil })
}

// NewSource is New with tokens that are renewed: each request asks for one. nil is nobody.
func NewSource(server string, token TokenSource) *Client {
	server = strings.TrimRight(server, "/")
	return &Client{server: server, wrong: checkServer(server), http: newHTTP(), token: token}
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

// checkServer wants the address of a server: https, or http on this machine, and nothing behind the host.
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

// Server is the address of the server, without a slash at its end.
func (c *Client) Server() string { return c.server }

// Call makes a request to a path of the server, such as /api/public/facts/by/slugs/@ada/run. A body is sent as JSON, and the answer read into out; nil is
// none. An answer that refuses is an [*Error].
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

// request is a request of the client, with its token.
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
