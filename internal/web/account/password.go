package account

import (
	"net/http"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	// forgotPurpose is what the form of who forgot a password is for, newPasswordPurpose that of who followed the link. Their browsers need not be
	// signed in.
	forgotPurpose      = "forgot a password"
	newPasswordPurpose = "choose a password"
)

// passwordPage is what the pages about passwords show.
type passwordPage struct {
	Form, Key, User, Email string
	// Least is how many characters a password has at least. Wait is how long a link works, in words.
	Least int
	Wait  string
	// Present and New are what is wrong with the passwords, Problem what else did not work; "" at first.
	Present, New, Problem string
}

// titled is a title, or the one that says that a form was refused.
func (p passwordPage) titled(r *http.Request, title, refused text.ID) string {
	if p.Present != "" || p.New != "" || p.Problem != "" {
		return session.Say(r, refused)
	}
	return session.Say(r, title)
}

// askNewPassword is GET /account/password.
func (s *Server) askNewPassword(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	if done, err := s.withoutPassword(w, r, v, "password.title"); done || err != nil {
		return err
	}
	return s.showPassword(w, r, http.StatusOK, passwordPage{Email: v.User.Email})
}

func (s *Server) showPassword(w http.ResponseWriter, r *http.Request, status int, page passwordPage) (err error) {
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	page.Least = fund.MinPassword
	s.Show(w, r, session.View{Template: "password.html", Status: status, Title: page.titled(r, "password.title", "password.error_title"), Data: page})
	return nil
}

// changePassword takes the present and the new password. A mistake shows the form again without either.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	page, chosen := passwordPage{Email: v.User.Email}, r.PostForm.Get("password")
	// The new one is looked at first: a guess at the present one counts.
	if page.New = passwordProblem(text.Of(r), chosen); page.New != "" {
		return s.showPassword(w, r, http.StatusUnprocessableEntity, page)
	}
	err := s.app.ChangePassword(r.Context(), v.Actor().From(s.Address(r)).Reading(text.Of(r).Language()), app.PasswordChange{
		Present: r.PostForm.Get("present"), New: chosen, Session: s.Text(r),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.Show(w, r, session.View{Template: "passworddone.html", Title: session.Say(r, "password.done"), Data: page})
		return nil
	case f.Kind == fault.Invalid:
		page.Present = session.Say(r, "password.wrong")
		return s.showPassword(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Present = session.Say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showPassword(w, r, http.StatusTooManyRequests, page)
	}
	return err
}

// passwordProblem is what is wrong with a password that somebody chose; "" for nothing.
func passwordProblem(l *text.Locale, password string) string {
	var wrong fault.Fields
	fund.CheckPassword(&wrong, password)
	switch {
	case len(wrong) == 0:
		return ""
	case utf8.RuneCountInString(password) < fund.MinPassword:
		return l.Text("password.short", "Count", fund.MinPassword)
	default:
		return l.Text("password.long")
	}
}

// askForgot is GET /account/password/forgot.
func (s *Server) askForgot(w http.ResponseWriter, r *http.Request) error {
	return s.showForgot(w, r, http.StatusOK, passwordPage{})
}

// showForgot shows the form, or that this server sends no mail.
func (s *Server) showForgot(w http.ResponseWriter, r *http.Request, status int, page passwordPage) (err error) {
	if !s.app.SendsMail() {
		s.Show(w, r, session.StopView(status, session.Stop{Heading: session.Say(r, "forgot.title"), Text: session.Say(r, "forgot.none")}))
		return nil
	}
	if page.Form, err = s.VisitorForm(w, r, forgotPurpose); err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "forgot.html", Status: status, Title: page.titled(r, "forgot.title", "forgot.error_title"), Data: page})
	return nil
}

// sendForgot asks for a link. What it answers does not depend on whether the address has an account.
func (s *Server) sendForgot(w http.ResponseWriter, r *http.Request) error {
	page := passwordPage{Email: r.PostForm.Get("email"), Wait: text.Of(r).Wait(fund.AccountLinkLife)}
	if err := s.CheckVisitorForm(r, forgotPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showForgot(w, r, http.StatusForbidden, page)
	}
	if !s.app.SendsMail() {
		return s.showForgot(w, r, http.StatusUnprocessableEntity, page)
	}
	err := s.app.AskPassword(r.Context(), app.LinkAsk{
		Email: page.Email, Session: s.Visitor(r), Address: s.Address(r), Language: text.Of(r).Language(),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.Show(w, r, session.View{Template: "forgotsent.html", Title: session.Say(r, "email.sent"), Data: page})
		return nil
	case f.Kind == fault.Invalid:
		page.Problem = emailProblem(text.Of(r), f)
		return s.showForgot(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "forgot.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showForgot(w, r, http.StatusTooManyRequests, page)
	}
	return err
}

// askReset is GET /account/password/new. It changes nothing, because programs that look at mails follow links, too.
func (s *Server) askReset(w http.ResponseWriter, r *http.Request) error {
	return s.showReset(w, r, http.StatusOK, passwordPage{Key: r.URL.Query().Get("key")})
}

func (s *Server) showReset(w http.ResponseWriter, r *http.Request, status int, page passwordPage) error {
	user, err := s.app.GetPasswordLink(r.Context(), page.Key)
	if err != nil {
		return s.closedReset(w, r, err)
	}
	if page.Form, err = s.VisitorForm(w, r, newPasswordPurpose); err != nil {
		return err
	}
	page.User, page.Email, page.Least = user.Username, user.Email, fund.MinPassword
	s.Show(w, r, session.View{Template: "newpassword.html", Status: status, Title: page.titled(r, "newpassword.title", "newpassword.error_title"), Data: page})
	return nil
}

// closedReset asks for another link in place of one that does not work, if that is the error.
func (s *Server) closedReset(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return s.showForgot(w, r, http.StatusNotFound, passwordPage{Problem: session.Say(r, "forgot.closed", "Wait", text.Of(r).Wait(fund.AccountLinkLife))})
}

// resetPassword takes the new password of who followed a link.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	if err := s.CheckVisitorForm(r, newPasswordPurpose); err != nil {
		return err
	}
	page, chosen := passwordPage{Key: r.PostForm.Get("key")}, r.PostForm.Get("password")
	if page.New = passwordProblem(text.Of(r), chosen); page.New != "" {
		return s.showReset(w, r, http.StatusUnprocessableEntity, page)
	}
	err := s.app.ResetPassword(r.Context(), app.PasswordReset{Key: page.Key, New: chosen, Address: s.Address(r), Language: text.Of(r).Language()})
	if err != nil {
		return s.closedReset(w, r, err)
	}
	s.Show(w, r, session.View{Template: "newpassworddone.html", Title: session.Say(r, "password.done"), Data: page})
	return nil
}
