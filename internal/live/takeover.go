package live

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
)

// net/http holds about 20 kB for a connection while its handler runs: two buffers, the request, the answer, and the stacks of two goroutines. A live
// connection is open for an hour and mostly idle, so it is taken over, its handler returns, and what follows runs in goroutines of its own.

const (
	// socketReads and socketWrites are how large the buffers of a WebSocket are, in bytes. What is longer passes in several pieces.
	socketReads  = 512
	socketWrites = 1 << 10
)

// lean lets a WebSocket take its connection over with small buffers.
type lean struct{ http.ResponseWriter }

// Unwrap is for http.ResponseController.
func (w lean) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Hijack takes the connection over. What the client has sent already is in the reader.
func (w lean) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, from, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	limitSilence(c)
	early, _ := from.Peek(from.Reader.Buffered())
	reader := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), c), max(socketReads, len(early)))
	_, _ = reader.Peek(len(early)) // whoever gets it expects them there
	return c, bufio.NewReadWriter(reader, bufio.NewWriterSize(c, socketWrites)), nil
}

// alone runs what goes on after a handler has returned. A panic ends only that, as net/http would see to in the handler.
func alone(log *slog.Logger, work func()) {
	go func() {
		defer func() { survive(log, recover()) }()
		work()
	}()
}

// survive logs what recover returned, and goes on.
func survive(log *slog.Logger, panicked any) {
	if panicked != nil {
		log.Error("live connection", "panic", panicked, "stack", string(debug.Stack()))
	}
}

// apart does work in a goroutine of its own: the stack that reads of the database need would stay with a connection for as long as it is open.
func apart(work func() error) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		err = work()
	}()
	<-done
	return err
}
