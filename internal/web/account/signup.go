package account

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// signUpPurpose is what the form is for of who asks for an account. The browser need not be signed in.
const signUpPurpose = "sign up"

// signUpPage is what the page shows that asks for an account, and the one after it.
type signUpPage struct {
	Form, Email string
	Captcha     *ui.Captcha
	// Wait is how long the link works, in words. Problem is what is wrong with the address, CaptchaProblem what else did not work; "" at first.
	Wait, Problem, CaptchaProblem string
}

// askSignUp is GET /account/sign-up.
func (s *Server) askSignUp(w http.ResponseWriter, r *http.Request) error {
	return s.showSignUp(w, r, http.StatusOK, signUpPage{})
}

// showSignUp shows the form, or that accounts are not made this way.
func (s *Server) showSignUp(w http.ResponseWriter, r *http.Request, status int, page signUpPage) error {
	mode, err := s.app.SignUpMode(r.Context())
	if err != nil {
		return err
	}
	if mode != fund.SignUpOpen || !s.app.SendsMail() {
		s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "signup.closed"), Text: session.Say(r, "signup.closed.text")}))
		return nil
	}
	if page.Form, err = s.VisitorForm(w, r, signUpPurpose); err != nil {
		return err
	}
	page.Captcha = ui.CaptchaOf(s.app.CaptchaWidget())
	w.Header().Set("Content-Security-Policy", ui.ContentPolicy("'self'", page.Captcha.Needs))
	title := session.Say(r, "signup.title")
	if page.Problem+page.CaptchaProblem != "" {
		title = session.Say(r, "signup.error_title")
	}
	s.Show(w, r, session.View{Template: "signup.html", Status: status, Title: title, Data: page})
	return nil
}

// signUp asks for an account. What it answers does not depend on whether the address has one.
func (s *Server) signUp(w http.ResponseWriter, r *http.Request) error {
	l := text.Of(r)
	page := signUpPage{Email: r.PostForm.Get("email"), Wait: l.Wait(fund.AccountLinkLife)}
	if err := s.CheckVisitorForm(r, signUpPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.CaptchaProblem = l.Text("signin.out_of_date")
		return s.showSignUp(w, r, http.StatusForbidden, page)
	}
	if !s.app.SendsMail() {
		return s.showSignUp(w, r, http.StatusUnprocessableEntity, page)
	}
	err := s.app.AskSignUp(r.Context(), app.SignUpAsk{
		LinkAsk: app.LinkAsk{Email: page.Email, Session: s.Visitor(r), Address: s.Address(r), Language: l.Language()},
		Captcha: ui.CaptchaToken(r.PostForm),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.Show(w, r, session.View{Template: "joinsent.html", Title: l.Text("email.sent"), Data: page})
		return nil
	case f.Kind == fault.Forbidden:
		return s.showSignUp(w, r, http.StatusNotFound, page)
	case f.Kind == fault.Invalid && f.Fields[0].Path == app.FieldCaptcha:
		page.CaptchaProblem = l.Text("signup.captcha")
		return s.showSignUp(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.Invalid:
		page.Problem = emailProblem(l, f)
		return s.showSignUp(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.CaptchaProblem = l.Text("forgot.limited", "Wait", l.Wait(f.RetryAfter))
		return s.showSignUp(w, r, http.StatusTooManyRequests, page)
	}
	return err
}
