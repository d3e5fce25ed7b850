// Package web is the pages that people read: small, rendered here, without a script.
//
// Everything that the APIs print an address of has a page: causes, fundraising events, users,
// teams and campaigns, and the pictures that stand in where nobody chose one. Pages show what
// anonymous visitors may see. Whatever was typed by users is text, or Markdown that is sanitised, and a strict
// content security policy holds should that ever fail. Unknown paths get a page that says so.
package web

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"

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
}

// site is the handler of all pages.
type site struct {
	app     *app.App
	baseURL string
	log     *slog.Logger
	pages   map[string]*template.Template
	mux     *http.ServeMux
}

// New makes the handler of all pages; it answers every path.
func New(o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &site{app: o.App, baseURL: o.BaseURL, log: o.Log, pages: parse(), mux: http.NewServeMux()}
	s.mux.HandleFunc("/{$}", s.page(s.home))
	s.mux.HandleFunc("/{first}", s.page(s.owner))
	s.mux.HandleFunc("/{first}/{second}", s.page(s.below))
	s.mux.HandleFunc("/cause/{first}", s.page(s.cause))
	s.mux.HandleFunc("/assets/style.css", style)
	s.mux.HandleFunc("/assets/{picture}", s.asset)
	s.mux.HandleFunc("/", s.page(s.nowhere))
	return s
}

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
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		s.render(w, r, s.problem(http.StatusMethodNotAllowed))
		return
	}
	s.mux.ServeHTTP(w, r)
}

// view is a page to be: its template, its title and what it shows.
type view struct {
	template string
	status   int // 0 is 200
	Title    string
	Data     any
}

func (s *site) page(build func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := build(r)
		switch {
		case err == nil:
		case fault.Is(err, fault.NotFound):
			v = s.problem(http.StatusNotFound)
		default:
			if r.Context().Err() == nil {
				s.log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
			}
			v = s.problem(http.StatusInternalServerError)
		}
		s.render(w, r, v)
	}
}

func (s *site) render(w http.ResponseWriter, r *http.Request, v view) {
	var page bytes.Buffer
	if err := s.pages["templates/"+v.template].Execute(&page, v); err != nil {
		s.log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		http.Error(w, "Something went wrong here.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	_, _ = w.Write(page.Bytes())
}

// problem is the page that stands in for one that cannot be shown.
func (s *site) problem(status int) view {
	text := map[int]string{
		http.StatusNotFound:            "There is nothing at this address. It may have been renamed or not be public yet.",
		http.StatusMethodNotAllowed:    "Pages can only be read.",
		http.StatusInternalServerError: "Something went wrong here. Please try again in a moment.",
	}[status]
	return view{template: "problem.html", status: status, Title: http.StatusText(status), Data: text}
}

func (s *site) nowhere(*http.Request) (view, error) { return s.problem(http.StatusNotFound), nil }

func style(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	http.ServeFileFS(w, r, files, "style.css")
}
