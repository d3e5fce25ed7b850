package server

import (
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
)

// metricsPath is where the metrics are.
const metricsPath = "/metrics"

// Metrics says who may read the metrics; the zero value is everybody, at the address of the server.
type Metrics struct {
	// Listener is where they are served instead; nil for the address of the server. The node closes it.
	Listener net.Listener
	// Token is what a reader sends as a bearer token; "" for none.
	Token string
}

// Close gives the address back of metrics that are not served.
func (m Metrics) Close() error {
	if m.Listener == nil {
		return nil
	}
	return m.Listener.Close()
}

// guard asks for the token, where there is one.
func (m Metrics) guard(next http.Handler) http.Handler {
	if m.Token == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare([]byte(strings.TrimSpace(token)), []byte(m.Token)) == 0 {
			refused := fault.BadToken("The metrics need their own token: see --metrics-token-file.")
			w.Header().Set("WWW-Authenticate", bearer.Refusal(refused, http.StatusUnauthorized))
			api.PlainText(w, http.StatusUnauthorized, refused.Message+"\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// metricsHandler is what answers at metricsPath.
func (n *Node) metricsHandler() http.Handler { return reading(n.Metrics.guard(n.metrics.handler())) }

// serveMetrics serves the metrics at an address of their own until ctx ends.
func (n *Node) serveMetrics(ctx context.Context) error {
	apart := context.WithoutCancel(ctx)
	web := n.httpServer(apart, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.Identify(w.Header())
		if api.SqueezePath(r.URL.Path) != metricsPath {
			api.PlainText(w, http.StatusNotFound, "there is nothing here but "+metricsPath+"\n")
			return
		}
		n.metricsHandler().ServeHTTP(w, r)
	}))
	n.Log.InfoContext(ctx, "serving metrics", "address", n.Metrics.Listener.Addr().String())
	stopped := context.AfterFunc(ctx, func() { _ = web.Close() })
	defer stopped()
	if err := web.Serve(n.Metrics.Listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
