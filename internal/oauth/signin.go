package oauth

import (
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
)

// signInPurpose is what the form of the sign-in page is for.
const signInPurpose = "sign in"

// signInPage is what the sign-in page shows.
type signInPage struct {
	Form, Next, Email string
	// App is the name of the application that wants the sign-in; "" for none.
	App string
	// Problem is why it did not work; "" at first.
	Problem string
}

// askSignIn is GET /account/sign-in.
func (s *Server) askSignIn(w http.ResponseWriter, r *http.Request) error {
	next := nextPage(r.URL.Query().Get("next"))
	_, err := s.visit(r)
	switch {
	case err == nil:
		redirect(w, next)
		return nil
	case !fault.Is(err, fault.Unauthenticated):
		return err
	}
	return s.showSignIn(w, r, http.StatusOK, signInPage{Next: next})
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request, status int, page signInPage) error {
	var err error
	if page.Form, err = s.visitorForm(w, r, signInPurpose); err != nil {
		return err
	}
	page.App = s.appOf(r, page.Next)
	title := say(r, "signin.title")
	if page.Problem != "" {
		title = say(r, "signin.error_title")
	}
	s.show(w, r, view{template: "signin.html", status: status, Title: title, Data: page})
	return nil
}

// signIn takes the credentials. A mistake shows the form again with everything but the password.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	page := signInPage{Next: nextPage(r.PostForm.Get("next")), Email: r.PostForm.Get("email")}
	if err := s.checkForm(r, signInPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = say(r, "signin.out_of_date")
		return s.showSignIn(w, r, http.StatusForbidden, page)
	}
	session, err := s.app.SignIn(r.Context(), app.Credentials{
		Email: page.Email, Password: r.PostForm.Get("password"), Agent: r.UserAgent(), Address: s.address(r), Language: text.Of(r).Language(),
		Before: s.cookie(r, sessionCookie),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.signedIn(w, session)
		redirect(w, page.Next)
		return nil
	case f.Kind == fault.Unauthenticated:
		page.Problem = say(r, "signin.wrong")
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		api.LogLimited(r.Context(), s.log, s.address(r), f)
		page.Problem = say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		retryAfter(w, f)
		return s.showSignIn(w, r, http.StatusTooManyRequests, page)
	}
	return err
}

// signedIn gives a browser a session in place of what named it before.
func (s *Server) signedIn(w http.ResponseWriter, session string) {
	s.setCookie(w, visitorCookie, "", -1)
	s.setCookie(w, sessionCookie, session, int(app.SessionLife.Seconds()))
}

// signOut ends the session, and goes on to the page that somebody else may want to sign in for.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visit(r)
	if err == nil {
		if err := s.checkForm(r, accountPurpose); err != nil {
			return err
		}
		err = s.app.EndSession(r.Context(), v.Actor(), v.Session.ID)
	}
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		return err
	}
	s.setCookie(w, sessionCookie, "", -1)
	redirect(w, signInAt(nextPage(r.PostForm.Get("next"))))
	return nil
}
