package dash

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// What an invited charity answers.
const (
	answerYes    = "yes"
	answerJoin   = "join"
	answerResend = "resend"
	answerNo     = "no"
)

// answerPage is what who has the link of an invited charity sees.
type answerPage struct {
	Key, Form, Charity, By, Email, Until string
	// Message is what who asked wrote, in paragraphs.
	Message []string
	// Fresh reports whether the link accepts, Joins whether an account can be made, and User is who is signed in; "" for nobody. SignIn leads to the sign-in and back.
	Fresh, Joins bool
	User, SignIn string
	// Username is what was typed. Least is how many characters a password has at least.
	Username                           string
	Least                              int
	NameProblem, PasswordProblem, Wait string
	// Problem is what else did not work; "" at first.
	Problem string
}

// askAnswer is GET /dashboard/charity. It changes nothing, because programs follow links, too.
func (s *Server) askAnswer(w http.ResponseWriter, r *http.Request) error {
	return s.showAnswer(w, r, http.StatusOK, answerPage{Key: r.URL.Query().Get("key")})
}

func (s *Server) showAnswer(w http.ResponseWriter, r *http.Request, status int, page answerPage) error {
	c, err := s.app.GetCharityLink(r.Context(), page.Key)
	if err != nil {
		return s.closedAnswer(w, r, err)
	}
	l := text.Of(r)
	page.Charity, page.By, page.Email, page.Until = c.Name, c.By.Username, c.Email, l.Day(c.DueAt)
	page.Fresh, page.Least, page.Wait = c.Fresh(s.app.Now()), fund.MinPassword, l.Wait(fund.AccountLinkLife)
	page.SignIn = session.SignInAt(session.Charity + "?" + url.Values{"key": {page.Key}}.Encode())
	for line := range strings.Lines(c.Message) {
		if line = strings.TrimSpace(line); line != "" {
			page.Message = append(page.Message, line)
		}
	}
	switch by, err := s.who(r); {
	case err == nil && !by.Alone:
		page.User = by.Person
	case err != nil && !fault.Is(err, fault.Unauthenticated):
		return err
	}
	if page.User == "" {
		if page.Joins, err = s.app.JoinsCharity(r.Context(), c.CharityInvitation); err != nil {
			return err
		}
	}
	if page.Form, err = s.VisitorForm(w, r, charityPurpose); err != nil {
		return err
	}
	v := session.View{Template: "charity.html", Status: status, Title: l.Text("dash.answer.title"), Data: page}
	if page.NameProblem+page.PasswordProblem+page.Problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// closedAnswer shows that a link does not work, if that is the error.
func (s *Server) closedAnswer(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "dash.answer.closed"), Text: session.Say(r, "dash.answer.closed.text")}))
	return nil
}

// answer takes what an invited charity answers.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) error {
	page := answerPage{Key: r.PostForm.Get("key"), Username: r.PostForm.Get("username")}
	if err := s.CheckVisitorForm(r, charityPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showAnswer(w, r, http.StatusForbidden, page)
	}
	switch r.PostForm.Get("answer") {
	case answerYes:
		return s.acceptCharity(w, r, page)
	case answerJoin:
		return s.joinCharity(w, r, page)
	case answerResend:
		return s.resendCharity(w, r, page)
	case answerNo:
		never := r.PostForm.Get("never") != ""
		if err := s.app.DeclineCharityLink(r.Context(), page.Key, app.Never(never)); err != nil {
			return s.closedAnswer(w, r, err)
		}
		said := session.Stop{Heading: session.Say(r, "dash.answer.declined"), Text: session.Say(r, "dash.answer.declined.text")}
		if never {
			said.Text = session.Say(r, "dash.answer.never.text")
		}
		s.Show(w, r, session.StopView(http.StatusOK, said))
		return nil
	default:
		return fault.New(fault.Malformed, "The form has no answer.")
	}
}

// acceptCharity accepts with the account of who is signed in.
func (s *Server) acceptCharity(w http.ResponseWriter, r *http.Request, page answerPage) error {
	by, err := s.who(r)
	if fault.Is(err, fault.Unauthenticated) || err == nil && by.Alone {
		session.Redirect(w, session.SignInAt(session.Charity+"?"+url.Values{"key": {page.Key}}.Encode()))
		return nil
	}
	if err != nil {
		return err
	}
	i, err := s.app.AcceptCharity(r.Context(), by.actor, page.Key)
	if err != nil {
		return s.lateAnswer(w, r, page, err)
	}
	session.Redirect(w, session.CharityProfile(i.ID.String()))
	return nil
}

// lateAnswer shows the page again where the link does not accept any more, and can be sent anew.
func (s *Server) lateAnswer(w http.ResponseWriter, r *http.Request, page answerPage, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	page.Problem = session.Say(r, "dash.answer.late")
	return s.showAnswer(w, r, http.StatusGone, page)
}

// joinCharity makes an account, and accepts with it.
func (s *Server) joinCharity(w http.ResponseWriter, r *http.Request, page answerPage) error {
	l, password := text.Of(r), r.PostForm.Get("password")
	started, id, err := s.app.JoinCharity(r.Context(), app.Joining{
		Key: page.Key, Username: page.Username, Password: password, Agent: r.UserAgent(), Address: s.Address(r), Before: s.Text(r), Language: l.Language(),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.SignedIn(w, started)
		session.Redirect(w, session.CharityProfile(id.String()))
		return nil
	case f.Kind == fault.Invalid:
		for _, wrong := range f.Fields {
			switch {
			case wrong.Path != "password":
				page.NameProblem = l.Text("join.error.name", "Count", fund.MaxName)
			case utf8.RuneCountInString(password) < fund.MinPassword:
				page.PasswordProblem = l.Text("password.short", "Count", fund.MinPassword)
			default:
				page.PasswordProblem = l.Text("password.long")
			}
		}
		return s.showAnswer(w, r, http.StatusUnprocessableEntity, page)
	}
	return s.lateAnswer(w, r, page, err)
}

// resendCharity mails another link to the charity.
func (s *Server) resendCharity(w http.ResponseWriter, r *http.Request, page answerPage) error {
	l := text.Of(r)
	i, err := s.app.ResendCharityLink(r.Context(), app.InvitationAsk{Key: page.Key, Session: s.Visitor(r), Address: s.Address(r), Language: l.Language()})
	f := fault.From(err)
	switch {
	case err == nil:
		said := session.Stop{Heading: session.Say(r, "email.sent"), Text: session.Say(r, "dash.answer.resent", "Email", i.Email, "Wait", l.Wait(fund.AccountLinkLife))}
		s.Show(w, r, session.StopView(http.StatusOK, said))
		return nil
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "forgot.limited", "Wait", l.Wait(f.RetryAfter))
		return s.showAnswer(w, r, http.StatusTooManyRequests, page)
	}
	return s.closedAnswer(w, r, err)
}
