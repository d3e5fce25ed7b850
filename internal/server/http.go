package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// writeTimeout is how long a request may take with its answer, but for its headers.
const writeTimeout = 60 * time.Second

// httpServer has limits on everything that a slow or hostile client could hold for ever.
func (n *Node) httpServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(n.Log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}
