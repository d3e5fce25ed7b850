// Package testmail is a mail server for tests: it listens on loopback, accepts every message, and stores it for the test to inspect. It can
// also refuse, hang, or drop the connection at any step of the dialogue.
//
// A message counts as accepted if a real server would deliver it: its end arrived and it was not refused. A message that broke off before
// its end is counted separately; see WaitUnfinished.
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

// Step is the step of a dialogue at which the server replies.
type Step string

// The steps of a dialogue, in order. Body is when the first line of the message has arrived, End when all of it has.
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

// Reply is what the server does at a step. The zero value is the usual reply.
type Reply struct {
	// Code and Text replace the usual reply.
	Code int
	Text string
	// Drop ends the connection without a reply. At End the message is accepted all the same: only the reply is lost.
	Drop bool
	// Hang sends nothing until the client gives up.
	Hang bool
}

// Message is an accepted message.
type Message struct {
	// From and To are the envelope's addresses.
	From, To string
	// Data is the message with its headers, lines ending in "\n".
	Data []byte
	// User is who signed in; "" for nobody. TLS reports whether the connection was encrypted.
	User string
	TLS  bool
}

// Options configure a server.
type Options struct {
	// StartTLS offers encryption, ImplicitTLS requires it from the first byte.
	StartTLS, ImplicitTLS bool
	// Password is the password of every user; "" offers no authentication.
	Password string
	// ASCII offers no SMTPUTF8.
	ASCII bool
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

// Addr is the listening address, as HOST:PORT.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the server's value for --mail-server.
func (s *Server) URL() string {
	if s.options.ImplicitTLS {
		return "smtps://" + s.Addr()
	}
	return "smtp://" + s.Addr()
}

// Roots are the root certificates that a client must trust.
func (s *Server) Roots() *x509.CertPool { return s.roots }

// Behave sets the function that decides what the server does at a step; detail is the client's line, or "". It may be called concurrently.
// nil sends the usual replies.
func (s *Server) Behave(reply func(step Step, detail string) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behave = reply
}

// At is a behavior that changes one step only.
func At(step Step, r Reply) func(Step, string) Reply {
	return func(now Step, _ string) Reply {
		if now == step {
			return r
		}
		return Reply{}
	}
}

// Messages returns the messages accepted so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Wait waits until that many messages were accepted, and returns them all. It fails the test if the context ends or a minute passes first.
func (s *Server) Wait(ctx context.Context, tb testing.TB, n int) []Message {
	tb.Helper()
	s.until(ctx, tb, func() bool { return len(s.messages) >= n })
	return s.Messages()
}

// WaitTo waits until that many messages to an address were accepted.
func (s *Server) WaitTo(ctx context.Context, tb testing.TB, to string, n int) {
	tb.Helper()
	s.until(ctx, tb, func() bool { return count(s.messages, to) >= n })
}

// Count is how many messages to an address were accepted so far.
func (s *Server) Count(to string) int { return count(s.Messages(), to) }

func count(messages []Message, to string) (n int) {
	for _, m := range messages {
		if m.To == to {
			n++
		}
	}
	return n
}

// WaitUnfinished waits until that many messages broke off before their end.
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

// change changes the state under the lock and wakes waiting tests.
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
