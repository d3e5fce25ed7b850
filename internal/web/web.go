// Package web is the pages that people read: small, rendered here, without a script.
//
// Everything that the APIs print an address of has a page: causes, fundraising events, users,
// teams, campaigns of all kinds and auction houses, and the pictures that stand in where nobody chose one. Pages show what
// anonymous visitors may see. Whatever was typed by users is text, or Markdown that is sanitised, and a strict
// content security policy holds should that ever fail. Unknown paths get a page that says so;
// double slashes are served as one, and nothing is redirected. A page may be a second old.
package web

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
)

//go:embed templates/*.html style.css
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
}

// Site is the handler of all pages.
type Site struct {
	app     *app.App
	baseURL string
	log     *slog.Logger
	limit   func(*http.Request) time.Duration
	kept    *kept
	pages   map[string]*template.Template
	mux     *http.ServeMux
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
	s := &Site{
		app: o.App, baseURL: o.BaseURL, log: o.Log, limit: o.Limit, kept: newKept(o.Now), pages: parse(), mux: http.NewServeMux(),
	}
	s.mux.HandleFunc("/{$}", s.page(s.home))
	s.mux.HandleFunc("/{first}", s.page(s.owner))
	s.mux.HandleFunc("/{first}/{second}", s.page(s.below))
	s.mux.HandleFunc("/cause/{first}", s.page(s.cause))
	s.mux.HandleFunc("/assets/style.css", style)
	s.mux.HandleFunc("/assets/{picture}", s.asset)
	s.mux.HandleFunc("/", s.page(s.nowhere))
	return s
}

// Changed tells that something changed that pages may show. Call it after the commit and before
// the one who changed it is answered.
func (s *Site) Changed() { s.kept.changes.Add(1) }

// parse reads the templates: each page is its own file in the frame of layout.html.
func parse() map[string]*template.Template {
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic("web: " + err.Error())
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		pages[name] = template.Must(template.New("layout.html").Funcs(template.FuncMap{"markdown": markdown}).ParseFS(files, "templates/layout.html", name))
	}
	return pages
}

// ServeHTTP answers a request for a page.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		h.Set("Allow", methods)
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		h.Set("Allow", methods)
		s.write(w, s.render(r, s.problem(http.StatusMethodNotAllowed)))
		return
	}
	if wait := s.limit(r); wait > 0 {
		h.Set("Retry-After", strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10))
		s.write(w, s.render(r, s.problem(http.StatusTooManyRequests)))
		return
	}
	tidied, ok := tidy(r)
	if !ok {
		s.page(s.nowhere)(w, r)
		return
	}
	s.mux.ServeHTTP(w, tidied)
}

const methods = "GET, HEAD, OPTIONS"

// tidy gives a request whose path has no empty segments, because the mux would redirect others.
// It reports false for a path with dots as a segment, which names nothing here.
func tidy(r *http.Request) (*http.Request, bool) {
	path := r.URL.EscapedPath()
	segments := strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
	if slices.Contains(segments, ".") || slices.Contains(segments, "..") {
		return r, false
	}
	tidied := "/" + strings.Join(segments, "/")
	if tidied == path {
		return r, true
	}
	plain, err := url.PathUnescape(tidied)
	if err != nil {
		return r, false
	}
	with := r.WithContext(r.Context())
	address := *r.URL
	address.Path, address.RawPath = plain, tidied
	with.URL = &address
	return with, true
}

// view is a page to be: its template, its title and what it shows.
type view struct {
	template string
	status   int // 0 is 200
	Title    string
	Data     any
}

// page serves what build makes. All visitors see the same, whatever their queries and headers.
func (s *Site) page(build func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.write(w, s.kept.get(r.URL.EscapedPath(), func() rendered {
			// Others may wait for this page when the one who asked first goes away.
			return s.make(r.WithContext(context.WithoutCancel(r.Context())), build)
		}))
	}
}

func (s *Site) make(r *http.Request, build func(*http.Request) (view, error)) rendered {
	v, err := build(r)
	switch {
	case err == nil:
	case fault.Is(err, fault.NotFound):
		v = s.problem(http.StatusNotFound)
	default:
		s.log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		v = s.problem(http.StatusInternalServerError)
	}
	return s.render(r, v)
}

// problemText is sent when not even the page for a problem can be made.
var problemText = rendered{status: http.StatusInternalServerError, body: []byte("Something went wrong here.")}

func (s *Site) render(r *http.Request, v view) rendered {
	var page bytes.Buffer
	if err := s.pages["templates/"+v.template].Execute(&page, v); err != nil {
		s.log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		return problemText
	}
	return rendered{status: v.status, body: page.Bytes()}
}

func (s *Site) write(w http.ResponseWriter, page rendered) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	if page.status != 0 {
		w.WriteHeader(page.status)
	}
	_, _ = w.Write(page.body)
}

// problem is the page that stands in for one that cannot be shown.
func (s *Site) problem(status int) view {
	text := map[int]string{
		http.StatusNotFound:            "There is nothing at this address. It may have been renamed or not be public yet.",
		http.StatusMethodNotAllowed:    "Pages can only be read.",
		http.StatusTooManyRequests:     "There were too many requests from your address. Please try again in a moment.",
		http.StatusInternalServerError: "Something went wrong here. Please try again in a moment.",
	}[status]
	return view{template: "problem.html", status: status, Title: http.StatusText(status), Data: text}
}

func (s *Site) nowhere(*http.Request) (view, error) { return s.problem(http.StatusNotFound), nil }

func style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.ServeFileFS(w, r, files, "style.css")
}
