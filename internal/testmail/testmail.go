// Package testmail is a mail server for tests: it listens on loopback, takes every message, and keeps it for
// the test to look at. It can also refuse, hang, or go away at any step of the dialogue.
//
// What counts as taken is what a real server would deliver: a message whose end came and that was not refused.
// A message that broke off before its end is counted apart; see WaitUnfinished.
package testmail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// Step is where a dialogue is when the server answers.
type Step string

// The steps of a dialogue, in their order. Body is when the first line of the message has come, End when all
// of it has.
const (
	Greeting Step = "greeting"
	Hello    Step = "hello"
	Auth     Step = "auth"
	From     Step = "from"
	To       Step = "to"
	Data     Step = "data"
	Body     Step = "body"
	End      Step = "end"
)

// Reply is what the server does at a step. The zero value goes on as servers do.
type Reply struct {
	// Code and Text are said instead of the usual answer.
	Code int
	Text string
	// Drop ends the connection without an answer. At End the message was taken all the same: only the
	// answer is lost.
	Drop bool
	// Hang says nothing until the client gives up.
	Hang bool
}

// Message is one that was taken.
type Message struct {
	// From and To are the envelope's addresses.
	From, To string
	// Data is the message with its headers, lines ending in "\n".
	Data []byte
	// User signed in; "" for nobody. TLS tells that the connection was encrypted.
	User string
	TLS  bool
}

// Options are what a server offers.
type Options struct {
	// StartTLS offers encryption, ImplicitTLS wants it from the first byte.
	StartTLS, ImplicitTLS bool
	// Password is what everybody signs in with; "" offers no sign-in.
	Password string
}

// Server is a running mail server.
type Server struct {
	options  Options
	listener net.Listener
	tls      *tls.Config
	roots    *x509.CertPool
	running  sync.WaitGroup

	mu         sync.Mutex
	closed     bool
	open       map[net.Conn]bool
	messages   []Message
	unfinished int
	behave     func(Step, string) Reply
	changed    chan struct{}
}

// Start runs a server until the end of the test.
func Start(tb testing.TB, o Options) *Server {
	tb.Helper()
	s := &Server{options: o, open: map[net.Conn]bool{}, changed: make(chan struct{})}
	var err error
	if s.tls, s.roots, err = certificate(); err != nil {
		tb.Fatalf("certificate: %v", err)
	}
	if s.listener, err = new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0"); err != nil {
		tb.Fatalf("mail server: %v", err)
	}
	s.running.Go(s.accept)
	tb.Cleanup(s.Close)
	return s
}

// Close stops listening and drops every connection. It may be called more than once.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	_ = s.listener.Close()
	for conn := range s.open {
		_ = conn.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// Addr is where the server listens, as HOST:PORT.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is what --mail-server takes for it.
func (s *Server) URL() string {
	if s.options.ImplicitTLS {
		return "smtps://" + s.Addr()
	}
	return "smtp://" + s.Addr()
}

// Roots are what a client must trust to believe the server's certificate.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// Behave decides from now on what the server does at a step; detail is the line of the client, or "". It may
// be called by several dialogues at once. nil behaves well.
func (s *Server) Behave(reply func(step Step, detail string) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = reply
}

// At is a behavior that differs at one step only.
func At(step Step, r Reply) func(Step, string) Reply {
	return func(now Step, _ string) Reply {
		if now == step {
			return r
		}
		return Reply{}
	}
}

// Messages are those that were taken so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Wait waits until so many messages were taken, and gives all that were. The test fails when the context ends, or
// a minute has passed, before.
func (s *Server) Wait(ctx context.Context, tb testing.TB, n int) []Message {
	tb.Helper()
	s.until(ctx, tb, func() bool { return len(s.messages) >= n })
	return s.Messages()
}

// WaitTo waits until so many messages to an address were taken.
func (s *Server) WaitTo(ctx context.Context, tb testing.TB, to string, n int) {
	tb.Helper()
	s.until(ctx, tb, func() bool { return count(s.messages, to) >= n })
}

// Count is how many messages to an address were taken so far.
func (s *Server) Count(to string) int { return count(s.Messages(), to) }

func count(messages []Message, to string) (n int) {
	for _, m := range messages {
		if m.To == to {
			n++
		}
	}
	return n
}

// WaitUnfinished waits until so many messages broke off before their end.
func (s *Server) WaitUnfinished(ctx context.Context, tb testing.TB, n int) {
	tb.Helper()
	s.until(ctx, tb, func() bool { return s.unfinished >= n })
}

func (s *Server) until(ctx context.Context, tb testing.TB, reached func() bool) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		s.mu.Lock()
		done, changed, taken, unfinished := reached(), s.changed, len(s.messages), s.unfinished
		s.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			tb.Fatalf("got %d messages and %d that broke off, want more: %v", taken, unfinished, context.Cause(ctx))
		}
	}
}

// change changes what the test may wait for.
func (s *Server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) reply(step Step, detail string) Reply {
	s.mu.Lock()
	behave := s.behave
	s.mu.Unlock()
	if behave == nil {
		return Reply{}
	}
	return behave(step, detail)
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		if !s.keep(conn) {
			return
		}
		s.running.Go(func() {
			defer s.forget(conn)
			newDialogue(s, conn).run()
		})
	}
}

func (s *Server) keep(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return false
	}
	s.open[conn] = true
	return true
}

func (s *Server) forget(conn net.Conn) {
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, conn)
}
