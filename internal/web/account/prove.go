package account

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// provePage is what the page shows that asks again who somebody is.
type provePage struct {
	Form, Next, Email string
	// Problem is why it did not work; "" at first.
	Problem string
}

// askProof is GET /account/prove.
func (s *Server) askProof(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showProof(w, r, http.StatusOK, provePage{Next: s.Next(r.URL.Query().Get("next")), Email: v.User.Email})
}

func (s *Server) showProof(w http.ResponseWriter, r *http.Request, status int, page provePage) (err error) {
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	title := session.Say(r, "prove.title")
	if page.Problem != "" {
		title = session.Say(r, "prove.error_title")
	}
	s.Show(w, r, session.View{Template: "prove.html", Status: status, Title: title, Data: page})
	return nil
}

// prove takes the password, and goes back to where it was asked for.
func (s *Server) prove(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	page := provePage{Next: s.Next(r.PostForm.Get("next")), Email: v.User.Email}
	err := s.app.ProvePassword(r.Context(), s.actor(r, v), r.PostForm.Get("password"))
	f := fault.From(err)
	switch {
	case err == nil:
		session.Redirect(w, page.Next)
		return nil
	case f.Kind == fault.Invalid:
		page.Problem = session.Say(r, "prove.wrong")
		return s.showProof(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showProof(w, r, http.StatusTooManyRequests, page)
	}
	return err
}
