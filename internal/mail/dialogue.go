package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"github.com/almoner/almoner/internal/app"
)

// dialogue sends one message over a connection of its own.
type dialogue struct {
	*Post
	to      string
	message []byte
	hand    func(context.Context) error
	// close ends the message and waits for the server's answer.
	close func() error
}

// run is the whole dialogue.
func (d *dialogue) run(ctx context.Context) app.Delivery {
	conn, err := d.dial(ctx)
	if err != nil {
		return away("The mail server cannot be reached.", err)
	}
	// Closed like this, a connection ends without the end of a message that may be under way.
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	client, err := d.greet(conn)
	if err != nil {
		return away("The mail server does not let us in: "+words(err), err)
	}
	if gone := d.offer(client); gone != nil {
		return *gone
	}
	if err := d.hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	if !stop() {
		return app.Delivery{Result: app.MailHeld, Err: context.Cause(ctx)}
	}
	return d.end(ctx, client, conn)
}

func (d *dialogue) dial(ctx context.Context) (net.Conn, error) {
	address := net.JoinHostPort(d.Server.Host, strconv.Itoa(d.Server.Port))
	deadline := time.Now().Add(d.Within)
	dialer := &net.Dialer{Deadline: deadline}
	dial := dialer.DialContext
	if d.Server.Security == ImplicitTLS {
		dial = (&tls.Dialer{NetDialer: dialer, Config: d.tls()}).DialContext
	}
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func (d *dialogue) tls() *tls.Config {
	return &tls.Config{ServerName: d.Server.Host, RootCAs: d.Roots, MinVersion: tls.VersionTLS12}
}

// greet brings a connection to where mail can be sent.
func (d *dialogue) greet(conn net.Conn) (*smtp.Client, error) {
	client, err := smtp.NewClient(conn, d.Server.Host)
	if err != nil {
		return nil, err
	}
	if err := client.Hello(ownName()); err != nil {
		return nil, err
	}
	if d.Server.Security == StartTLS {
		if err := client.StartTLS(d.tls()); err != nil {
			return nil, fmt.Errorf("STARTTLS: %w", err)
		}
	}
	if d.Server.User != "" {
		if err := d.signIn(client); err != nil {
			return nil, fmt.Errorf("sign-in: %w", err)
		}
	}
	client.SkipSMTPUTF8(plainASCII(d.to))
	if err := client.Mail("<" + d.From.Address + ">"); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	return client, nil
}

// signIn uses the best way that the server offers. A password goes over encrypted connections, or to this
// machine.
func (d *dialogue) signIn(client *smtp.Client) error {
	_, offered := client.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	s := d.Server
	for _, way := range []struct {
		name string
		auth smtp.Auth
	}{
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(s.User, s.Password)},
		{"PLAIN", smtp.PlainAuth("", s.User, s.Password, s.Host, s.Security == Plain)},
		{"LOGIN", smtp.LoginAuth(s.User, s.Password, s.Host, s.Security == Plain)},
	} {
		for _, one := range ways {
			if one == way.name {
				return client.Auth(way.auth)
			}
		}
	}
	return fmt.Errorf("the server offers none of SCRAM-SHA-256, PLAIN and LOGIN, but %q", offered)
}

// offer names the recipient and gives the message up to its end; nil when the server listens still.
func (d *dialogue) offer(client *smtp.Client) *app.Delivery {
	if takes, _ := client.Extension("SMTPUTF8"); !takes && !plainASCII(d.to) {
		return &app.Delivery{Result: app.MailRefused, Problem: "The mail server takes no addresses with letters beyond ASCII."}
	}
	if err := client.Rcpt("<" + d.to + ">"); err != nil {
		return refusal(err)
	}
	w, err := client.Data()
	if err != nil {
		return refusal(err)
	}
	if _, err := w.Write(d.message); err != nil {
		return refusal(err)
	}
	d.close = w.Close
	return nil
}

// end ends the message, after which only the server's answer reports whether it was sent.
func (d *dialogue) end(ctx context.Context, client *smtp.Client, conn net.Conn) app.Delivery {
	_ = conn.SetDeadline(time.Now().Add(d.AnswerWithin))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now().Add(min(lastGrace, d.AnswerWithin))) })
	defer stop()
	if err := d.close(); err != nil {
		return answered(err)
	}
	// Nobody waits for the answer to that: what became of the mail is to be noted first.
	_, _ = client.Text.Cmd("QUIT")
	return app.Delivery{Result: app.MailTaken}
}

// ownName is what we call ourselves.
func ownName() string {
	if name, err := os.Hostname(); err == nil && name != "" && plainASCII(name) {
		return name
	}
	return "localhost"
}

func plainASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}
