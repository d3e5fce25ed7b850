package account

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// signInPurpose is what the form of the sign-in page is for.
const signInPurpose = "sign in"

// signInPage is what the sign-in page shows.
type signInPage struct {
	Form, Next, Email string
	// App is the name of the application that wants the sign-in; "" for none.
	App string
	// Passkey asks for one instead; nil where browsers have none.
	Passkey *passkeyForm
	// SignUp reports whether anybody may make an account.
	SignUp bool
	// Providers are where else people sign in.
	Providers []providerButton
	// Problem is why it did not work; "" at first.
	Problem string
}

// askSignIn is GET /account/sign-in.
func (s *Server) askSignIn(w http.ResponseWriter, r *http.Request) error {
	next := s.Next(r.URL.Query().Get("next"))
	_, err := s.Visit(r)
	switch {
	case err == nil:
		session.Redirect(w, next)
		return nil
	case !fault.Is(err, fault.Unauthenticated):
		return err
	}
	return s.showSignIn(w, r, http.StatusOK, signInPage{Next: next})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, page signInPage) error {
	var err error
	if page.Form, err = s.VisitorForm(w, r, signInPurpose); err != nil {
		return err
	}
	page.App = s.appOf(r, page.Next)
	mode, err := s.app.SignUpMode(r.Context())
	if err != nil {
		return err
	}
	page.Providers = s.providerButtons()
	page.SignUp = mode == fund.SignUpOpen && s.app.SendsMail()
	if page.Passkey, err = s.passkeyFor(r, page.Form, "/account/sign-in/passkey", page.Next); err != nil {
		return err
	}
	title := session.Say(r, "signin.title")
	if page.Problem != "" {
		title = session.Say(r, "signin.error_title")
	}
	s.Show(w, r, session.View{Template: "signin.html", Status: status, Title: title, Data: page, Scripts: scriptsOf(page.Passkey)})
	return nil
}

// signIn takes the credentials. A mistake shows the form again with everything but the password.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	page := signInPage{Next: s.Next(r.PostForm.Get("next")), Email: r.PostForm.Get("email")}
	if err := s.CheckVisitorForm(r, signInPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showSignIn(w, r, http.StatusForbidden, page)
	}
	started, err := s.app.SignIn(r.Context(), app.Credentials{
		Email: page.Email, Password: r.PostForm.Get("password"), Agent: r.UserAgent(), Address: s.Address(r), Language: text.Of(r).Language(),
		Before: s.Text(r),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.passedFirst(w, started, page.Next)
		return nil
	case f.Kind == fault.Unauthenticated:
		page.Problem = session.Say(r, "signin.wrong")
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showSignIn(w, r, http.StatusTooManyRequests, page)
	}
	return err
}

// signOut ends the session, and goes on to the page that somebody else may want to sign in for.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	v, err := s.Visit(r)
	if err == nil {
		if err := s.CheckForm(r, session.Account); err != nil {
			return err
		}
		err = s.app.EndSession(r.Context(), v.Actor(), v.Session.ID)
	}
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	s.SignedOut(w)
	session.Redirect(w, session.SignInAt(s.Next(r.PostForm.Get("next"))))
	return nil
}

// appOf is the name of the application that a page after the sign-in is about; "" for none.
func (s *Server) appOf(r *http.Request, next string) string {
	raw, is := strings.CutPrefix(next, session.Authorize+"?")
	if !is {
		return ""
	}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return ""
	}
	application, err := s.app.FindApplication(r.Context(), query.Get("client_id"))
	if err != nil {
		application = fund.Application{}
	}
	return application.Name
}
