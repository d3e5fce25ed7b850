// Package web is the pages that people read and give on: small, rendered here, and whole without a script.
//
// Everything that the APIs print an address of has a page: causes, fundraising events, users,
// teams, campaigns of all kinds and auction houses, and the pictures that stand in where nobody chose one. Pages show what
// anonymous visitors may see. Whatever was typed by users is text, or Markdown that is sanitized, and a strict
// content security policy holds should that ever fail. Where scripts run, pages of facts follow the feed. Unknown paths get a page that says so;
// double slashes are served as one, and nothing is redirected but the address of a team campaign below its
// user, and addresses with slugs that have changed since. A page may be a second old.
//
// The donate page of a fact is its own page followed by /donate. A form that it sends gives once, loses nothing that
// was typed when something is wrong, and stores nothing then. What became of a donation its donor sees at /gifts/KEY,
// and its receipt below that; the key is a secret, so these pages are neither kept nor told of to anybody. Giving
// pages are made for one visitor. Texts, dates and amounts are those of the visitor's language (text.Of), and amounts are read as it writes them.
package web

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html
var files embed.FS

// Options are what the pages need.
type Options struct {
	App *app.App
	// BaseURL is the address of the server, without a slash at its end.
	BaseURL string
	// Log takes internal errors; nil discards them.
	Log *slog.Logger
	// Limit counts a request and tells how long its sender has to wait, 0 to be served; nil
	// serves everybody.
	Limit func(*http.Request) time.Duration
	// Now is the clock that pages grow old by; nil is time.Now.
	Now func() time.Time
	// Address is where a request comes from; nil is the address of its connection.
	Address func(*http.Request) netip.Addr
	// PayOrigins are the origins that donors are sent on to for paying, beside our own: "https://checkout.stripe.com".
	PayOrigins []string
	// Brand says whose site it is.
	Brand ui.Brand
	// Watchers is how many connections follow the events of a fact at this node; nil is none.
	Watchers func(fund.ID) int
}

// Site is the handler of all pages.
type Site struct {
	app     *app.App
	baseURL string
	log     *slog.Logger
	limit   func(*http.Request) time.Duration
	address func(*http.Request) netip.Addr
	origins *http.CrossOriginProtection
	// payOrigins are where the form of a donate page may lead to.
	payOrigins string
	brand      ui.Brand
	watchers   func(fund.ID) int
	cache      *pageCache
	cards      *cardShelf
	// pages are the templates of all pages.
	pages ui.Pages
	// own are the pages of one visitor, mux has those that all visitors share.
	own []route
	mux *http.ServeMux
}

// New makes the handler of all pages; it answers every path.
func New(o Options) *Site {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Address == nil {
		o.Address = func(r *http.Request) netip.Addr { return api.ClientAddress(r, nil) }
	}
	if o.Watchers == nil {
		o.Watchers = func(fund.ID) int { return 0 }
	}
	s := &Site{
		app: o.App, baseURL: o.BaseURL, log: o.Log, limit: o.Limit, address: o.Address, origins: api.SameOrigin(o.BaseURL),
		payOrigins: strings.Join(append([]string{"'self'", api.Origin(o.BaseURL)}, o.PayOrigins...), " "),
		brand:      o.Brand, watchers: o.Watchers,
		cache: newPageCache(o.Now), cards: newCardShelf(o.Now), pages: parsed(), mux: http.NewServeMux(),
	}
	s.own = s.personal()
	for _, p := range s.shared() {
		s.mux.HandleFunc(p.pattern, p.serve)
	}
	s.mux.HandleFunc("/", s.page(s.nowhere))
	return s
}

// Changed tells that something changed that pages may show. Call it after the commit and before
// the one who changed it is answered.
func (s *Site) Changed() { s.cache.changes.Add(1) }

// parsed are the templates of all pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages {
	folder, err := fs.Sub(files, "templates")
	if err != nil {
		panic("web: " + err.Error())
	}
	return ui.ParsePages(template.FuncMap{"markdown": newRenderedTexts().markdown, "waiting": ui.Waiting.Path, "live": ui.Live.Path, "player": ui.Player.Path}, folder)
})

// ServeHTTP answers a request for a page.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	api.GuardPage(h, readPolicy, "strict-origin-when-cross-origin")
	tidied, ok := api.TidyPath(r)
	if !ok {
		tidied = r
	}
	if !strings.HasPrefix(tidied.URL.Path, embedPrefix) {
		text.Remember(w, r, s.secure())
	}
	serve, methods := s.find(tidied)
	switch {
	case r.Method == http.MethodOptions:
		h.Set("Allow", methods)
		w.WriteHeader(http.StatusNoContent)
		return
	case !slices.Contains(strings.Split(methods, ", "), r.Method):
		h.Set("Allow", methods)
		s.write(w, s.render(r, s.problem(text.Of(r), http.StatusMethodNotAllowed)))
		return
	}
	if wait := s.limit(r); wait > 0 {
		h.Set("Retry-After", api.Seconds(wait))
		l := text.Of(r)
		many := s.problem(l, http.StatusTooManyRequests)
		if r.Method == http.MethodPost {
			many = problemView(http.StatusTooManyRequests, problemPage{Heading: many.Title, Text: l.Text("problem.429.form")})
		}
		s.write(w, s.render(r, many))
		return
	}
	if !ok {
		serve = s.page(s.nowhere)
	}
	serve(w, tidied)
}

// readPolicy is the content policy of pages without forms, scripts and frames; scriptPolicy that of pages with scripts of ours, which connect to
// this server only.
var (
	readPolicy   = ui.ContentPolicy("'none'", ui.Sources{})
	scriptPolicy = ui.ContentPolicy("'none'", ui.Sources{Scripts: "'self'", Connections: "'self'"})
)

// view is a page to be: its template, its title and what it shows.
type view struct {
	template string
	status   int // 0 is 200
	// location is where a redirect leads to; it has no template.
	location string
	Title    string
	Data     any
	// policy is the content policy; "" is readPolicy.
	policy string
	// raw is what is sent instead of a page, and contentType what that is.
	raw         []byte
	contentType string
	// Play is the text that says that all money is play money; "" where it is real. render sets it.
	Play text.ID
	// About is what other sites say of the page when somebody links to it; nil for a page that nobody links to.
	About *about
	// Brand says whose site it is. render sets it, and puts Theme in the place of the site's, where the page has its own.
	Brand ui.Brand
	Theme *ui.Theme
	// Languages lead to the same page in each language. render sets them where they are nil.
	Languages []text.Choice
	// Preview is set where the page stands in a frame, or is looked at before others see it: its links open elsewhere, if at all.
	Preview bool
}

// send writes a page that is the same for all visitors who read its language, compressed for those who take it so.
func (s *Site) send(w http.ResponseWriter, r *http.Request, page rendered) {
	if page.shared == nil {
		s.write(w, page)
		return
	}
	h := w.Header()
	h.Set("Content-Type", cmp.Or(page.contentType, "text/html; charset=utf-8"))
	h.Set("Cache-Control", "no-cache")
	if page.policy != "" {
		h.Set("Content-Security-Policy", page.policy)
	}
	if page.tag != "" {
		h.Set("Vary", text.Varies)
		api.SendTagged(w, r, page.shared, page.tag)
		return
	}
	h.Set("Vary", "Accept-Encoding, "+text.Varies)
	page.mark(h)
	page.shared.Send(w, r, cmp.Or(page.status, http.StatusOK), page.shared.Choose(r.Header))
}

// makeTime is how long making a page for everybody may take.
const makeTime = 30 * time.Second

// page serves what build makes. All visitors who read one language see the same, whatever else their queries and headers say, and however they spell
// the path: a page is made for one spelling, to which the others lead.
func (s *Site) page(build func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		canonical, path := canonicalPath(r)
		page := s.cache.get(r.Pattern+" "+path+" "+text.Of(r).Language(), func() rendered {
			// Others may wait for this page when the one who asked first goes away.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), makeTime)
			defer cancel()
			return s.make(canonical.WithContext(ctx), api.RequestID(w.Header()), build)
		})
		if page.status == 0 && canonical.URL.Path != r.URL.Path {
			page = rendered{status: http.StatusMovedPermanently, location: path}
		}
		page.location = withQuery(page.location, r)
		s.send(w, r, page)
	}
}

// logFailure logs what could not be shown or done, unless the caller went away: then it was not asked for any more.
func (s *Site) logFailure(r *http.Request, what, id string, err error) {
	if r.Context().Err() == nil {
		s.log.ErrorContext(r.Context(), what, "request_id", id, "path", logPath(r), "error", err)
	}
}

// make makes a page for everybody who waits for it. The id is that of the request that makes it, which the page of a
// failure quotes.
func (s *Site) make(r *http.Request, id string, build func(*http.Request) (view, error)) rendered {
	v, err := build(r)
	switch {
	case err == nil:
	case fault.Is(err, fault.NotFound):
		v = s.problem(text.Of(r), http.StatusNotFound)
	default:
		s.logFailure(r, "page", id, err)
		v = s.broken(text.Of(r), http.StatusInternalServerError, id)
		if fault.Is(err, fault.Unavailable) {
			v = s.broken(text.Of(r), http.StatusServiceUnavailable, id)
		}
	}
	v.Languages = text.Of(r).Choices(nil) // others with other queries get this page, too
	page := s.render(r, v)
	if v.status >= http.StatusInternalServerError {
		page.requestID = id
	}
	if page.location == "" {
		page.shared = coding.NewBody(page.body)
	}
	if page.shared != nil && page.status == 0 {
		page.tag = api.ETag(page.body)
	}
	return page
}

// problemText is sent when not even the page for a problem can be made.
var problemText = rendered{status: http.StatusInternalServerError, body: []byte(text.English.Text("problem.500"))}

// buffers are what pages are rendered into.
var buffers = sync.Pool{New: func() any { return &bytes.Buffer{} }}

func (s *Site) render(r *http.Request, v view) rendered {
	if v.location != "" {
		return rendered{status: v.status, location: v.location}
	}
	if v.raw != nil {
		return rendered{body: v.raw, contentType: v.contentType}
	}
	l := text.Of(r)
	v.Play, v.Brand = text.PlayMoney(string(s.app.Mode(r.Context()))), s.brand
	if v.Theme != nil {
		v.Brand.Theme = v.Theme
	}
	if v.Languages == nil {
		v.Languages = l.Choices(r.URL.Query())
	}
	page, _ := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(page)
	page.Reset()
	if err := s.pages.Write(page, l, v.template, v); err != nil {
		s.log.ErrorContext(r.Context(), "page", "path", logPath(r), "error", err)
		return problemText
	}
	return rendered{status: v.status, policy: v.policy, body: bytes.Clone(page.Bytes())}
}

// mark sets the headers of a page that stands in for one that cannot be shown now.
func (p rendered) mark(h http.Header) {
	if p.status == http.StatusServiceUnavailable && h.Get("Retry-After") == "" {
		h.Set("Retry-After", api.Seconds(fault.RetryLater))
	}
	if p.requestID != "" {
		h[api.RequestIDHeader] = []string{p.requestID}
	}
}

func (s *Site) write(w http.ResponseWriter, page rendered) {
	page.mark(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-cache")
	}
	if page.location != "" {
		w.Header().Set("Location", page.location)
	}
	if page.status != 0 {
		w.WriteHeader(page.status)
	}
	_, _ = w.Write(page.body)
}

// problemPage is what the page for a problem shows. RequestID is for whoever reports it; "" for a problem that is not
// ours. Search is set where it helps to look for the page, Gifts where donors find their gifts again.
type problemPage struct {
	Heading, Text, RequestID string
	Search, Gifts            bool
}

// problemTexts are the heading and the text of the page for a status.
var problemTexts = map[int][2]text.ID{
	http.StatusNotFound:              {"problem.404", "problem.404.text"},
	http.StatusMethodNotAllowed:      {"problem.405", "problem.405.text"},
	http.StatusBadRequest:            {"problem.400", "problem.400.text"},
	http.StatusForbidden:             {"problem.403", "problem.403.text"},
	http.StatusRequestEntityTooLarge: {"problem.413", "problem.413.text"},
	http.StatusUnsupportedMediaType:  {"problem.415", "problem.415.text"},
	http.StatusServiceUnavailable:    {"problem.503", "problem.503.text"},
	http.StatusTooManyRequests:       {"problem.429", "problem.429.text"},
	http.StatusInternalServerError:   {"problem.500", "problem.500.text"},
}

// problem is the page that stands in for one that cannot be shown.
func (s *Site) problem(l *text.Locale, status int) view {
	return s.broken(l, status, "")
}

// broken is the page for a problem on our side, which quotes the id of the request.
func (s *Site) broken(l *text.Locale, status int, id string) view {
	ids := problemTexts[status]
	return problemView(status, problemPage{Heading: l.Text(ids[0]), Text: l.Text(ids[1]), RequestID: id, Search: status == http.StatusNotFound})
}

// noGift is the page at the address of a gift that there is not: most likely it was cut.
func noGift(l *text.Locale) view {
	return problemView(http.StatusNotFound, problemPage{Heading: l.Text("problem.404.gift"), Text: l.Text("problem.404.gift.text"), Gifts: true})
}

func problemView(status int, page problemPage) view {
	return view{template: "problem.html", status: status, Title: page.Heading, Data: page, policy: searchPolicy}
}

func (s *Site) nowhere(r *http.Request) (view, error) {
	return s.problem(text.Of(r), http.StatusNotFound), nil
}
