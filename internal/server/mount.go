package server

import (
	"context"
	"math"
	"net/http"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/oauth"
	"github.com/almoner/almoner/internal/version"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/admin"
	"github.com/almoner/almoner/internal/web/dash"
	"github.com/almoner/almoner/internal/web/remote"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/stage"
)

// mounts are all handlers that own a prefix, the longer ones first.
func (n *Node) mounts() []mount {
	v5 := apiv5.New(apiv5.Options{App: n.app, BaseURL: n.BaseURL, Settings: n.apiSettings()})
	v3 := apiv3.New(apiv3.Options{App: n.app, BaseURL: n.BaseURL, Settings: n.apiSettings(), Sunset: n.V3Sunset})
	site := session.New(session.Options{
		App: n.app, BaseURL: n.BaseURL, Log: n.Log, Limit: n.limitPages, Address: n.clientAddress, Brand: n.brand,
	})
	tokens := oauth.New(oauth.Options{Site: site, Log: n.Log})
	wire := func(prefix string, s api.Surface) mount { return mount{prefix, s, s} }
	return []mount{
		wire("/api/v3", v3),
		wire("/api/public", v5.Public), wire("/api/private", v5.Private), wire("/api/cause", v5.Cause),
		n.watched(remote.Path, "desk", remote.New(remote.Options{
			App: n.app, Log: n.Log, Limit: n.limitPages, Address: n.clientAddress, LimitKey: func(key string) time.Duration { return n.limiter.TakeToken(key, time.Now()) },
		})),
		wire("/api", v5.Nowhere), // behind all that is below it
		n.watched(oauth.MetadataPath, "oauth", tokens), n.watched("/oauth", "oauth", tokens), n.watched(account.Path, "account", account.New(site)),
		n.watched(account.SetUpPath, "account", account.SetUp(site)),
		n.watched(dash.Path, "dashboard", dash.New(site, dash.Options{Listeners: n.hub.Listeners, Preview: n.pages.Preview, Sample: v5.Sample, AlertText: live.AlertText, Overlays: stage.Path, Remote: remote.Path, Hub: n.hub})),
		n.watched(admin.Path, "admin", admin.New(site, admin.Options{Version: version.Built().Version, Findings: n.findings.forAdmin})),
		n.watched(stage.Path, "overlay", stage.New(stage.Options{
			App: n.app, Hub: n.hub, Page: n.pages.PageOf, Log: n.Log, Limit: n.limitPages, Address: n.clientAddress,
		})),
		n.watched(checkout.Path, "pay", n.checkout.Handler(checkout.HandlerOptions{
			Limit: n.limitPages, NotFound: n.pages, Address: n.clientAddress, Forgeries: n.shield,
		})),
		n.watched(apidocs.Path, "reference", n.reference(served{v5.Public, v5.Private, v5.Cause, v3})),
		n.watched(mediaPrefix, "media", n.mediaFiles()),
		wire(live.Path, live.NewFeed(live.Options{
			App: n.app, Hub: n.hub, Objects: apiv5.NewLive(apiv5.Options{App: n.app, BaseURL: n.BaseURL}), BaseURL: n.BaseURL, Log: n.Log,
			Limit: n.limitAddress, Address: n.clientAddress, Session: site.Text, Grant: site.Grant, Mode: n.playMode,
		})),
		wire(live.PhoenixPath, n.phoenix()),
		n.watched(live.TextPath, "text", live.NewText(live.TextOptions{App: n.app, Log: n.Log, Limit: n.limitPages, Mode: n.playMode})),
	}
}

// phoenix is the socket of version 3.
func (n *Node) phoenix() *live.Phoenix {
	return live.NewPhoenix(live.PhoenixOptions{
		App: n.app, Hub: n.hub, Pushes: apiv3.NewSocket(apiv3.Options{BaseURL: n.BaseURL, Sunset: n.V3Sunset}),
		Log: n.Log, Limit: n.limitPages, Address: n.clientAddress, Mode: n.playMode,
	})
}

// watched is a mount whose answers count in the metrics as that route.
func (n *Node) watched(prefix, route string, s api.Surface) mount {
	watch := n.metrics.watch(route, s)
	return mount{prefix, s, watch}
}

// plain are the addresses of the node itself.
func (n *Node) plain() map[string]http.Handler {
	all := map[string]http.Handler{
		"/healthz": reading(http.HandlerFunc(health)),
		"/readyz":  reading(http.HandlerFunc(n.ready)),
	}
	if n.Metrics.Listener == nil {
		all[metricsPath] = n.metricsHandler()
	}
	return all
}

// Handler answers all requests, as Serve does, and names everything that the node serves.
func (n *Node) Handler() api.Surface {
	mounts := n.mounts()
	all := n.pages.Endpoints()
	for _, m := range mounts {
		all = append(all, m.surface.Endpoints()...)
	}
	for path := range n.plain() {
		all = append(all, api.Endpoint{Method: http.MethodGet, Pattern: path})
	}
	return api.WithEndpoints(n.handler(mounts), api.SortEndpoints(all))
}

// handler serves everything by prefix. It is no ServeMux, because that would redirect double
// slashes before the wires see them: a base URL with a slash at its end makes some, and many
// clients do not follow. Nothing here redirects.
func (n *Node) handler(mounts []mount) http.Handler {
	pages := n.metrics.watch("pages", n.pages)
	exact := n.plain()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.Identify(w.Header())
		path := api.SqueezePath(r.URL.Path)
		r, cancel := n.awaited(r, path)
		defer cancel()
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
		api.Identify(w.Header())
		path := api.SqueezePath(r.URL.Path)
		if api.Below(path, wellKnown) {
			path = oauth.MetadataPath // programs ask there, for nothing else
		}
		if wire, ok := mounted(mounts, path).(api.Refuser); ok {
			wire.Refuse(w, r)
			return
		}
		api.PlainText(w, http.StatusBadRequest, "the path cannot be read\n")
	})
}

// wellKnown is where programs look for metadata (RFC 8615).
const wellKnown = "/.well-known"

// mounted is the handler at a path; nil where there is none.
func mounted(mounts []mount, path string) http.Handler {
	for _, m := range mounts {
		if api.Below(path, m.prefix) {
			return m.handler
		}
	}
	return nil
}

// mount is a handler of everything below a prefix.
type mount struct {
	prefix string
	// surface is what is served, handler what serves it.
	surface api.Surface
	handler http.Handler
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
			api.PlainText(w, http.StatusMethodNotAllowed, "this can only be read\n")
		}
	})
}

func (n *Node) rates() api.Rates {
	return api.Rates{
		TokenPerMinute: int(n.Limits.TokenPerMinute), TokenBurst: int(n.Limits.TokenBurst),
		AddressPerMinute: int(n.Limits.AddressPerMinute), AddressBurst: int(n.Limits.AddressBurst),
	}
}

// orNoLimit is a limit of the settings for options in which 0 is the default.
func orNoLimit(limit config.Count) int {
	if limit == 0 {
		return math.MaxInt
	}
	return int(limit)
}

func (n *Node) apiSettings() api.Settings {
	return api.Settings{Limiter: n.limiter, Log: n.Log, Cache: n.cache, Metrics: n.metrics, TrustedProxies: n.TrustedProxies, Mode: n.playMode}
}

// limitPages counts a page for the address that asks for it, as a call of the API, and reports
// how long it has to wait.
func (n *Node) limitPages(r *http.Request) time.Duration {
	return n.limitAddress(r.Context(), n.clientAddress(r))
}

// limitAddress is limitPages for an address.
func (n *Node) limitAddress(ctx context.Context, from netip.Addr) time.Duration {
	wait := n.limiter.TakeAddress(from, time.Now())
	if wait > 0 {
		api.LogLimited(ctx, n.Log, from, &fault.Error{Kind: fault.RateLimited, Message: "There were too many requests.", RetryAfter: wait})
	}
	return wait
}

// clientAddress is where a request comes from.
func (n *Node) clientAddress(r *http.Request) netip.Addr {
	return api.ClientAddress(r, n.TrustedProxies)
}

// health tells that the process answers at all.
func health(w http.ResponseWriter, _ *http.Request) { api.PlainText(w, http.StatusOK, "ok\n") }

// ready reports whether requests should be sent here: the database answers, is not known to be damaged and takes writes, its
// schema was brought up to date on start, and the node is not stopping.
func (n *Node) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if why := n.unready(ctx); why != "" {
		w.Header().Set("Retry-After", api.Seconds(fault.RetryLater))
		api.PlainText(w, http.StatusServiceUnavailable, why+"\n")
		return
	}
	body := "ready\n"
	if ahead := n.clockAhead(ctx, time.Now()); ahead > 0 {
		body += "clock: the last donation is dated " + ahead.Round(time.Second).String() + " ahead of now\n"
	}
	api.PlainText(w, http.StatusOK, body)
}

// unready is why no requests should be sent here; "" when they should.
func (n *Node) unready(ctx context.Context) string {
	if n.stopping.Load() {
		return "stopping"
	}
	if err := n.store.Ping(ctx); err != nil {
		n.Log.WarnContext(ctx, "not ready", "error", err)
		return "the database does not answer"
	}
	if n.damaged.Load() {
		return "the database file is damaged: see the log"
	}
	if n.writes.failing() {
		return "writes fail"
	}
	if n.agree(n.app.Mode(ctx)) != nil {
		return "the database holds money of another kind"
	}
	return ""
}
