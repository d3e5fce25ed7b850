// Package login logs the terminal in at a running server, its own or somebody else's. It keeps logins as profiles, renews their tokens, and calls the
// server with them through package client.
//
// It guarantees:
//   - Tokens are never printed.
//   - Errors are faults that say what is wrong and what to do, including those of the server and of the network.
package login

import (
	"context"
	"errors"
	"iter"
	"net"
	"net/http"
	"syscall"
	"time"

	"golang.org/x/oauth2"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/fault"
)

// requestTimeout is how long a request of the login may take.
const requestTimeout = 30 * time.Second

// Server is a running server that is called with a token. It is safe for concurrent use.
type Server struct {
	client *client.Client
	// wayOut is what to do when there is no token, or the server refuses it.
	wayOut string
}

// New returns the server at an address. It is called with tokens, or anonymously if that is nil.
func New(server string, tokens oauth2.TokenSource) *Server {
	var source client.TokenSource
	if tokens != nil {
		source = func(context.Context) (string, error) {
			token, err := tokens.Token()
			if err != nil {
				return "", err
			}
			return token.AccessToken, nil
		}
	}
	c := client.NewWithTokenSource(server, source)
	s := &Server{client: c, wayOut: "Name a file with a token with --token-file, or log in with: almoner login --server " + c.Server()}
	if ways, can := tokens.(interface{ wayOut() string }); can {
		s.wayOut = ways.wayOut()
	}
	return s
}

// Token returns a source of the access token that a file holds, which is not renewed.
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

// Get requests a path of the server and decodes the answer into out.
func (s *Server) Get(ctx context.Context, path string, out any) error {
	return s.explained(s.client.Call(ctx, http.MethodGet, path, nil, out))
}

// Post sends a body as JSON to a path of the server, and decodes the answer into out.
func (s *Server) Post(ctx context.Context, path string, body, out any) error {
	return s.explained(s.client.Call(ctx, http.MethodPost, path, body, out))
}

// Patch is like Post, with the method PATCH.
func (s *Server) Patch(ctx context.Context, path string, body, out any) error {
	return s.explained(s.client.Call(ctx, http.MethodPatch, path, body, out))
}

// FactID is [client.Client.FactID].
func (s *Server) FactID(ctx context.Context, name string) (string, error) {
	id, err := s.client.FactID(ctx, name)
	return id, s.explained(err)
}

// Follow is [client.Client.Follow].
func (s *Server) Follow(ctx context.Context, f client.FollowOptions) iter.Seq2[client.Message, error] {
	return s.each(f, func(f client.FollowOptions) iter.Seq2[client.Message, error] { return s.client.Follow(ctx, f) })
}

// History is [client.Client.History].
func (s *Server) History(ctx context.Context, f client.FollowOptions) iter.Seq2[client.Message, error] {
	return s.each(f, func(f client.FollowOptions) iter.Seq2[client.Message, error] { return s.client.History(ctx, f) })
}

// each turns the errors of a loop into faults.
func (s *Server) each(f client.FollowOptions, follow func(client.FollowOptions) iter.Seq2[client.Message, error]) iter.Seq2[client.Message, error] {
	if broken := f.OnError; broken != nil {
		f.OnError = func(err error) { broken(s.explained(err)) }
	}
	return func(yield func(client.Message, error) bool) {
		for m, err := range follow(f) {
			if !yield(m, s.explained(err)) {
				return
			}
		}
	}
}

// kinds maps statuses to faults. Others are Unavailable.
var kinds = map[int]fault.Kind{
	http.StatusBadRequest:            fault.Malformed,
	http.StatusUnauthorized:          fault.Unauthenticated,
	http.StatusForbidden:             fault.Forbidden,
	http.StatusNotFound:              fault.NotFound,
	http.StatusConflict:              fault.Conflict,
	http.StatusGone:                  fault.Gone,
	http.StatusRequestEntityTooLarge: fault.TooLarge,
	http.StatusUnprocessableEntity:   fault.Invalid,
	http.StatusTooManyRequests:       fault.RateLimited,
}

// explained turns an error of the client into a fault that says what to do.
func (s *Server) explained(err error) error {
	if refused, is := errors.AsType[*client.Error](err); is {
		return s.refusal(refused)
	}
	if broken, is := errors.AsType[*client.ConnectionError](err); is {
		return unreachable(broken, broken.Server)
	}
	if errors.Is(err, client.ErrMessageTooLong) {
		return fault.New(fault.TooLarge, "The server sent a message of more than %d MB. Follow fewer facts.", client.MaxMessage>>20)
	}
	if errors.Is(err, client.ErrGone) {
		return fault.New(fault.NotFound, "You may not see this any more.")
	}
	return err
}

// refusal makes the fault of an answer that refuses a request.
func (s *Server) refusal(e *client.Error) error {
	kind, known := kinds[e.Status]
	if !known {
		kind = fault.Unavailable
	}
	switch {
	case e.Location != "":
		return fault.New(fault.Conflict, "The server is at another address: %s. Use that one for --server.", fault.Echo(e.Location))
	case len(e.Fields) > 0:
		f := &fault.Error{Kind: fault.Invalid, Message: e.Message}
		for _, field := range e.Fields {
			f.Fields.Add(field.Name, field.Text)
		}
		return f
	case kind == fault.Unauthenticated:
		return fault.New(kind, "The server answered %d: %s %s", e.Status, e.Message, s.wayOut)
	}
	return fault.New(kind, "The server answered %d: %s", e.Status, e.Message)
}

// unreachable makes the fault of a request that got no answer. It may be temporary.
func unreachable(err error, server string) error {
	if f, is := errors.AsType[*fault.Error](err); is {
		return f
	}
	dial, dialed := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.New(fault.Unavailable, "No server answers at %s.", server)
	case dialed && dial.Op == "dial":
		return fault.Wrap(err, fault.Unavailable, "%s cannot be reached.", server)
	}
	return fault.Wrap(err, fault.Unavailable, "%s did not answer.", server)
}
