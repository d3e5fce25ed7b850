// Package session is what the pages for signed-in people share, whichever room they are in: who is signed in in a browser, forms that only the browser
// they were sent to can send back, and the frame, the headers and the errors of such pages.
//
// What it holds to: pages work without scripts, and nothing can be put into them or around them: strict content security policy, no frames, every form
// bound to the browser that it was sent to. Nothing of it is cached, and no bearer token is looked at.
package session

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/ui"
)

// Options are what the pages for signed-in people need.
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

// Site is what all rooms with such pages have in common.
type Site struct {
	app     *app.App
	log     *slog.Logger
	limit   func(*http.Request) time.Duration
	address func(*http.Request) netip.Addr
	baseURL string
	secure  bool
	origins *http.CrossOriginProtection
	brand   ui.Brand
	// gets has the pages of all rooms.
	gets *http.ServeMux
}

// New makes the site. Its rooms are made before it serves.
func New(o Options) *Site {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	if o.Address == nil {
		o.Address = func(r *http.Request) netip.Addr { return api.ClientAddress(r, nil) }
	}
	return &Site{
		app: o.App, log: o.Log, limit: o.Limit, address: o.Address, baseURL: o.BaseURL,
		secure: strings.HasPrefix(o.BaseURL, "https:"), origins: api.SameOrigin(o.BaseURL), brand: o.Brand, gets: http.NewServeMux(),
	}
}

// App has the use cases.
func (s *Site) App() *app.App { return s.app }

// BaseURL is the address that browsers reach the server at, without a slash at its end.
func (s *Site) BaseURL() string { return s.baseURL }

// Address is where a request comes from.
func (s *Site) Address(r *http.Request) netip.Addr { return s.address(r) }

// Wait counts a request and tells how long its sender has to wait, 0 to be served.
func (s *Site) Wait(r *http.Request) time.Duration { return s.limit(r) }

// Cookies: one names the session, one ties forms to a browser that has none yet, and one names a sign-in that waits for the second factor. Over https
// they have the prefix __Host-, which no other host and no page over http can set.
const (
	sessionCookie = "almoner_session"
	visitorCookie = "almoner_visitor"
	pendingCookie = "almoner_sign_in"
	// grantCookie names the browser of who accepted a grant on a fact without an account.
	grantCookie = "almoner_grant"
)

func (s *Site) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (s *Site) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// Text is the text of the session cookie of a request; "" without one.
func (s *Site) Text(r *http.Request) string { return s.cookie(r, sessionCookie) }

// Log takes what goes wrong.
func (s *Site) Log() *slog.Logger { return s.log }

// Origin is where pages of ours come from, as browsers say it.
func (s *Site) Origin() string {
	u, err := url.Parse(s.baseURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Watch is Visit for a connection that stays open, which is no use of the session.
func (s *Site) Watch(r *http.Request) (app.Visit, error) {
	return s.app.WatchVisit(r.Context(), s.Text(r))
}

// Visitor is the text that tells a browser from others that are not signed in either; "" for one that has seen no form yet.
func (s *Site) Visitor(r *http.Request) string { return s.cookie(r, visitorCookie) }

// Grant is the text of the cookie of a browser that accepted a grant on a fact without an account; "" without one.
func (s *Site) Grant(r *http.Request) string { return s.cookie(r, grantCookie) }

// Granted gives a browser a grant on a fact for some time, or takes it with none.
func (s *Site) Granted(w http.ResponseWriter, text string, life time.Duration) {
	seconds := int(life.Seconds())
	if seconds <= 0 {
		seconds = -1
	}
	s.setCookie(w, grantCookie, text, seconds)
}

// setCookie sets a cookie for some seconds, less than 0 to remove it. SameSite=Lax, not Strict: the
// user comes from the application's site and is signed in here already.
func (s *Site) setCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is not set only where the server is reached over http, as in a demo
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	})
}

// newVisitor makes the text of the cookie of a browser that is not signed in. It never fails.
func newVisitor() string { return rand.Text() }

// Visit is who is signed in; Unauthenticated for nobody.
func (s *Site) Visit(r *http.Request) (app.Visit, error) {
	text := s.Text(r)
	if text == "" {
		return app.Visit{}, fault.New(fault.Unauthenticated, "You are not signed in.")
	}
	return s.app.GetVisit(r.Context(), text)
}

// SignedIn gives a browser a session in place of what named it before.
func (s *Site) SignedIn(w http.ResponseWriter, session string) {
	s.setCookie(w, visitorCookie, "", -1)
	s.setCookie(w, sessionCookie, session, int(app.SessionLife.Seconds()))
}

// Pend gives a browser the text of a sign-in that waits for the second factor; "" takes it away.
func (s *Site) Pend(w http.ResponseWriter, text string) {
	seconds := int(fund.PendingSignInLife.Seconds())
	if text == "" {
		seconds = -1
	}
	s.setCookie(w, pendingCookie, text, seconds)
}

// Pending is the text of the sign-in of a browser that waits for the second factor; "" for none.
func (s *Site) Pending(r *http.Request) string { return s.cookie(r, pendingCookie) }

// SignedOut takes the session from a browser.
func (s *Site) SignedOut(w http.ResponseWriter) { s.setCookie(w, sessionCookie, "", -1) }

// The pages that the rooms lead to.
const (
	// Admin is what the pages for operators are below.
	Admin = "/admin"
	// JoinTeam is the page of an invitation to a team.
	JoinTeam = "/dashboard/join"
	// Charity is the page on which an invited charity answers, and Charities that of who invites charities.
	Charity   = "/dashboard/charity"
	Charities = "/dashboard/charities"
	// SignIn is the page where people sign in, Prove where they prove again who they are, Home where they go from there if they did not come from elsewhere,
	// Sessions the page of their account, and Authorize where they allow programs to act for them.
	SignIn    = "/account/sign-in"
	Prove     = "/account/prove"
	Home      = "/dashboard"
	Sessions  = "/account/sessions"
	Authorize = "/oauth/authorize"
)

// CausePayments is the page of how a cause is paid, by its id.
func CausePayments(id string) string { return "/dashboard/" + id + "/payments" }

// CharityProfile is the page on which who accepted the invitation of a charity writes its profile, by the id of the invitation.
func CharityProfile(id string) string { return "/dashboard/" + id + "/charity" }

// SignInAt is the address of the sign-in page that leads on to a page of ours.
func SignInAt(next string) string { return SignIn + "?" + url.Values{"next": {next}}.Encode() }

// ProveAt is the address of the page that asks again who somebody is, and leads back to a page of ours.
func ProveAt(next string) string { return Prove + "?" + url.Values{"next": {next}}.Encode() }

// Next is where somebody goes after the sign-in: what was asked for if a room has such a page, else Home, so that a link to the sign-in leads nowhere
// else.
func (s *Site) Next(asked string) string {
	to, err := url.Parse(asked)
	if err != nil || to.IsAbs() || to.Host != "" || strings.HasPrefix(asked, "//") || api.Below(to.Path, SignIn) || to.Path == Prove || to.Path == StylePath ||
		to.Path == Authorize && to.RawQuery == "" {
		return Home
	}
	if _, page := s.gets.Handler(&http.Request{Method: http.MethodGet, URL: to}); page == "" {
		return Home
	}
	return asked
}

// Redirect leads on to another page, which is then asked for with GET.
func Redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}
