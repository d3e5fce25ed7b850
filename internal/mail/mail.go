// Package mail sends e-mail: it writes the message and speaks SMTP with one mail server.
//
// What callers rely on:
//   - The message ends, so that the server may deliver it, only after the caller's hand function returned nil.
//     If that fails, the connection is dropped before the end: no server delivers half a message.
//   - The result tells apart what the server said (taken, later, never) from what nobody knows (lost).
//   - A message has the same Message-ID whenever it is sent again.
//   - What donors and charities typed is text: it makes no header, no markup and no line of its own.
//   - Passwords go over encrypted connections only, or to this very machine.
package mail

import (
	"context"
	"crypto/x509"
	"io"
	"net/mail"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Security is how a connection to a mail server is encrypted.
type Security string

// StartTLS encrypts after the greeting and sends nothing without, ImplicitTLS encrypts from the first byte,
// Plain does not, which is for servers on this machine.
const (
	StartTLS    Security = "starttls"
	ImplicitTLS Security = "tls"
	Plain       Security = "plain"
)

// Server is a mail server that takes our mail.
type Server struct {
	Host string
	Port int
	// User and Password sign in; an empty User does not.
	User, Password string
	Security       Security
}

// Options is what a Post is made of.
type Options struct {
	Server Server
	// From is whom mails come from; its address is plain ASCII.
	From mail.Address
	// Random separates the parts of messages.
	Random io.Reader
	// Roots are the certificates to trust; nil for those of the system.
	Roots *x509.CertPool
	// Within is how long everything up to the end of a message may take; 0 for a minute. AnswerWithin is
	// how long the server may take to answer that end; 0 for two minutes.
	Within, AnswerWithin time.Duration
}

// Post sends mails through a mail server. It is safe for concurrent use if Random is.
type Post struct{ Options }

const (
	defaultWithin = time.Minute
	// defaultAnswerWithin ends before a mail counts as unknown.
	defaultAnswerWithin = fund.MailAnswer - time.Minute
	// lastGrace is how long an answer is waited for when the server is told to stop.
	lastGrace = 5 * time.Second
)

// New makes a Post. It connects to nothing.
func New(o Options) *Post {
	if o.Within == 0 {
		o.Within = defaultWithin
	}
	if o.AnswerWithin == 0 {
		o.AnswerWithin = defaultAnswerWithin
	}
	return &Post{o}
}

// Send is that of app.Mailer.
func (p *Post) Send(ctx context.Context, l app.Letter, hand func(context.Context) error) app.Delivery {
	message, err := p.write(l)
	if err != nil {
		return app.Delivery{Result: app.MailPutOff, Problem: "The message could not be written; see the log.", Err: err}
	}
	d := dialogue{Post: p, to: fund.WireEmail(l.Recipient), message: message, hand: hand}
	return d.run(ctx)
}

// Check connects to the mail server, signs in and names the sender, as for a mail, and sends none.
func (p *Post) Check(ctx context.Context) error {
	d := dialogue{Post: p, to: p.From.Address}
	conn, err := d.dial(ctx)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The mail server %s cannot be reached at port %d.", p.Server.Host, p.Server.Port)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	client, err := d.greet(conn)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The mail server %s does not let this server in.", p.Server.Host)
	}
	_, _ = client.Text.Cmd("QUIT")
	return nil
}
