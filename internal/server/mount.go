package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/web"
)

// handler mounts everything by prefix. It is no ServeMux, because that would redirect double
// slashes before the wires see them.
func (n *node) handler() http.Handler {
	v3 := apiv3.New(apiv3.Options{App: n.app, BaseURL: n.baseURL, Settings: n.apiSettings(), Sunset: n.sunset})
	pages := n.metrics.watch("pages", web.New(web.Options{App: n.app, BaseURL: n.baseURL, Log: n.log}))
	exact := map[string]http.Handler{
		"/healthz": http.HandlerFunc(health),
		"/readyz":  http.HandlerFunc(n.ready),
		"/metrics": n.metrics.handler(),
	}
	if n.sandbox {
		exact[sandbox.Path] = n.metrics.watch("sandbox", sandbox.New(sandbox.Options{Authenticate: n.tillFor, Log: n.log}))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if below(r.URL.Path, "/api/v3") {
			v3.ServeHTTP(w, r)
		} else if h := exact[r.URL.Path]; h != nil {
			h.ServeHTTP(w, r)
		} else {
			pages.ServeHTTP(w, r)
		}
	})
}

func below(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

func (n *node) apiSettings() api.Settings {
	return api.Settings{
		Rates: api.Rates{
			TokenPerMinute: int(n.limits.TokenPerMinute), TokenBurst: int(n.limits.TokenBurst),
			AddressPerMinute: int(n.limits.AddressPerMinute), AddressBurst: int(n.limits.AddressBurst),
		},
		Log: n.log, Cache: n.cache, Metrics: n.metrics, TrustedProxies: n.proxies,
	}
}

// till takes donations in somebody's name.
type till struct {
	app   *app.App
	actor app.Actor
}

// Take records a donation.
func (t till) Take(ctx context.Context, in fund.DonationInput) (fund.Donation, error) {
	return t.app.Donate(ctx, t.actor, in)
}

func (n *node) tillFor(ctx context.Context, bearer string) (pay.Taker, error) {
	actor, err := n.app.Authenticate(ctx, bearer)
	if err != nil {
		return nil, err
	}
	if !actor.HasScope(app.ScopeSandbox) {
		return nil, &fault.Error{Kind: fault.Forbidden}
	}
	return till{app: n.app, actor: actor}, nil
}

// health tells that the process answers at all.
func health(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// ready tells whether requests should be sent here: the database answers, its schema was
// brought up to date on start, and the node is not stopping.
func (n *node) ready(w http.ResponseWriter, r *http.Request) {
	if n.stopping.Load() {
		plain(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := n.store.Ping(ctx); err != nil {
		n.log.WarnContext(ctx, "not ready", "error", err)
		plain(w, http.StatusServiceUnavailable, "the database does not answer\n")
		return
	}
	plain(w, http.StatusOK, "ready\n")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
