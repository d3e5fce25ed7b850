package server

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// ReadyOfStopping is /readyz of a node that is told to stop.
func ReadyOfStopping(w http.ResponseWriter, r *http.Request) {
	n := &Node{}
	n.stopping.Store(true)
	n.ready(w, r)
}

// Examine has the node examine itself once.
func (n *Node) Examine(ctx context.Context) { n.examine(ctx) }

// WriteTimeout is how long a request may take with its answer.
const WriteTimeout = writeTimeout

// Awaited is a request as a node with no settings hands it on.
func Awaited(r *http.Request, path string) (*http.Request, context.CancelFunc) {
	return (&Node{}).awaited(r, path)
}

// Writes is what a node knows of its writes.
type Writes = writes

// NewWrites makes one with this clock.
func NewWrites(now func() time.Time, log *slog.Logger) *Writes { return &writes{now: now, log: log} }

// Succeeded, Failed and Failing are its methods.
func (w *writes) Succeeded()       { w.succeeded(1) }
func (w *writes) Failed(err error) { w.groupFailed(err) }
func (w *writes) Failing() bool    { return w.failing() }
