package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

const (
	// Timeout is how long an attempt takes at most, from the look-up of the host to the last byte of the answer that is read.
	Timeout = 10 * time.Second
	// MaxAnswer is how many bytes of the body of an answer are read at most. What is behind them is not waited for.
	MaxAnswer = 64 << 10
	// MaxKept is how many bytes of the body of an answer are kept for people to look at.
	MaxKept = 1 << 10
	// MaxHeaders is how many bytes the headers of an answer have at most; more are a failure.
	MaxHeaders = 16 << 10

	// Open connections that wait for the next request: in all, to one host, and for how long.
	maxIdle     = 256
	maxIdleHost = 2
	idleTime    = 60 * time.Second
)

// Request is one request to another server. Keys of the header are sent as they are spelled.
type Request struct {
	Method, URL string
	Header      http.Header
	Body        []byte
}

// Answer is what another server answered.
type Answer struct {
	Status int
	// RetryAfter is the header of that name, as it came.
	RetryAfter string
	// Body has at most MaxAnswer bytes.
	Body []byte
}

// Kept is the beginning of the body, for people: at most MaxKept bytes of valid UTF-8.
func (a Answer) Kept() string {
	return strings.ToValidUTF8(string(a.Body[:min(len(a.Body), MaxKept)]), "")
}

// Client sends requests to public addresses only. It is safe for concurrent use.
type Client struct{ transport *http.Transport }

// NewClient makes a Client that may also reach the open networks, which are for development and for services beside this one.
func NewClient(open ...netip.Prefix) *Client {
	return newClient(&net.Dialer{Control: newGuard(open).control})
}

func newClient(dialer *net.Dialer) *Client { return &Client{newTransport(dialer)} }

// Transport makes requests for other clients as a Client does: to public addresses and the open networks only. How long an answer may take, and how large it may be, is
// theirs to say.
func Transport(open ...netip.Prefix) http.RoundTripper {
	return newTransport(&net.Dialer{Control: newGuard(open).control})
}

// Close closes the connections that wait.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Send makes one attempt. An answer of any status is no error; Reason puts errors into words. Redirects are answers like others: an endpoint
// is the address that its owner gave, and what a redirect names was given by nobody.
func (c *Client) Send(ctx context.Context, r Request) (Answer, error) {
	ctx, end := context.WithTimeout(ctx, Timeout)
	defer end()
	asked, err := http.NewRequestWithContext(ctx, r.Method, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, fmt.Errorf("request to an endpoint: %w", err)
	}
	asked.Header = r.Header.Clone()
	answer, err := c.transport.RoundTrip(asked)
	if err != nil {
		return Answer{}, fmt.Errorf("attempt: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	// The status decides. A body that breaks off takes nothing back.
	body, _ := io.ReadAll(io.LimitReader(answer.Body, MaxAnswer))
	return Answer{Status: answer.StatusCode, RetryAfter: answer.Header.Get("Retry-After"), Body: body}, nil
}

// Reason says in public words why Send failed: nothing about this server's network is in it.
func Reason(err error) string {
	for _, known := range []error{ErrAddress, ErrPort} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	var (
		lookup      *net.DNSError
		timeout     net.Error
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		record      tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return ErrAddress.Error()
	case errors.As(err, &lookup):
		return "the host could not be looked up"
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("there was no answer within %d seconds", int(Timeout.Seconds()))
	case errors.As(err, &certificate), errors.As(err, &authority):
		return "the certificate of the host is not valid"
	case errors.As(err, &record):
		return "the host does not speak TLS at this port"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the host refused the connection"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "the host closed the connection without an answer"
	default:
		return "the attempt failed"
	}
}
