// Package oauth is how people sign in and allow programs to act for them, and how programs get
// their tokens: OAuth 2.0 for both versions of the API, written against RFC 6749, 7009, 7591, 7636,
// 7662, 8252, 8414 and 9700. docs/oauth.md has the table of what they demand, with the test of each row.
//
// What it holds to:
//   - No open redirect: a request of an unknown application, or with an address that the
//     application has not registered (loopback addresses match with any port), gets a page; only what comes after that check
//     is told to the address.
//   - No silent grants: every authorization shows the consent page and needs a press of a button.
//   - Pages work without scripts, and nothing can be put into them or around them: strict content
//     security policy, no frames, every form bound to the browser that it was sent to.
//   - What is answered to programs is never cached, may be read from any origin, and knows no
//     cookie; what is answered to browsers knows no bearer token.
//   - Errors of programs have the bodies of RFC 6749 and the statuses that V5 documents.
package oauth

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/web/ui"
)

// Options are what the sign-in needs.
type Options struct {
	App *app.App
	// BaseURL is the address that browsers reach the server at, without a slash at its end. When it
	// is https, cookies are sent over https only.
	BaseURL string
	// Log takes internal errors; nil discards them.
	Log *slog.Logger
	// Limit counts a request and tells how long its sender has to wait, 0 to be served; nil serves
	// everybody.
	Limit func(*http.Request) time.Duration
	// Address is where a request comes from; nil is the address of its connection.
	Address func(*http.Request) netip.Addr
	// Brand says whose site the pages are.
	Brand ui.Brand
}

// Server answers everything below /oauth and /account.
type Server struct {
	app     *app.App
	log     *slog.Logger
	limit   func(*http.Request) time.Duration
	address func(*http.Request) netip.Addr
	baseURL string
	secure  bool
	origins *http.CrossOriginProtection
	// pages are the templates of all pages.
	pages ui.Pages
	brand ui.Brand
	paths map[string]endpoint
}

// endpoint is one path: what it does for each method, and for whom.
type endpoint struct {
	methods map[string]http.HandlerFunc
	// program says that programs call it, not browsers.
	program bool
}

// allow are the methods of the endpoint for the header of that name.
func (e endpoint) allow() string {
	allowed := []string{http.MethodOptions}
	for method := range e.methods {
		allowed = append(allowed, method)
	}
	if e.methods[http.MethodGet] != nil {
		allowed = append(allowed, http.MethodHead)
	}
	slices.Sort(allowed)
	return strings.Join(allowed, ", ")
}

// The paths that pages and the metadata link to.
const (
	authorizePath  = "/oauth/authorize"
	tokenPath      = "/oauth/token" //nolint:gosec // a path, not a credential
	revokePath     = "/oauth/revoke"
	introspectPath = "/oauth/introspect"
	registerPath   = "/oauth/register"
	signInPath     = "/account/sign-in"
	sessionsPath   = "/account/sessions"
	emailPath      = "/account/email"
	confirmPath    = "/account/email/confirm"
	passwordPath   = "/account/password"
	forgotPath     = "/account/password/forgot"
	resetPath      = "/account/password/new"
	joinPath       = "/account/join"
)

// New makes the handler. Mount it at MetadataPath, /oauth and /account, with everything below.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	if o.Address == nil {
		o.Address = func(r *http.Request) netip.Addr { return api.ClientAddress(r, nil) }
	}
	s := &Server{
		app: o.App, log: o.Log, limit: o.Limit, address: o.Address, baseURL: o.BaseURL,
		secure: strings.HasPrefix(o.BaseURL, "https:"), origins: api.SameOrigin(o.BaseURL), pages: parsed(), brand: o.Brand,
	}
	program := func(method string, handle http.HandlerFunc) endpoint {
		return endpoint{methods: map[string]http.HandlerFunc{method: handle}, program: true}
	}
	s.paths = map[string]endpoint{
		tokenPath:         program(http.MethodPost, s.token),
		revokePath:        program(http.MethodPost, s.revoke),
		introspectPath:    program(http.MethodPost, s.introspect),
		registerPath:      program(http.MethodPost, s.register),
		"/oauth/validate": program(http.MethodGet, s.validate),
		MetadataPath:      program(http.MethodGet, s.metadata),
		authorizePath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askConsent), http.MethodPost: s.form(s.consent),
		}},
		signInPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askSignIn), http.MethodPost: s.form(s.signIn),
		}},
		emailPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askEmail), http.MethodPost: s.form(s.sendEmail),
		}},
		confirmPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askConfirm), http.MethodPost: s.form(s.confirmEmail),
		}},
		passwordPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askNewPassword), http.MethodPost: s.form(s.changePassword),
		}},
		forgotPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askForgot), http.MethodPost: s.form(s.sendForgot),
		}},
		resetPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askReset), http.MethodPost: s.form(s.resetPassword),
		}},
		joinPath: {methods: map[string]http.HandlerFunc{
			http.MethodGet: s.page(s.askJoin), http.MethodPost: s.form(s.join),
		}},
		"/account/join/resend":           {methods: map[string]http.HandlerFunc{http.MethodPost: s.form(s.resendJoin)}},
		"/account/sign-out":              {methods: map[string]http.HandlerFunc{http.MethodPost: s.form(s.signOut)}},
		"/account":                       {methods: map[string]http.HandlerFunc{http.MethodGet: s.page(s.account)}},
		sessionsPath:                     {methods: map[string]http.HandlerFunc{http.MethodGet: s.page(s.sessions)}},
		"/account/sessions/end":          {methods: map[string]http.HandlerFunc{http.MethodPost: s.form(s.endSession)}},
		"/account/applications/withdraw": {methods: map[string]http.HandlerFunc{http.MethodPost: s.form(s.withdraw)}},
		"/account/style.css":             {methods: map[string]http.HandlerFunc{http.MethodGet: coding.File(files, "style.css")}},
	}
	return s
}

// Endpoints are all paths with their methods.
func (s *Server) Endpoints() []api.Endpoint {
	var all []api.Endpoint
	for path, e := range s.paths {
		for method := range e.methods {
			all = append(all, api.Endpoint{Method: method, Pattern: path})
		}
	}
	return all
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := api.SqueezePath(r.URL.Path)
	e, known := s.paths[path]
	program := e.program || !known && strings.HasPrefix(path+"/", "/oauth/")
	if program {
		programHeader(w.Header())
	} else {
		pageHeader(w.Header())
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	handle := e.methods[method]
	switch wait := s.limit(r); {
	case method == http.MethodOptions && known:
		options(w, r, e)
	case wait > 0:
		w.Header().Set("Retry-After", api.Seconds(wait))
		s.refuse(w, r, program, http.StatusTooManyRequests)
	case !known:
		s.refuse(w, r, program, http.StatusNotFound)
	case handle == nil:
		w.Header().Set("Allow", e.allow())
		s.refuse(w, r, program, http.StatusMethodNotAllowed)
	default:
		handle(w, r)
	}
}

// Refuse answers a request whose path cannot be read: as a page below /account, else for a program.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request) {
	program := !api.Below(api.SqueezePath(r.URL.Path), "/account")
	if program {
		programHeader(w.Header())
	} else {
		pageHeader(w.Header())
	}
	s.refuse(w, r, program, http.StatusBadRequest)
}

// options answers what may be done here, also to a browser that asks before a program's call.
func options(w http.ResponseWriter, r *http.Request, e endpoint) {
	h := w.Header()
	h.Set("Allow", e.allow())
	if e.program {
		h.Set("Access-Control-Allow-Methods", e.allow())
		h.Set("Access-Control-Allow-Headers", api.AllowedHeaders(r))
		h.Set("Vary", "Access-Control-Request-Headers")
		h.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
}

// newText makes the text of a cookie that is not signed in yet. It never fails.
func newText() string { return rand.Text() }
