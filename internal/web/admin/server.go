// Package admin is the administration: the pages on which operators look after the server. It is at /admin and below. For everybody else who is signed in there is
// nothing there. Every page asks the use cases as the operator who looks at it, so that the log of acts names who did what.
package admin

import (
	"embed"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html
var files embed.FS

// parsed are the templates of all pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages { return session.Parse(files) })

// Path is what all pages are below.
const Path = session.Admin

// Finding is what the node found about one thing when it last examined itself.
type Finding struct {
	Check string
	// Warning and Problem report how bad it is: neither for what is as it should be.
	Warning, Problem bool
	// Text says how it stands, and Fix what to do about it, in English; "" where nothing is.
	Text, Fix string
}

// Options are what the pages show beside what the use cases know.
type Options struct {
	// Version is that of the program.
	Version string
	// Findings are what the node found when it last examined itself, the worst first, and when that was; the zero time before the first time. Nil finds nothing.
	Findings func() ([]Finding, time.Time)
}

// Server has the pages.
type Server struct {
	session.Pages

	app      *app.App
	version  string
	findings func() ([]Finding, time.Time)
}

// New makes the handler of the pages. Mount it at Path, with everything below.
func New(site *session.Site, o Options) *session.Room {
	s := &Server{Pages: site.Pages(parsed()), app: site.App(), version: o.Version, findings: o.Findings}
	if s.findings == nil {
		s.findings = func() ([]Finding, time.Time) { return nil, time.Time{} }
	}
	get := func(serve page) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: s.show(serve)}
	}
	both := func(ask, do page) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: s.show(ask), http.MethodPost: s.change(do)}
	}
	return s.Room(session.Routes{
		Path:                    get(s.overview),
		causesPath:              get(s.causes),
		causesPath + "/{cause}": both(s.cause, s.decideOnCause),
		eventsPath:              get(s.events),
		dismissedPath:           get(s.dismissedEvents),
		eventsPath + "/{event}": both(s.event, s.decideOnEvent),
		usersPath:               get(s.users),
		usersPath + "/{user}":   both(s.user, s.changeUser),
		takedownsPath:           both(s.takedowns, s.changeFact),
		receiptsPath:            both(s.receipts, s.resendReceipt),
		settingsPath:            both(s.settings, s.setSetting),
		logPath:                 get(s.acts),
	})
}

// operator is who is here.
type operator struct {
	actor app.Actor
	// Here is the path of the page, Form the token of its forms, and Person what to call who is here.
	Here, Form, Person string
	// Proven reports whether they proved a short time ago who they are, which changes take; Prove is where they do so, and come back.
	Proven bool
	Prove  string
	// Title is the heading of the page.
	Title string
	// Done says what a form did that led here, and Problem why one did nothing; "" for none.
	Done, Problem string
}

// scopes are those of operators on these pages.
var scopes = []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeCause}

// page serves something for an operator.
type page func(http.ResponseWriter, *http.Request, operator) error

// show serves a page.
func (s *Server) show(serve page) http.HandlerFunc { return s.GetSigned(s.forOperators(serve)) }

// change serves what a form sends that is on the page with the same address. It takes a proof that is not old: who left a browser open does not leave the server to
// everybody who comes by.
func (s *Server) change(serve page) http.HandlerFunc {
	proven := s.forOperators(func(w http.ResponseWriter, r *http.Request, by operator) error {
		if err := s.app.RequireProof(by.actor); err != nil {
			return err
		}
		return serve(w, r, by)
	})
	return func(w http.ResponseWriter, r *http.Request) { s.PostSigned(r.URL.Path, proven)(w, r) }
}

// forOperators serves operators. Everybody else gets what an address without a page gets.
func (s *Server) forOperators(serve page) func(http.ResponseWriter, *http.Request, app.Visit) error {
	return func(w http.ResponseWriter, r *http.Request, v app.Visit) error {
		if !v.User.Operator {
			return errNoPage
		}
		by := operator{actor: v.Actor(), Here: r.URL.Path, Person: v.User.Username, Prove: session.ProveAt(r.URL.RequestURI()), Done: doneText(r)}
		by.actor.Scopes = scopes
		by.actor = by.actor.From(s.Address(r)).Reading(text.Of(r).Language())
		by.Proven = s.app.RequireProof(by.actor) == nil
		var err error
		if by.Form, err = s.Form(r, session.Account); err != nil {
			return err
		}
		return serve(w, r, by)
	}
}

// errNoPage is the refusal of a page that is not there, or not for who asks.
var errNoPage = fault.New(fault.NotFound, "There is no such page.")

// subject is the id of what the address of a page names.
func subject(r *http.Request, name string) (fund.ID, error) {
	id, err := fund.ParseID(r.PathValue(name))
	if err != nil {
		return id, errNoPage
	}
	return id, nil
}

// tab leads to one of the pages that all others lead to.
type tab struct {
	Path string
	Text text.ID
	// Here is how the page that is shown stands to it: "page" for the same, "true" for one below it, else "".
	Here string
}

// tabs are all of them, in order.
var tabs = []tab{
	{Path: Path, Text: "admin.overview"}, {Path: causesPath, Text: "admin.causes"}, {Path: usersPath, Text: "admin.users"}, {Path: takedownsPath, Text: "admin.takedowns.tab"},
	{Path: eventsPath, Text: "admin.events"}, {Path: receiptsPath, Text: "admin.receipts"}, {Path: settingsPath, Text: "admin.settings"}, {Path: logPath, Text: "admin.log.tab"},
}

// Tabs are the pages that lead on.
func (o operator) Tabs() []tab {
	all := make([]tab, len(tabs))
	for i, one := range tabs {
		switch {
		case one.Path == o.Here:
			one.Here = "page"
		case one.Path != Path && strings.HasPrefix(o.Here, one.Path+"/"):
			one.Here = "true"
		}
		all[i] = one
	}
	return all
}

// render shows a page with a title; data embeds the operator.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, template string, by operator, data any) {
	title := by.Title
	if by.Problem != "" {
		title = session.Say(r, "dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: template, Status: status, Title: title, Data: data})
}

// doneTexts say what a form did, by what it adds to the address of the page that it leads to.
var doneTexts = map[string]text.ID{
	"approved": "admin.done.approved", "suspended": "admin.done.suspended", "applied": "admin.done.applied", "dismissed": "admin.done.dismissed",
	"disabled": "admin.done.disabled", "enabled": "admin.done.enabled", "ended": "admin.done.ended", "takendown": "admin.done.takendown", "putback": "admin.done.putback",
	"resent": "admin.done.resent", "set": "admin.done.set",
}

func doneText(r *http.Request) string {
	id, known := doneTexts[r.URL.Query().Get("done")]
	if !known {
		return ""
	}
	return session.Say(r, id)
}

// finish leads back to a page, which says what was done.
func finish(w http.ResponseWriter, to, done string) error {
	session.Redirect(w, to+"?done="+done)
	return nil
}

// errNoChoice is the refusal of a form without the button that says what to do.
var errNoChoice = fault.New(fault.Malformed, "The form does not say what to do.")
