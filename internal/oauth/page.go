package oauth

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html style.css
var files embed.FS

// view is a page to be: its template, its title and what it shows.
type view struct {
	template string
	status   int // 0 is 200
	Title    string
	Data     any
	// Play is the text that says that all money is play money; "" where it is real. show sets it.
	Play text.ID
	// Brand says whose site it is, and Languages lead to the same page in each language. show sets them.
	Brand     ui.Brand
	Languages []text.Choice
}

// parsed are the templates of all pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages {
	folder, err := fs.Sub(files, "templates")
	if err != nil {
		panic("oauth: " + err.Error())
	}
	return ui.ParsePages(folder, nil)
})

// say is the text of that id in the language of a request.
func say(r *http.Request, id text.ID, pairs ...any) string { return text.Of(r).Text(id, pairs...) }

// contentPolicy lets a page show itself and nothing else. formAction are further places that its
// forms may lead to.
func contentPolicy(formAction string) string {
	return "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'" + formAction +
		"; frame-ancestors 'none'"
}

// pageHeader is what all answers to browsers have. The address of a page may hold a state, so it is
// told to nobody else; with no-referrer a browser would not say either where our forms come from.
func pageHeader(h http.Header) {
	h.Set("Cache-Control", "no-store")
	api.GuardPage(h, contentPolicy(""), "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, r *http.Request, v view) {
	l := text.Of(r)
	v.Play, v.Brand, v.Languages = text.PlayMoney(string(s.app.Mode(r.Context()))), s.brand, l.Choices(nil)
	if v.status < http.StatusBadRequest { // what was refused is not repeated
		v.Languages = l.Choices(r.URL.Query())
	}
	text.Remember(w, r, s.secure)
	var page bytes.Buffer
	if err := s.pages.Write(&page, l, v.template, v); err != nil {
		s.log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		http.Error(w, l.Text("account.problem.500"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	_, _ = w.Write(page.Bytes())
}

// page serves what shows itself, and its errors as pages.
func (s *Server) page(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			s.failPage(w, r, err)
		}
	}
}

// form is page for what a form sends: it must come from one of our own pages, and not be large.
func (s *Server) form(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return s.page(func(w http.ResponseWriter, r *http.Request) error {
		if err := s.origins.Check(r); err != nil {
			return errOldForm
		}
		if err := coding.Refuse(w.Header(), r); err != nil {
			return err
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := r.ParseForm(); err != nil {
			return fault.Wrap(err, fault.Malformed, "The form could not be read.")
		}
		return serve(w, r)
	})
}

// stop is what a page for a problem shows. RequestID is for whoever reports it; "" for a problem that is not ours.
type stop struct{ Heading, Text, RequestID string }

func (s *Server) failPage(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	switch f.Kind {
	case fault.Forbidden:
		s.show(w, r, problemPage(text.Of(r), http.StatusForbidden))
	case fault.Malformed:
		s.show(w, r, problemPage(text.Of(r), http.StatusBadRequest))
	case fault.Unsupported:
		s.show(w, r, problemPage(text.Of(r), http.StatusUnsupportedMediaType))
	case fault.Unavailable:
		s.note(w, r, f)
		retryAfter(w, f)
		s.show(w, r, brokenPage(text.Of(r), w, http.StatusServiceUnavailable))
	default:
		s.note(w, r, f)
		s.show(w, r, brokenPage(text.Of(r), w, http.StatusInternalServerError))
	}
}

func refusedPage(heading, said string) view {
	return view{template: "stop.html", status: http.StatusBadRequest, Title: heading, Data: stop{Heading: heading, Text: said}}
}

// problemTexts are the heading and the text of the page for a status.
var problemTexts = map[int][2]text.ID{
	http.StatusBadRequest:           {"account.problem.400", "account.problem.400.text"},
	http.StatusForbidden:            {"account.problem.403", "account.problem.403.text"},
	http.StatusNotFound:             {"account.problem.404", "account.problem.404.text"},
	http.StatusMethodNotAllowed:     {"account.problem.405", "account.problem.405.text"},
	http.StatusUnsupportedMediaType: {"account.problem.400", "account.problem.400.text"},
	http.StatusTooManyRequests:      {"account.problem.429", "account.problem.429.text"},
	http.StatusServiceUnavailable:   {"account.problem.503", "account.problem.503.text"},
	http.StatusInternalServerError:  {"account.problem.500", "account.problem.500.text"},
}

// problemPage stands in for a page that cannot be shown.
func problemPage(l *text.Locale, status int) view { return stopPage(l, status, "") }

// brokenPage is problemPage for a problem on our side: it quotes the id of the request.
func brokenPage(l *text.Locale, w http.ResponseWriter, status int) view {
	return stopPage(l, status, api.RequestID(w.Header()))
}

func stopPage(l *text.Locale, status int, id string) view {
	ids := problemTexts[status]
	said := stop{l.Text(ids[0]), l.Text(ids[1]), id}
	return view{template: "stop.html", status: status, Title: said.Heading, Data: said}
}

// consentPage is what the consent page shows.
type consentPage struct {
	Form, AccountForm, Request, Next string
	App, Host                        string
	User, Email                      string
	// Registered reports whether the application registered itself, Terminal whether it is a program on this computer.
	Registered, Terminal bool
	May                  []string
}

func (s *Server) showConsent(w http.ResponseWriter, r *http.Request, in authorization, v app.Visit) error {
	session := s.cookie(r, sessionCookie)
	form, err := s.formToken(r, session, consentPurpose(in))
	if err != nil {
		return err
	}
	account, err := s.formToken(r, session, accountPurpose)
	if err != nil {
		return err
	}
	page := consentPage{
		Form: form, AccountForm: account, Request: in.raw, Next: authorizePath + "?" + in.raw,
		App: in.application.Name, User: v.User.Username, Email: v.User.Email, May: inWords(text.Of(r), in.scopes),
		Registered: in.application.Registered, Terminal: in.application.Public(),
	}
	if back, err := url.Parse(in.back); err == nil {
		page.Host = back.Host
	}
	// Some browsers hold the addresses that a form is sent on to against its form-action too, all of
	// them, and only the application knows where its own address leads on to.
	w.Header().Set("Content-Security-Policy", contentPolicy(" http: https:"))
	s.show(w, r, view{template: "consent.html", Title: say(r, "consent.title", "App", in.application.Name), Data: page})
	return nil
}

// appOf is the name of the application that a page after the sign-in is about; "" for none.
func (s *Server) appOf(r *http.Request, next string) string {
	raw, is := strings.CutPrefix(next, authorizePath+"?")
	if !is {
		return ""
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return ""
	}
	application, err := s.app.FindApplication(r.Context(), query.Get("client_id"))
	if err != nil {
		application = fund.Application{}
	}
	return application.Name
}
