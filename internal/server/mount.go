package server

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/oauth"
	"github.com/almoner/almoner/internal/pay"
)

// mounts are all handlers that own a prefix, the longer ones first.
func (n *node) mounts() []mount {
	v5 := apiv5.New(apiv5.Options{App: n.app, BaseURL: n.baseURL, Settings: n.apiSettings()})
	account := oauth.New(oauth.Options{
		App: n.app, BaseURL: n.baseURL, Log: n.log, Limit: n.limitPages, Address: n.clientAddress,
	})
	return []mount{
		{"/api/v3", apiv3.New(apiv3.Options{App: n.app, BaseURL: n.baseURL, Settings: n.apiSettings(), Sunset: n.sunset})},
		{"/api/public", v5.Public}, {"/api/private", v5.Private}, {"/api/cause", v5.Cause},
		{"/api", v5.Nowhere}, // behind all that is below it
		{oauth.MetadataPath, n.metrics.watch("oauth", account)}, {"/oauth", n.metrics.watch("oauth", account)}, {"/account", n.metrics.watch("account", account)},
		{payPath, n.metrics.watch("pay", n.payHandler())},
		{apidocs.Path, n.metrics.watch("reference", reference())},
	}
}

// handler serves everything by prefix. It is no ServeMux, because that would redirect double
// slashes before the wires see them: a base URL with a slash at its end makes some, and many
// clients do not follow. Nothing here redirects.
func (n *node) handler(mounts []mount) http.Handler {
	pages := n.metrics.watch("pages", n.pages)
	exact := map[string]http.Handler{
		"/healthz": reading(http.HandlerFunc(health)),
		"/readyz":  reading(http.HandlerFunc(n.ready)),
		"/metrics": reading(n.metrics.handler()),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := squeezed(r.URL.Path)
		if h := mounted(mounts, path); h != nil {
			h.ServeHTTP(w, r)
			return
		}
		if h := exact[path]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// refusals answers requests whose path cannot be read: below a wire in its shape, else as net/http would.
func refusals(mounts []mount) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wire, ok := mounted(mounts, squeezed(r.URL.Path)).(api.Refuser); ok {
			wire.Refuse(w, r)
			return
		}
		plain(w, http.StatusBadRequest, "the path cannot be read\n")
	})
}

// mounted is the handler at a path; nil where there is none.
func mounted(mounts []mount, path string) http.Handler {
	for _, m := range mounts {
		if below(path, m.prefix) {
			return m.handler
		}
	}
	return nil
}

// mount is a handler of everything below a prefix.
type mount struct {
	prefix  string
	handler http.Handler
}

// squeezed is the path without empty segments. The wires and the pages do so themselves.
func squeezed(path string) string {
	if !strings.Contains(path, "//") && !strings.HasSuffix(path, "/") {
		return path
	}
	return "/" + strings.Join(strings.FieldsFunc(path, func(c rune) bool { return c == '/' }), "/")
}

func below(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// reading lets only those methods through that change nothing.
func reading(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			next.ServeHTTP(w, r)
			return
		case http.MethodOptions:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Allow", "GET, HEAD, OPTIONS")
			plain(w, http.StatusMethodNotAllowed, "this can only be read\n")
		}
	})
}

func (n *node) rates() api.Rates {
	return api.Rates{
		TokenPerMinute: int(n.limits.TokenPerMinute), TokenBurst: int(n.limits.TokenBurst),
		AddressPerMinute: int(n.limits.AddressPerMinute), AddressBurst: int(n.limits.AddressBurst),
	}
}

func (n *node) apiSettings() api.Settings {
	return api.Settings{Limiter: n.limiter, Log: n.log, Cache: n.cache, Metrics: n.metrics, TrustedProxies: n.proxies}
}

// limitPages counts a page for the address that asks for it, as a call of the API, and tells
// how long it has to wait.
func (n *node) limitPages(r *http.Request) time.Duration {
	return n.limiter.TakeAddress(n.clientAddress(r), time.Now())
}

// clientAddress is where a request comes from.
func (n *node) clientAddress(r *http.Request) netip.Addr { return api.ClientAddress(r, n.proxies) }

// taker takes donations in somebody's name.
type taker struct {
	app   *app.App
	actor app.Actor
}

// Take records a donation.
func (t taker) Take(ctx context.Context, in fund.DonationInput) (fund.Donation, error) {
	return t.app.Donate(ctx, t.actor, in)
}

func (n *node) takerFor(ctx context.Context, bearer string) (pay.Taker, error) {
	actor, err := n.app.Authenticate(ctx, bearer)
	if err != nil {
		return nil, err
	}
	if !actor.HasScope(fund.ScopeSandbox) {
		return nil, fault.MissingScope(fund.ScopeSandbox)
	}
	return taker{app: n.app, actor: actor}, nil
}

// health tells that the process answers at all.
func health(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok\n") }

// ready reports whether requests should be sent here: the database answers and takes writes, its
// schema was brought up to date on start, and the node is not stopping.
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
	if n.writes.failing() {
		plain(w, http.StatusServiceUnavailable, "writes fail\n")
		return
	}
	plain(w, http.StatusOK, "ready\n")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) //nolint:gosec // plain text, which no browser takes for a page
}
