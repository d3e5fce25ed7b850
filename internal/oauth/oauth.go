// Package oauth is how people allow programs to act for them, and how programs get their tokens: OAuth 2.0
// for both versions of the API, written against RFC 6749, 7009, 7591, 7636, 7662, 8252, 8414 and 9700.
// docs/oauth.md has the table of what they demand, with the test of each row. Where people sign in is
// the package account.
//
// What it holds to:
//   - No open redirect: a request of an unknown application, or with an address that the
//     application has not registered (loopback addresses match with any port), gets a page; only what comes after that check
//     is told to the address.
//   - No silent grants: every authorization shows the consent page and needs a press of a button.
//   - What is answered to programs is never cached, may be read from any origin, and knows no
//     cookie; what is answered to browsers knows no bearer token.
//   - Errors of programs have the bodies of RFC 6749 and the statuses that V5 documents.
package oauth

import (
	"embed"
	"log/slog"
	"net/http"
	"sync"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html
var files embed.FS

// parsed are the templates of the pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages { return session.Parse(files) })

// Options are what the endpoints need.
type Options struct {
	// Site is what the consent page shares with other pages for signed-in people.
	Site *session.Site
	// Log takes internal errors; nil discards them.
	Log *slog.Logger
}

// Server answers everything below /oauth, and at MetadataPath.
type Server struct {
	app   *app.App
	log   *slog.Logger
	site  *session.Site
	pages session.Pages
	// consentRoom serves the consent page.
	consentRoom *session.Room
	baseURL     string
	programs    map[string]map[string]http.HandlerFunc
}

// The paths that the metadata links to.
const (
	tokenPath      = "/oauth/token" //nolint:gosec // a path, not a credential
	revokePath     = "/oauth/revoke"
	introspectPath = "/oauth/introspect"
	registerPath   = "/oauth/register"
)

// New makes the handler. Mount it at MetadataPath and /oauth, with everything below.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{app: o.Site.App(), log: o.Log, site: o.Site, pages: o.Site.Pages(parsed()), baseURL: o.Site.BaseURL()}
	s.consentRoom = s.pages.Room(session.Routes{
		session.Authorize: {http.MethodGet: s.pages.Get(s.askConsent), http.MethodPost: s.pages.Post(s.consent)},
	})
	s.programs = map[string]map[string]http.HandlerFunc{
		tokenPath:         {http.MethodPost: s.token},
		revokePath:        {http.MethodPost: s.revoke},
		introspectPath:    {http.MethodPost: s.introspect},
		registerPath:      {http.MethodPost: s.register},
		"/oauth/validate": {http.MethodGet: s.validate},
		MetadataPath:      {http.MethodGet: s.metadata},
	}
	return s
}

// Endpoints are all paths with their methods.
func (s *Server) Endpoints() []api.Endpoint {
	all := s.consentRoom.Endpoints()
	for path, methods := range s.programs {
		for method := range methods {
			all = append(all, api.Endpoint{Method: method, Pattern: path})
		}
	}
	return all
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := api.SqueezePath(r.URL.Path)
	if path == session.Authorize {
		s.consentRoom.ServeHTTP(w, r)
		return
	}
	programHeader(w.Header())
	methods, known := s.programs[path]
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	handle := methods[method]
	if known && method == http.MethodOptions {
		options(w, r, methods)
		return
	}
	switch wait := s.site.Wait(r); {
	case wait > 0:
		w.Header().Set("Retry-After", api.Seconds(wait))
		refuse(w, http.StatusTooManyRequests)
	case !known:
		refuse(w, http.StatusNotFound)
	case handle == nil:
		w.Header().Set("Allow", session.AllowOf(methods))
		refuse(w, http.StatusMethodNotAllowed)
	default:
		handle(w, r)
	}
}

// Refuse answers a request whose path cannot be read.
func (s *Server) Refuse(w http.ResponseWriter, _ *http.Request) {
	programHeader(w.Header())
	refuse(w, http.StatusBadRequest)
}

// options answers a browser that asks what may be done here before a program's call.
func options(w http.ResponseWriter, r *http.Request, methods map[string]http.HandlerFunc) {
	h, allow := w.Header(), session.AllowOf(methods)
	h.Set("Allow", allow)
	h.Set("Access-Control-Allow-Methods", allow)
	h.Set("Access-Control-Allow-Headers", api.AllowedHeaders(r))
	h.Set("Vary", "Access-Control-Request-Headers")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}
