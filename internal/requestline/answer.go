package requestline

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// lingerTime and lingerBytes are for how long, and of how many bytes, a client may still send what belongs to the
	// refused request. A connection that is closed with unread bytes is reset, and the answer lost with it.
	lingerTime  = 500 * time.Millisecond
	lingerBytes = 256 << 10
)

// refuse writes the handler's answer as the last one of the connection.
func (c *conn) refuse(r *http.Request) error {
	a := &answer{header: http.Header{}}
	c.handler.ServeHTTP(a, r)
	var text bytes.Buffer
	if err := a.response(r).Write(&text); err != nil { //nolint:bodyclose // its body is in memory
		return err
	}
	if _, err := c.TCPConn.Write(text.Bytes()); err != nil {
		return err
	}
	_ = c.CloseWrite()
	_ = c.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.CopyN(io.Discard, c.TCPConn, lingerBytes)
	return nil
}

// answer keeps what a handler writes.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is the header of the answer.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader sets the status; the first one counts.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write adds to the body.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

func (a *answer) response(r *http.Request) *http.Response {
	length, err := strconv.ParseInt(a.header.Get("Content-Length"), 10, 64)
	if err != nil || r.Method != http.MethodHead {
		length = int64(a.body.Len())
	}
	a.WriteHeader(http.StatusOK)
	a.header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	return &http.Response{
		StatusCode: a.status, ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: a.header,
		Body: io.NopCloser(&a.body), ContentLength: length, Close: true,
	}
}
