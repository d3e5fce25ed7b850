package server

import (
	"context"
	"log/slog"
	"net"
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
func (n *Node) Examine(ctx context.Context) (again bool) { return n.examine(ctx) }

// PingOnce pings if all is well.
func (n *Node) PingOnce(ctx context.Context) error { return n.pingOnce(ctx) }

// WriteTimeout is how long a request may take with its answer.
const WriteTimeout = writeTimeout

// Awaited is a request as a node with no settings hands it on.
func Awaited(r *http.Request, path string) (*http.Request, context.CancelFunc) {
	return (&Node{}).awaited(r, path)
}

// AliveOverTLS is Alive for a node with certificates and a good database.
func AliveOverTLS(ctx context.Context, at net.Addr) error {
	return alive(ctx, "https", at, time.Minute, func(context.Context) error { return nil }, true)
}

// Writes is what a node knows of its writes.
type Writes = writes

// NewWrites makes one with this clock.
func NewWrites(now func() time.Time, log *slog.Logger) *Writes { return &writes{now: now, log: log} }

// Succeeded, Failed and Failing are its methods.
func (w *writes) Succeeded()       { w.succeeded(1) }
func (w *writes) Failed(err error) { w.groupFailed(err) }
func (w *writes) Failing() bool    { return w.failing() }

// Alive is why a node does not answer at an address within a time; own is whether its database is in its process.
func Alive(ctx context.Context, at net.Addr, within time.Duration, ping func(context.Context) error, own bool) error {
	return alive(ctx, "http", at, within, ping, own)
}

// Follow tells a service manager of a node.
func Follow(ctx context.Context, tell func(string), alive func(time.Duration) error, stopping func() bool, watchdog time.Duration) {
	manager{
		log: slog.New(slog.DiscardHandler), tell: func(_ context.Context, state string) bool { tell(state); return true },
		alive: func(_ context.Context, within time.Duration) error { return alive(within) }, stopping: stopping,
	}.follow(ctx, "STATUS=here", watchdog)
}
