package account

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// confirmPurpose is what the form that confirms an address is for. Its browser need not be signed in.
const confirmPurpose = "confirm an address"

// emailPage is what the page shows that asks for another address, and the one after it.
type emailPage struct {
	Form, Now, Email string
	// Wait is how long the link works, in words. Problem is why it did not work; "" at first.
	Wait, Problem string
}

// askEmail is GET /account/email.
func (s *Server) askEmail(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	if done, err := s.withoutPassword(w, r, v, "email.title"); done || err != nil {
		return err
	}
	return s.showEmail(w, r, http.StatusOK, emailPage{Now: v.User.Email})
}

// showEmail shows the form, or that this server sends no mail.
func (s *Server) showEmail(w http.ResponseWriter, r *http.Request, status int, page emailPage) (err error) {
	if !s.app.SendsMail() {
		s.Show(w, r, session.StopView(status, session.Stop{Heading: session.Say(r, "email.title"), Text: session.Say(r, "email.none")}))
		return nil
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	title := session.Say(r, "email.title")
	if page.Problem != "" {
		title = session.Say(r, "email.error_title")
	}
	s.Show(w, r, session.View{Template: "email.html", Status: status, Title: title, Data: page})
	return nil
}

// sendEmail asks for another address. What it answers does not depend on whether that has an account.
func (s *Server) sendEmail(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	page := emailPage{Now: v.User.Email, Email: r.PostForm.Get("email"), Wait: text.Of(r).Wait(fund.AccountLinkLife)}
	if !s.app.SendsMail() {
		return s.showEmail(w, r, http.StatusUnprocessableEntity, page)
	}
	err := s.app.AskEmail(r.Context(), v.Actor().From(s.Address(r)).Reading(text.Of(r).Language()), page.Email)
	if fault.Is(err, fault.Invalid) {
		page.Problem = emailProblem(text.Of(r), fault.From(err))
		return s.showEmail(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "emailsent.html", Title: session.Say(r, "email.sent"), Data: page})
	return nil
}

// emailProblem is what is wrong with an address that somebody typed.
func emailProblem(l *text.Locale, f *fault.Error) string {
	said := map[string]text.ID{fund.OwnEmail: "email.own", fund.ManyChanges: "email.many", fund.Blank: "email.wrong", fund.NotEmail: "email.wrong"}
	for _, field := range f.Fields {
		if id := said[field.Text]; id != "" {
			return l.Text(id)
		}
	}
	return l.Text("email.long")
}

// confirmPage is what the page shows that a link in a mail leads to.
type confirmPage struct {
	Form, Key, User, Email string
	Problem                string
}

// askConfirm is GET /account/email/confirm. It changes nothing, because programs that look at mails follow links, too.
func (s *Server) askConfirm(w http.ResponseWriter, r *http.Request) error {
	return s.showConfirm(w, r, http.StatusOK, confirmPage{Key: r.URL.Query().Get("key")})
}

func (s *Server) showConfirm(w http.ResponseWriter, r *http.Request, status int, page confirmPage) error {
	pending, err := s.app.GetPendingLogin(r.Context(), page.Key)
	if err != nil {
		return s.closedLink(w, r, err)
	}
	if page.Form, err = s.VisitorForm(w, r, confirmPurpose); err != nil {
		return err
	}
	page.User, page.Email = pending.User.Username, pending.Email
	title := session.Say(r, "email.confirm")
	if page.Problem != "" {
		title = session.Say(r, "email.error_confirm")
	}
	s.Show(w, r, session.View{Template: "emailconfirm.html", Status: status, Title: title, Data: page})
	return nil
}

// closedLink shows that a link does not work, if that is the error.
func (s *Server) closedLink(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "email.closed"), Text: session.Say(r, "email.closed.text", "Wait", text.Of(r).Wait(fund.AccountLinkLife))}))
	return nil
}

// confirmEmail takes the password and changes the address.
func (s *Server) confirmEmail(w http.ResponseWriter, r *http.Request) error {
	if err := s.CheckVisitorForm(r, confirmPurpose); err != nil {
		return err
	}
	page := confirmPage{Key: r.PostForm.Get("key")}
	user, err := s.app.ConfirmEmail(r.Context(), app.LoginProof{
		Key: page.Key, Password: r.PostForm.Get("password"), Address: s.Address(r), Session: s.Text(r),
		Language: text.Of(r).Language(),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.Show(w, r, session.View{Template: "emaildone.html", Title: session.Say(r, "email.done"), Data: emailPage{Now: user.Email}})
		return nil
	case f.Kind == fault.Invalid:
		page.Problem = session.Say(r, "email.confirm.wrong")
		return s.showConfirm(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showConfirm(w, r, http.StatusTooManyRequests, page)
	}
	return s.closedLink(w, r, err)
}
