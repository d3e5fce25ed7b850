package account

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// tokensPage is what the page about access tokens shows.
type tokensPage struct {
	Form   string
	Tokens []tokenRow
}

// tokenRow is a token in the list. Ends is the zero time for one that does not.
type tokenRow struct {
	ID, Name    string
	May         []string
	Since, Ends time.Time
}

// tokens is GET /account/tokens.
func (s *Server) tokens(w http.ResponseWriter, r *http.Request, v app.Visit) (err error) {
	var page tokensPage
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	own, err := s.app.ListOwnTokens(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	for _, one := range own {
		page.Tokens = append(page.Tokens, tokenRow{
			ID: one.ID.String(), Name: one.Name, May: session.InWords(text.Of(r), one.Scopes), Since: one.CreatedAt, Ends: one.ExpiresAt,
		})
	}
	s.Show(w, r, session.View{Template: "tokens.html", Title: session.Say(r, "tokens.title"), Data: page})
	return nil
}

// newTokenPage is what the page shows that makes a token.
type newTokenPage struct {
	Form, Name string
	Scopes     []scopeChoice
	Lives      []lifeChoice
	// NameProblem and ScopeProblem are what is wrong with the name and the scopes, Problem what else did not work; "" at first.
	NameProblem, ScopeProblem, Problem string
}

type scopeChoice struct {
	Scope, Text string
	Chosen      bool
}

type lifeChoice struct {
	Days   int
	Text   string
	Chosen bool
}

// usualLife is the life that is chosen at first, in days.
const usualLife = 90

// askToken is GET /account/tokens/new.
func (s *Server) askToken(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showNewToken(w, r, v, http.StatusOK, newTokenPage{}, app.NewOwnToken{Scopes: []string{fund.ScopePublic}, Days: usualLife})
}

// showNewToken shows the form with what was chosen.
func (s *Server) showNewToken(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page newTokenPage, chosen app.NewOwnToken) (err error) {
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	l := text.Of(r)
	scopes, err := s.app.BeginOwnToken(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	page.Name = chosen.Name
	for _, scope := range scopes {
		page.Scopes = append(page.Scopes, scopeChoice{scope, session.InWords(l, []string{scope})[0], slices.Contains(chosen.Scopes, scope)})
	}
	for _, days := range fund.OwnTokenDays() {
		page.Lives = append(page.Lives, lifeChoice{days, l.Text("tokens.days", "Count", days), days == chosen.Days})
	}
	title := l.Text("tokens.new")
	if page.NameProblem+page.ScopeProblem+page.Problem != "" {
		title = l.Text("tokens.error_title")
	}
	s.Show(w, r, session.View{Template: "newtoken.html", Status: status, Title: title, Data: page})
	return nil
}

// madeToken is what the page shows that has the text of a token, this once.
type madeToken struct {
	Name, Token string
	Ends        time.Time
}

// makeToken makes a token and shows its text.
func (s *Server) makeToken(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil {
		days = 0
	}
	l, in := text.Of(r), app.NewOwnToken{Name: r.PostForm.Get("name"), Scopes: r.PostForm["scope"], Days: days}
	token, made, err := s.app.MakeOwnToken(r.Context(), s.actor(r, v), in)
	f := fault.From(err)
	switch {
	case err == nil:
		s.Show(w, r, session.View{Template: "tokenmade.html", Title: l.Text("tokens.made"), Data: madeToken{made.Name, token, made.ExpiresAt}})
		return nil
	case f.Kind == fault.Invalid:
		return s.showNewToken(w, r, v, http.StatusUnprocessableEntity, tokenProblems(l, f), in)
	case f.Kind == fault.Conflict:
		page := newTokenPage{Problem: l.Text("tokens.many", "Count", fund.MaxOwnTokens)}
		return s.showNewToken(w, r, v, http.StatusConflict, page, in)
	}
	return err
}

// tokenProblems says what is wrong with a token to be.
func tokenProblems(l *text.Locale, f *fault.Error) (page newTokenPage) {
	for _, field := range f.Fields {
		switch field.Path {
		case "name":
			page.NameProblem = l.Text("tokens.error.name", "Count", fund.MaxName)
		case "scope":
			page.ScopeProblem = l.Text("tokens.error.scope")
		default:
			page.Problem = l.Text("tokens.error.days")
		}
	}
	return page
}

// endToken ends a token, and shows the list again.
func (s *Server) endToken(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	// What is not there, or another's, needs no end.
	if id, err := fund.ParseID(r.PostForm.Get("id")); err == nil {
		if err := s.app.EndOwnToken(r.Context(), v.Actor(), id); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	session.Redirect(w, tokensPath)
	return nil
}
