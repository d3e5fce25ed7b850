// Package stage is what streams show: overlays, at /overlay and below. A streaming program loads the page of an overlay by its key and lays it over the
// picture. The page holds what there is to see from its first byte on, and then follows the events of its fact over a WebSocket. It can only look.
package stage

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html
var files embed.FS

// parsed are the templates of all pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages {
	all := ui.Pages{}
	for _, l := range text.Locales() {
		all[l.Language()] = template.Must(ui.New(l, template.FuncMap{"chars": utf8.RuneCountInString}).ParseFS(files, "templates/*.html"))
	}
	return all
})

const (
	// Path is what all overlays are below; their keys follow.
	Path = "/overlay"
	// socketEnd follows the address of an overlay where its WebSocket is.
	socketEnd = "/socket"
	// refreshAfter is after what time a page that could not be shown is loaded again, at least.
	refreshAfter = 5 * time.Second
)

// Options configure a Server.
type Options struct {
	App *app.App
	Hub *live.Hub
	// Page is the address of the page of a fact, where people donate.
	Page func(fund.Fact) string
	// Log takes what went wrong; nil discards it.
	Log *slog.Logger
	// Limit counts a request and reports how long it has to wait, 0 to be served; nil limits nothing.
	Limit func(*http.Request) time.Duration
	// Address is where a request comes from; nil for nowhere, which is not limited.
	Address func(*http.Request) netip.Addr
}

// Server serves overlays.
type Server struct {
	o      Options
	shared *live.Sharing[frameKey, live.Frame]
	scenes scenes
}

// frameKey names what pages are sent together: an overlay by its key, in a language.
type frameKey struct{ key, language string }

// New makes a Server. Mount it at Path, with everything below.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	if o.Address == nil {
		o.Address = func(*http.Request) netip.Addr { return netip.Addr{} }
	}
	return &Server{o: o, shared: live.NewSharing[frameKey, live.Frame](nil), scenes: scenes{of: map[frameKey]*keptParts{}}}
}

// Endpoints names what is served.
func (s *Server) Endpoints() []api.Endpoint {
	return []api.Endpoint{{Method: http.MethodGet, Pattern: Path + "/{key}"}, {Method: http.MethodGet, Pattern: Path + "/{key}" + socketEnd}}
}

// policy lets an overlay show itself. Streaming programs add a style of their own to it, which is none of this server. The dashboard shows it in a frame.
var policy = ui.ContentPolicy("'none'", ui.Sources{Styles: "'unsafe-inline'", Scripts: "'self'", Connections: "'self'", Ancestors: "'self'"})

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	api.GuardPage(h, policy, "no-referrer") // the address has the key
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		s.refuse(w, r, &fault.Error{Kind: fault.WrongMethod})
		return
	}
	if err := s.serve(w, r); err != nil {
		s.refuse(w, r, err)
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) error {
	if wait := s.o.Limit(r); wait > 0 {
		return &fault.Error{Kind: fault.RateLimited, RetryAfter: wait}
	}
	path := strings.TrimPrefix(api.SqueezePath(r.URL.Path), Path+"/")
	path, alert := speechOf(path)
	key, socket := strings.CutSuffix(path, socketEnd)
	if key == "" || strings.Contains(key, "/") {
		return &fault.Error{Kind: fault.NotFound}
	}
	visit, err := s.o.App.OpenOverlay(r.Context(), key)
	if err != nil {
		return err
	}
	if alert != "" {
		return s.serveSpeech(w, r, visit, alert)
	}
	if socket {
		return s.mirror(visit, key, text.Of(r), r).Serve(w, r)
	}
	return s.page(w, r, visit, key)
}

// page is what the template of a page gets.
type page struct {
	overlay

	// Socket is where the page follows what happens, Build what it is made of: a server of another version has another one, and then the page loads anew.
	// "" for a page with nothing on it.
	Socket, Build string
	// Now is when it was made, in milliseconds since 1970: the clock of who looks may be wrong.
	Now int64
	// Preview reports whether the page is shown to who sets it up, and says what is missing.
	Preview bool
	// Plays reports whether the page may ask to play alerts.
	Plays bool
}

// Style is the address of the style sheet of the page.
func (page) Style() string { return ui.OverlayStyle.Path() }

// Script is the address of its script.
func (p page) Script() string {
	if talks(p.Kind) {
		return ui.Alerts.Path()
	}
	return ui.Overlay.Path()
}

// Language is that of the page.
func (p page) Language() string { return p.locale.Language() }

// Direction is that of its language.
func (p page) Direction() string { return p.locale.Direction() }

// page shows an overlay as it is now.
func (s *Server) page(w http.ResponseWriter, r *http.Request, visit app.OverlayVisit, key string) error {
	l := localeOf(text.Of(r), visit)
	shown, err := s.draw(r.Context(), l, visit, nil)
	if err != nil {
		return err
	}
	preview := r.URL.Query().Has("preview")
	return s.write(w, http.StatusOK, page{
		Plays:   talks(visit.Kind) && !preview,
		overlay: shown, Socket: Path + "/" + key + socketEnd + "?lang=" + l.Language(), Build: build(l), Now: shown.now.UnixMilli(), Preview: preview,
	})
}

func (s *Server) write(w http.ResponseWriter, status int, p page) error {
	var body bytes.Buffer
	if err := parsed().Write(&body, p.locale, "overlay.html", p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
	return nil
}

// build names what the pages of this version are made of, in a language.
func build(l *text.Locale) string {
	return ui.OverlayStyle.Path() + " " + ui.Overlay.Path() + " " + ui.Alerts.Path() + " " + l.Language()
}

// localeOf is the locale of a page of an overlay: that of its stage, or else that of who looks.
func localeOf(l *text.Locale, v app.OverlayVisit) *text.Locale {
	if v.Language == "" {
		return l
	}
	return text.Accepted(v.Language)
}

// refuse answers with a page that shows nothing: it may be on a stream. Its status says what is wrong, and so does the log of a streaming program.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	status := map[fault.Kind]int{
		fault.NotFound: http.StatusNotFound, fault.WrongMethod: http.StatusMethodNotAllowed, fault.RateLimited: http.StatusTooManyRequests,
		fault.Unavailable: http.StatusServiceUnavailable,
	}[f.Kind]
	if status == 0 && r.Context().Err() == nil {
		s.o.Log.ErrorContext(r.Context(), "overlay", "request_id", api.RequestID(w.Header()), "error", err)
	}
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if status == http.StatusTooManyRequests || status >= http.StatusInternalServerError {
		// A streaming program does not load a page again that failed. The page does.
		wait := api.Seconds(max(f.Wait(), refreshAfter))
		w.Header().Set("Retry-After", wait)
		w.Header().Set("Refresh", wait)
	}
	if err := s.write(w, status, page{overlay: overlay{locale: text.Of(r)}}); err != nil {
		s.o.Log.ErrorContext(r.Context(), "overlay", "error", err)
	}
}

// mirror has the page of an overlay show what there is to see, as long as its key opens it.
func (s *Server) mirror(visit app.OverlayVisit, key string, l *text.Locale, r *http.Request) live.Mirror {
	renew := func(ctx context.Context) (app.Actor, error) {
		visit, err := s.o.App.OpenOverlay(ctx, key)
		if fault.Is(err, fault.NotFound) {
			err = &fault.Error{Kind: fault.Unauthenticated}
		}
		return visit.Actor(), err
	}
	return live.Mirror{
		Hub: s.o.Hub, Log: s.o.Log, Fact: visit.FactID,
		Happened: func(topics []fund.Topic) { s.scenes.happened(frameKey{key, l.Language()}, topics) }, // it may become a scene
		Joining:  live.Joining{Kind: "overlay", Receiver: live.Receiver{Actor: visit.Actor(), Session: visit.ID, Renew: renew}, Address: s.o.Address(r)},
		Alerts:   visit.Kind == fund.OverlayAlerts, Hear: s.hears(visit, localeOf(l, visit)),
		Paint: func(ctx context.Context) (live.Frame, error) {
			return s.shared.Get(ctx, frameKey{key, l.Language()}, func(ctx context.Context) (live.Frame, time.Time, error) {
				f, err := s.frame(ctx, l, key)
				return f, f.Until, err
			})
		},
	}
}

// frame is what the pages of an overlay show now.
func (s *Server) frame(ctx context.Context, l *text.Locale, key string) (live.Frame, error) {
	visit, err := s.o.App.OpenOverlay(ctx, key)
	if err != nil {
		return live.Frame{}, err
	}
	var kept *keptParts
	if visit.Kind == fund.OverlayScene {
		kept = s.scenes.parts(frameKey{key, l.Language()}, s.o.App.Now())
		kept.begin(look{visit.Language, visit.ShownCurrency})
	}
	l = localeOf(l, visit)
	shown, err := s.draw(ctx, l, visit, kept)
	if err != nil {
		return live.Frame{}, err
	}
	var html bytes.Buffer
	if err := parsed().Write(&html, l, "overlay", shown); err != nil {
		return live.Frame{}, err
	}
	return live.Painting(build(l), html.String(), shown.until)
}
