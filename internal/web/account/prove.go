package account

import (
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// provePage is what the page shows that asks again who somebody is.
type provePage struct {
	Form, Next, Email string
	// Password reports whether the account has one, Providers are those whose account proves it, too.
	Password  bool
	Providers []providerButton
	// Problem is why it did not work; "" at first.
	Problem string
	// Passkey asks for one instead; nil for who has none here.
	Passkey *passkeyForm
}

// askProof is GET /account/prove.
func (s *Server) askProof(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showProof(w, r, v, http.StatusOK, provePage{Next: s.Next(r.URL.Query().Get("next")), Email: v.User.Email})
}

func (s *Server) showProof(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page provePage) (err error) {
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	if page.Password, page.Providers, err = s.proofs(r); err != nil {
		return err
	}
	all, err := s.app.ListPasskeys(r.Context(), v.Actor())
	if err == nil && slices.ContainsFunc(all, func(p fund.Passkey) bool { return p.Host == s.app.PasskeyHost() }) {
		page.Passkey, err = s.passkeyFor(r, page.Form, "/account/prove/passkey", page.Next)
	}
	if err != nil {
		return err
	}
	title := session.Say(r, "prove.title")
	if page.Problem != "" {
		title = session.Say(r, "prove.error_title")
	}
	s.Show(w, r, session.View{Template: "prove.html", Status: status, Title: title, Data: page, Scripts: scriptsOf(page.Passkey)})
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
		return s.showProof(w, r, v, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showProof(w, r, v, http.StatusTooManyRequests, page)
	}
	return err
}

// proofs are the ways in which who is signed in proves again who they are.
func (s *Server) proofs(r *http.Request) (password bool, providers []providerButton, err error) {
	v, err := s.Visit(r)
	if err != nil {
		return false, nil, err
	}
	ways, err := s.app.SignInWays(r.Context(), v.Actor())
	for _, one := range s.app.OpenIDProviders() {
		if slices.ContainsFunc(ways.Identities, func(i app.UserIdentity) bool { return i.Issuer == one.Issuer }) {
			providers = append(providers, providerButton{one.ID, one.Name})
		}
	}
	return ways.Password, providers, err
}
