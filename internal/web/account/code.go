package account

import (
	"net/http"
	"net/url"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// codePurpose is what the form is for that takes the second factor. Its browser is not signed in.
const codePurpose = "second factor"

// codePage is what the page shows that asks for the second factor.
type codePage struct {
	Form, Next, User string
	// App is the name of the application that wants the sign-in; "" for none.
	App string
	// Recovery reports whether it asks for a recovery code.
	Recovery bool
	// Problem is why it did not work; "" at first.
	Problem string
}

// codeAt is the address of the page that asks for the second factor, and leads on to a page of ours.
func codeAt(next string) string { return codePath + "?" + url.Values{"next": {next}}.Encode() }

// passedFirst goes on after the password, or what stands in for it, was right: to the page that was asked for, to the second factor, or to where the
// deletion of the account is undone.
func (s *Server) passedFirst(w http.ResponseWriter, in app.SignedIn, next string) {
	if in.Pending != "" {
		s.Pend(w, in.Pending)
		session.Redirect(w, codeAt(next))
		return
	}
	if in.Restore != "" {
		session.Redirect(w, restorePath+"?"+url.Values{"key": {in.Restore}}.Encode())
		return
	}
	s.SignedIn(w, in.Session)
	session.Redirect(w, next)
}

// askCode is GET /account/sign-in/code.
func (s *Server) askCode(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	return s.showCode(w, r, http.StatusOK, codePage{Next: s.Next(query.Get("next")), Recovery: query.Get("with") == "recovery"})
}

// showCode shows the form, or leads back to the password where the sign-in ended.
func (s *Server) showCode(w http.ResponseWriter, r *http.Request, status int, page codePage) error {
	user, err := s.app.PendingSignIn(r.Context(), s.Pending(r))
	if fault.Is(err, fault.NotFound) {
		session.Redirect(w, session.SignInAt(page.Next))
		return nil
	}
	if err == nil {
		page.Form, err = s.VisitorForm(w, r, codePurpose)
	}
	if err != nil {
		return err
	}
	page.User, page.App = user.Username, s.appOf(r, page.Next)
	title := session.Say(r, "code.title")
	if page.Problem != "" {
		title = session.Say(r, "code.error_title")
	}
	s.Show(w, r, session.View{Template: "code.html", Status: status, Title: title, Data: page})
	return nil
}

// takeCode takes a code of the authenticator app, or a recovery code.
func (s *Server) takeCode(w http.ResponseWriter, r *http.Request) error {
	page := codePage{Next: s.Next(r.PostForm.Get("next")), Recovery: r.PostForm.Get("with") == "recovery"}
	if err := s.CheckVisitorForm(r, codePurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showCode(w, r, http.StatusForbidden, page)
	}
	started, err := s.app.CompleteSignIn(r.Context(), app.SecondStep{
		Pending: s.Pending(r), Code: r.PostForm.Get("code"), Agent: r.UserAgent(), Address: s.Address(r), Language: text.Of(r).Language(), Before: s.Text(r),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.Pend(w, "")
		s.SignedIn(w, started)
		session.Redirect(w, page.Next)
		return nil
	case f.Kind == fault.NotFound:
		s.Pend(w, "")
		session.Redirect(w, session.SignInAt(page.Next))
		return nil
	case f.Kind == fault.Invalid:
		page.Problem = session.Say(r, wrongCode(page.Recovery))
		return s.showCode(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "code.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showCode(w, r, http.StatusTooManyRequests, page)
	}
	return err
}

// wrongCode says that a code was not taken.
func wrongCode(recovery bool) text.ID {
	if recovery {
		return "code.wrong_recovery"
	}
	return "code.wrong"
}
