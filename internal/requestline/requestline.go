// Package requestline lets a handler answer requests whose target net/http cannot parse, such as one with a bad
// escape ("/%zz"). net/http answers these itself with a plain text, before any handler is asked.
//
// The contract: whatever a client sends reaches net/http unchanged, so that both always agree on where a request
// begins. Only the plain 400 that net/http writes about such a request is replaced by what the handler answers, and
// the connection ends as it would have. What a request line is, is guessed from the lines that pass, and two guesses
// can be wrong: a 400 that has another reason comes in the handler's shape when a body before it had a line that
// looks like such a request, and a request in one piece with the end of a body that ends no line gets the
// plain text. Connections that are not plain TCP, such as TLS, are left alone.
package requestline

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// maxLine is how many bytes of a request line are looked at when it comes in several pieces. About longer ones
// net/http answers itself.
const maxLine = 4 << 10

// refusal is what net/http writes about a request line that it cannot parse, in one piece.
const refusal = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"

// Listen gives a listener whose connections ask the handler about requests with an unreadable target. The handler
// gets the method, the target as it was sent in RequestURI and its path in URL.Path, and the address of the
// client; headers and a body were not read.
func Listen(inner net.Listener, handler http.Handler) net.Listener {
	return &listener{Listener: inner, handler: handler}
}

type listener struct {
	net.Listener
	handler http.Handler
}

// Accept waits for the next connection.
func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &conn{TCPConn: tcp, handler: l.handler}, err
	}
	return c, err
}

// conn looks at the lines that pass. It embeds the type rather than an interface, because net/http asks connections
// for methods that only some have.
type conn struct {
	*net.TCPConn
	handler http.Handler
	// line is the beginning of a line whose end has not come yet; ignored means that it is no request line.
	line    []byte
	ignored bool
	// answered is set by a write: what is read next most likely begins a request, wherever a body ended.
	answered atomic.Bool
	// unreadable is the first request whose target cannot be parsed: there is none after it.
	unreadable atomic.Pointer[http.Request]
}

// Read reads as the connection does. net/http never reads twice at once.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	if n > 0 && c.unreadable.Load() == nil {
		c.watch(b[:n])
	}
	return n, err
}

// watch goes through the lines of what was read.
func (c *conn) watch(b []byte) {
	if c.answered.Swap(false) && c.ignored {
		c.ignored = false
	}
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			c.keep(b)
			return
		}
		line := b[:end]
		if len(c.line) > 0 {
			c.keep(line)
			line = c.line
		}
		if !c.ignored {
			if r := parse(line); r != nil {
				r.RemoteAddr = c.RemoteAddr().String()
				c.unreadable.Store(r)
			}
		}
		c.line, c.ignored, b = nil, false, b[end+1:]
	}
}

// keep adds a piece to the line, unless it cannot become a request line.
func (c *conn) keep(piece []byte) {
	if c.ignored {
		return
	}
	c.line = append(c.line, piece[:min(len(piece), maxLine+1-len(c.line))]...)
	method, target, _ := bytes.Cut(c.line, []byte(" "))
	if len(c.line) > maxLine || bytes.ContainsFunc(method, notUpper) || !mayBeTarget(target) {
		c.line, c.ignored = nil, true
	}
}

func notUpper(c rune) bool { return c < 'A' || c > 'Z' }

// parse is the request of a line whose target net/http cannot parse; nil for any other line.
func parse(line []byte) *http.Request {
	line = bytes.TrimSuffix(line, []byte("\r"))
	rest, ok := bytes.CutSuffix(line, []byte(" HTTP/1.1"))
	if !ok {
		if rest, ok = bytes.CutSuffix(line, []byte(" HTTP/1.0")); !ok {
			return nil
		}
	}
	method, target, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(method) == 0 || !bytes.ContainsFunc(target, suspicious) {
		return nil
	}
	text := string(target)
	local, ok := withoutHost(text)
	if !ok {
		return nil
	}
	if _, err := url.ParseRequestURI(text); err == nil && !strings.Contains(text, " ") {
		return nil
	}
	path, query, _ := strings.Cut(local, "?")
	return &http.Request{
		Method: string(method), URL: &url.URL{Path: path, RawQuery: query}, RequestURI: text,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody,
	}
}

// absolutes begin targets in absolute form, as clients send them to a proxy (RFC 9112, section 3.2.2).
var absolutes = []string{"http://", "https://"}

// mayBeTarget reports whether a piece could begin a target with a path, whose end has not come yet.
func mayBeTarget(piece []byte) bool {
	if len(piece) == 0 || piece[0] == '/' {
		return true
	}
	for _, scheme := range absolutes {
		n := min(len(piece), len(scheme))
		if string(piece[:n]) == scheme[:n] {
			return true
		}
	}
	return false
}

// withoutHost is a target from its path on; false for one without a path.
func withoutHost(target string) (string, bool) {
	for _, scheme := range absolutes {
		if rest, is := strings.CutPrefix(target, scheme); is {
			slash := strings.IndexAny(rest, "/?")
			if slash < 0 || rest[slash] != '/' {
				return "", false
			}
			return rest[slash:], true
		}
	}
	return target, strings.HasPrefix(target, "/")
}

// suspicious is what every target has that net/http does not parse.
func suspicious(c rune) bool { return c == '%' || c <= ' ' || c == 0x7f }

// Write writes as the connection does, and the handler's answer in the place of net/http's refusal.
func (c *conn) Write(b []byte) (int, error) {
	if r := c.unreadable.Load(); r != nil && string(b) == refusal {
		return len(b), c.refuse(r)
	}
	c.answered.Store(true)
	return c.TCPConn.Write(b)
}
