package account

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// SetUpPath is the page on which the first operator makes an account, by the code that the server printed.
const SetUpPath = "/setup"

// setUpPurpose is what the form of the first operator is for. The browser need not be signed in.
const setUpPurpose = "set up"

// firstOperatorPage is what the page shows.
type firstOperatorPage struct {
	Form, Code, Username, Email string
	// Least is how many characters a password has at least.
	Least int
	// CodeProblem, NameProblem, EmailProblem and New are what is wrong with the code, the name, the address and the password, Problem what else did not work; "" at first.
	CodeProblem, NameProblem, EmailProblem, New, Problem string
}

// SetUp makes the handler of the page. Mount it at SetUpPath.
func SetUp(site *session.Site) *session.Room {
	s := &Server{site.Pages(parsed()), site.App()}
	return s.Room(session.Routes{SetUpPath: {http.MethodGet: s.Get(s.askFirstOperator), http.MethodPost: s.Post(s.firstOperator)}})
}

// askFirstOperator is GET /setup. It changes nothing: the code in the address is only filled in.
func (s *Server) askFirstOperator(w http.ResponseWriter, r *http.Request) error {
	return s.showFirstOperator(w, r, http.StatusOK, firstOperatorPage{Code: r.URL.Query().Get("code")})
}

// setUpRefused shows why nobody is set up here, if that is so: there is an operator, or the connection is one on which others can read along.
func (s *Server) setUpRefused(w http.ResponseWriter, r *http.Request) (refused bool, err error) {
	needed, err := s.app.NeedsOperator(r.Context())
	switch {
	case err != nil:
		return true, err
	case !needed:
		s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "firstoperator.done"), Text: session.Say(r, "firstoperator.done.text")}))
	case !strings.HasPrefix(s.BaseURL(), "https://") && !s.Address(r).IsLoopback():
		s.Show(w, r, session.StopView(http.StatusForbidden, session.Stop{Heading: session.Say(r, "firstoperator.plain"), Text: session.Say(r, "firstoperator.plain.text")}))
	default:
		return false, nil
	}
	return true, nil
}

func (s *Server) showFirstOperator(w http.ResponseWriter, r *http.Request, status int, page firstOperatorPage) error {
	if refused, err := s.setUpRefused(w, r); refused {
		return err
	}
	var err error
	if page.Form, err = s.VisitorForm(w, r, setUpPurpose); err != nil {
		return err
	}
	page.Least = fund.MinPassword
	title := session.Say(r, "firstoperator.title")
	if page.CodeProblem+page.NameProblem+page.EmailProblem+page.New+page.Problem != "" {
		title = session.Say(r, "firstoperator.error_title")
	}
	s.Show(w, r, session.View{Template: "firstoperator.html", Status: status, Title: title, Data: page})
	return nil
}

// firstOperator makes the account of the first operator, and signs in.
func (s *Server) firstOperator(w http.ResponseWriter, r *http.Request) error {
	if refused, err := s.setUpRefused(w, r); refused {
		return err
	}
	l, password := text.Of(r), r.PostForm.Get("password")
	page := firstOperatorPage{Code: r.PostForm.Get("code"), Username: r.PostForm.Get("username"), Email: r.PostForm.Get("email")}
	if err := s.CheckVisitorForm(r, setUpPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = l.Text("signin.out_of_date")
		return s.showFirstOperator(w, r, http.StatusForbidden, page)
	}
	if page.New = passwordProblem(l, password); page.New != "" {
		return s.showFirstOperator(w, r, http.StatusUnprocessableEntity, page)
	}
	started, err := s.app.SetUp(r.Context(), app.Joining{
		Key: page.Code, Username: page.Username, Password: password, Agent: r.UserAgent(), Address: s.Address(r), Before: s.Text(r), Language: l.Language(),
	}, page.Email)
	f := fault.From(err)
	switch {
	case err == nil:
		s.SignedIn(w, started)
		session.Redirect(w, session.Admin)
		return nil
	case f.Kind == fault.NotFound:
		page.CodeProblem = l.Text("firstoperator.error.code")
	case f.Kind == fault.Invalid:
		page.NameProblem, _ = joinProblems(l, f)
		page.EmailProblem = firstEmailProblem(l, f)
	case f.Kind == fault.Conflict: // somebody else was faster
		return s.showFirstOperator(w, r, http.StatusConflict, page)
	default:
		return err
	}
	return s.showFirstOperator(w, r, http.StatusUnprocessableEntity, page)
}

// firstEmailProblem is what is wrong with the address that somebody typed; "" for nothing.
func firstEmailProblem(l *text.Locale, f *fault.Error) string {
	for _, field := range f.Fields {
		switch {
		case field.Path == "email" && field.Text == fund.Taken:
			return l.Text("firstoperator.error.email.taken")
		case field.Path == "email":
			return emailProblem(l, f)
		}
	}
	return ""
}
