package live

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// outlet takes the bytes of a stream to its receiver, who has writeWithin to read what is sent at once.
type outlet interface {
	send(b []byte) error
	// finish ends the stream; nothing can be sent afterwards.
	finish()
}

// maxNoise is how many bytes the client of a stream may send after its request, which has nothing to say: a body that nobody reads.
const maxNoise = 8 << 10

// wire is the connection of a stream that was taken over from net/http.
type wire struct {
	net.Conn
	// chunked is how HTTP/1.1 writes a body of no known length. HTTP/1.0 has the end of the connection for that.
	chunked bool
}

// takeOver takes the connection of a request over, and sends the headers of the answer. Its error is http.ErrNotSupported where only the
// handler can answer, as with HTTP/2; after any other one the connection is gone.
func takeOver(w http.ResponseWriter, r *http.Request) (*wire, error) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	limitSilence(c)
	taken := &wire{Conn: c, chunked: r.ProtoAtLeast(1, 1)}
	h := w.Header()
	h.Set("Connection", "close")
	h.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if taken.chunked {
		h.Set("Transfer-Encoding", "chunked")
	}
	if err := taken.head(h); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("headers: %w", err)
	}
	return taken, nil
}

// head writes the head of the answer.
func (c *wire) head(h http.Header) error {
	var head bytes.Buffer
	head.WriteString("HTTP/1.1 200 OK\r\n")
	_ = h.Write(&head) // which a buffer never refuses
	head.WriteString("\r\n")
	return c.write(head.Bytes())
}

// write writes the parts as one piece.
func (c *wire) write(parts ...[]byte) error {
	if err := c.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	all := net.Buffers(parts)
	_, err := all.WriteTo(c.Conn)
	return err
}

var (
	lineEnd   = []byte("\r\n")
	lastChunk = []byte("0\r\n\r\n")
)

func (c *wire) send(b []byte) error {
	if !c.chunked {
		return c.write(b)
	}
	return c.write(append(strconv.AppendInt(make([]byte, 0, 10), int64(len(b)), 16), lineEnd...), b, lineEnd)
}

func (c *wire) finish() {
	if c.chunked {
		_ = c.write(lastChunk)
	}
	_ = c.Close()
}

// listen returns when the client has gone, or sends more than belongs to its request.
func (c *wire) listen() {
	var noise [64]byte
	for left := maxNoise; left > 0; {
		n, err := c.Read(noise[:])
		if err != nil {
			return
		}
		left -= n
	}
}

// answer is the outlet of a handler whose connection cannot be taken over.
type answer struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (a *answer) send(b []byte) error {
	if err := a.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := a.w.Write(b); err != nil {
		return err
	}
	return a.control.Flush()
}

func (a *answer) finish() {}
