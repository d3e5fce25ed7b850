package oauth

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// accountPurpose is what the forms of signed-in users are for, that of the consent aside.
const accountPurpose = "account"

// account is GET /account.
func (s *Server) account(w http.ResponseWriter, _ *http.Request) error {
	redirect(w, sessionsPath)
	return nil
}

// sessionsPage is what /account/sessions shows.
type sessionsPage struct {
	Form, User, Email string
	Sessions          []sessionRow
	Apps              []appRow
}

type sessionRow struct {
	ID, Device, Address string
	Since, Seen         time.Time
	// Here tells that it is the one of this browser.
	Here bool
}

type appRow struct {
	ID, Name string
	May      []string
	Since    time.Time
}

// sessions is GET /account/sessions.
func (s *Server) sessions(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visit(r)
	if fault.Is(err, fault.Unauthenticated) {
		redirect(w, signInAt(sessionsPath))
		return nil
	}
	if err != nil {
		return err
	}
	page := sessionsPage{User: v.User.Username, Email: v.User.Email}
	if page.Form, err = s.formToken(r, s.cookie(r, sessionCookie), accountPurpose); err != nil {
		return err
	}
	sessions, err := s.app.ListSessions(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	for _, one := range sessions {
		page.Sessions = append(page.Sessions, sessionRow{
			ID: one.ID.String(), Device: deviceOf(text.Of(r), one.Agent), Address: one.Address, Since: one.CreatedAt, Seen: one.SeenAt,
			Here: one.ID == v.Session.ID,
		})
	}
	apps, err := s.app.AllowedApplications(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	for _, one := range apps {
		page.Apps = append(page.Apps, appRow{
			ID: one.Application.ID.String(), Name: one.Application.Name, May: inWords(text.Of(r), one.Scopes), Since: one.Since,
		})
	}
	s.show(w, r, view{template: "sessions.html", Title: say(r, "account.title"), Data: page})
	return nil
}

// change does something to the account of who is signed in, and shows it again.
func (s *Server) change(w http.ResponseWriter, r *http.Request, do func(app.Actor, fund.ID) error) error {
	v, err := s.visit(r)
	if fault.Is(err, fault.Unauthenticated) {
		redirect(w, signInAt(sessionsPath))
		return nil
	}
	if err == nil {
		err = s.checkForm(r, accountPurpose)
	}
	if err != nil {
		return err
	}
	// What is not there, or another's, needs no end.
	if id, err := fund.ParseID(r.PostForm.Get("id")); err == nil {
		if err := do(v.Actor(), id); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	redirect(w, sessionsPath)
	return nil
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request) error {
	return s.change(w, r, func(actor app.Actor, id fund.ID) error { return s.app.EndSession(r.Context(), actor, id) })
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) error {
	return s.change(w, r, func(actor app.Actor, id fund.ID) error { return s.app.Withdraw(r.Context(), actor, id) })
}

// scopeTexts are the scopes as users are told of them.
var scopeTexts = map[string]text.ID{
	fund.ScopePublic:         "scope.public",
	fund.ScopeCause:          "scope.cause",
	fund.ScopeWebhooksRead:   "scope.webhooks_read",
	fund.ScopeWebhooksWrite:  "scope.webhooks_write",
	fund.ScopeWrite:          "scope.write",
	fund.ScopeDonationsWrite: "scope.donations_write",
	fund.ScopeDonationsRead:  "scope.donations_read",
	fund.ScopeSandbox:        "scope.sandbox",
}

// inWords says what the scopes allow, in the order of the list of all scopes.
func inWords(l *text.Locale, scopes []string) []string {
	var words []string
	for _, scope := range fund.Scopes() {
		if slices.Contains(scopes, scope) {
			words = append(words, l.Text(scopeTexts[scope]))
		}
	}
	return words
}

// deviceOf is what a browser calls itself, in words that its user knows. Many call themselves by
// each other's names too, so the order matters.
func deviceOf(l *text.Locale, agent string) string {
	pick := func(pairs [][2]string, fallback string) string {
		for _, pair := range pairs {
			if strings.Contains(agent, pair[0]) {
				return pair[1]
			}
		}
		return fallback
	}
	browser := pick([][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"OBS/", "OBS"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}, l.Text("account.unknown_browser"))
	system := pick([][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Mac OS X", "Mac"}, {"Linux", "Linux"},
	}, "")
	if system == "" {
		return browser
	}
	return l.Text("account.device", "Browser", browser, "System", system)
}
