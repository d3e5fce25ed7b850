package account

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// home is GET /account.
func (s *Server) home(w http.ResponseWriter, _ *http.Request) error {
	session.Redirect(w, session.Sessions)
	return nil
}

// sessionsPage is what /account/sessions shows.
type sessionsPage struct {
	Form, User, Email string
	// PublicAt is when pages of the user may be public; the zero time where they do not wait.
	PublicAt time.Time
	Sessions []sessionRow
	Apps     []appRow
	Ways     waysPage
	// Operator reports whether who is here runs the server.
	Operator bool
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
func (s *Server) sessions(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	page := sessionsPage{User: v.User.Username, Email: v.User.Email, Operator: v.User.Operator}
	if v.User.Waits(s.app.Now()) {
		page.PublicAt = v.User.PublicAt
	}
	var err error
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	if page.Ways, err = s.ways(r, v); err != nil {
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
			ID: one.Application.ID.String(), Name: one.Application.Name, May: session.InWords(text.Of(r), one.Scopes), Since: one.Since,
		})
	}
	s.Show(w, r, session.View{Template: "sessions.html", Title: session.Say(r, "account.title"), Data: page})
	return nil
}

// change does something to the account of who is signed in, and shows it again.
func (s *Server) change(do func(context.Context, app.Actor, fund.ID) error) http.HandlerFunc {
	return s.PostSigned(session.Sessions, func(w http.ResponseWriter, r *http.Request, v app.Visit) error {
		// What is not there, or another's, needs no end.
		if id, err := fund.ParseID(r.PostForm.Get("id")); err == nil {
			if err := do(r.Context(), v.Actor(), id); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		session.Redirect(w, session.Sessions)
		return nil
	})
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
