package account

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// appPath is the page of one application; below it are those of its webhooks.
const appPath = appsPath + "/{app}"

// ownApp is an application that its owner looks after.
type ownApp struct {
	ID, Name, ClientID string
	RedirectURIs, May  []string
	Since              time.Time
}

func toOwnApp(l *text.Locale, a fund.Application) ownApp {
	return ownApp{ID: a.ID.String(), Name: a.Name, ClientID: a.ClientID, RedirectURIs: a.RedirectURIs, May: session.InWords(l, a.Scopes), Since: a.CreatedAt}
}

type appsPage struct{ Apps []ownApp }

// apps is GET /account/apps.
func (s *Server) apps(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	own, err := s.app.ListOwnApplications(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	var page appsPage
	for _, one := range own {
		page.Apps = append(page.Apps, toOwnApp(text.Of(r), one))
	}
	s.Show(w, r, session.View{Template: "apps.html", Title: session.Say(r, "apps.title"), Data: page})
	return nil
}

// newAppPage is what the page shows that makes an application.
type newAppPage struct {
	Form, Name, Addresses string
	Scopes                []scopeChoice
	// What is wrong with what was typed, and what else did not work; "" at first.
	NameProblem, AddressProblem, ScopeProblem, Problem string
}

// askApp is GET /account/apps/new.
func (s *Server) askApp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showNewApp(w, r, v, http.StatusOK, newAppPage{}, app.NewApplication{Scopes: []string{fund.ScopePublic}})
}

func (s *Server) showNewApp(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page newAppPage, chosen app.NewApplication) (err error) {
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	l := text.Of(r)
	scopes, err := s.app.BeginOwnApplication(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	page.Name, page.Addresses = chosen.Name, strings.Join(chosen.RedirectURIs, "\n")
	for _, scope := range scopes {
		page.Scopes = append(page.Scopes, scopeChoice{scope, session.InWords(l, []string{scope})[0], slices.Contains(chosen.Scopes, scope)})
	}
	title := l.Text("apps.new")
	if status >= http.StatusBadRequest {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "newapp.html", Status: status, Title: title, Data: page})
	return nil
}

// secretPage shows a secret, this once: Label says what it is, Back leads on.
type secretPage struct{ Heading, Text, ClientID, Label, Secret, Back, BackText string }

func (s *Server) showSecret(w http.ResponseWriter, r *http.Request, page secretPage) {
	s.Show(w, r, session.View{Template: "secret.html", Title: page.Heading, Data: page})
}

// makeApp makes an application, and shows its secret.
func (s *Server) makeApp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	l, in := text.Of(r), app.NewApplication{Name: r.PostForm.Get("name"), RedirectURIs: strings.Fields(r.PostForm.Get("addresses")), Scopes: r.PostForm["scope"]}
	made, secret, err := s.app.MakeOwnApplication(r.Context(), s.actor(r, v), in)
	f := fault.From(err)
	switch {
	case err == nil:
		s.showSecret(w, r, secretPage{
			Heading: l.Text("apps.made"), Text: l.Text("apps.made.text", "Name", made.Name), ClientID: made.ClientID, Label: l.Text("apps.secret"), Secret: secret,
			Back: appsPath + "/" + made.ID.String(), BackText: l.Text("apps.made.on"),
		})
		return nil
	case f.Kind == fault.Invalid:
		page := newAppPage{}
		for _, field := range f.Fields {
			switch field.Path {
			case "name":
				page.NameProblem = l.Text("tokens.error.name", "Count", fund.MaxName)
			case "redirect_uri":
				page.AddressProblem = l.Text("apps.error.address")
			default:
				page.ScopeProblem = l.Text("tokens.error.scope")
			}
		}
		return s.showNewApp(w, r, v, http.StatusUnprocessableEntity, page, in)
	case f.Kind == fault.Conflict:
		return s.showNewApp(w, r, v, http.StatusConflict, newAppPage{Problem: l.Text("apps.many", "Count", fund.MaxOwnApplications)}, in)
	}
	return err
}

// ownedApp is the application that the address names, with the actor that manages its webhooks.
func (s *Server) ownedApp(r *http.Request, v app.Visit) (fund.Application, app.Actor, error) {
	id, err := fund.ParseID(r.PathValue("app"))
	if err != nil {
		return fund.Application{}, app.Actor{}, fault.New(fault.NotFound, "There is no such application.")
	}
	return s.app.OwnApplication(r.Context(), s.actor(r, v), id)
}

type appPageView struct {
	ownApp

	Form, Base string
	Webhooks   []webhookRow
}

type webhookRow struct {
	ID, Name, URL, Format string
	Active                bool
}

type formatChoice struct {
	Value, Text string
	Chosen      bool
}

var formatTexts = map[fund.WebhookFormat]text.ID{
	fund.FormatTiltify: "webhooks.format.tiltify", fund.FormatDiscord: "webhooks.format.discord", fund.FormatSlack: "webhooks.format.slack", fund.FormatMatrix: "webhooks.format.matrix",
}

// ownApp is GET /account/apps/{app}.
func (s *Server) ownApp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, manager, err := s.ownedApp(r, v)
	if err != nil {
		return err
	}
	l := text.Of(r)
	page := appPageView{ownApp: toOwnApp(l, a), Base: appsPath + "/" + a.ID.String()}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	endpoints, err := s.app.ListEndpoints(r.Context(), manager, fund.Page{Limit: fund.MaxEndpoints})
	if err != nil {
		return err
	}
	for _, e := range endpoints {
		page.Webhooks = append(page.Webhooks, webhookRow{ID: e.ID.String(), Name: e.Description, URL: shownURL(e), Format: l.Text(formatTexts[formatOf(e)]), Active: e.Active()})
	}
	s.Show(w, r, session.View{Template: "app.html", Title: a.Name, Data: page})
	return nil
}

// changeApp gives an application a new secret, or ends it.
func (s *Server) changeApp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, _, err := s.ownedApp(r, v)
	if err != nil {
		return err
	}
	l := text.Of(r)
	switch r.PostForm.Get("do") {
	case "rotate":
		secret, err := s.app.RotateOwnSecret(r.Context(), s.actor(r, v), a.ID)
		if err != nil {
			return err
		}
		s.showSecret(w, r, secretPage{
			Heading: l.Text("apps.rotated"), Text: l.Text("apps.rotated.text", "Name", a.Name), ClientID: a.ClientID, Label: l.Text("apps.secret"), Secret: secret,
			Back: appsPath + "/" + a.ID.String(), BackText: l.Text("apps.made.on"),
		})
		return nil
	case "end":
		if err := s.app.EndOwnApplication(r.Context(), s.actor(r, v), a.ID); err != nil {
			return err
		}
		session.Redirect(w, appsPath)
		return nil
	}
	return fault.New(fault.Malformed, "The form does not say what to do.")
}
