package account

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// passkeyForm asks the browser for a passkey, by the script of the page.
type passkeyForm struct {
	Form, Action, Next string
	// Options are for the script, State comes back with the answer.
	Options, State string
	// New reports whether the passkey is to be made. Name is what was typed for it, Wrong what is wrong with that.
	New         bool
	Name, Wrong string
}

// passkeyFor is the form that asks for a passkey to sign in with, or to prove who somebody is. The answer is bound to the browser by the token of the form.
func (s *Server) passkeyFor(r *http.Request, form, action, next string) (*passkeyForm, error) {
	if !s.app.HasPasskeys() {
		return nil, nil //nolint:nilnil // there is no such form where browsers have no passkeys
	}
	asked, err := s.app.AskPasskey(r.Context(), form)
	return &passkeyForm{Form: form, Action: action, Next: next, Options: asked.Options, State: asked.State}, err
}

// scriptsOf are the scripts of a page with such a form.
func scriptsOf(form *passkeyForm) []*ui.Asset {
	if form == nil {
		return nil
	}
	return []*ui.Asset{ui.Passkey}
}

// answerOf is what a browser answered.
func answerOf(r *http.Request) app.PasskeyAnswer {
	return app.PasskeyAnswer{State: r.PostForm.Get("state"), Answer: r.PostForm.Get("answer"), Browser: r.PostForm.Get("form")}
}

// signInByPasskey takes a passkey in place of the password and the second factor.
func (s *Server) signInByPasskey(w http.ResponseWriter, r *http.Request) error {
	page := signInPage{Next: s.Next(r.PostForm.Get("next"))}
	if err := s.CheckVisitorForm(r, signInPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showSignIn(w, r, http.StatusForbidden, page)
	}
	started, err := s.app.SignInWithPasskey(r.Context(), app.PasskeySignIn{
		PasskeyAnswer: answerOf(r), Agent: r.UserAgent(), Address: s.Address(r), Language: text.Of(r).Language(), Before: s.Text(r),
	})
	switch {
	case err == nil:
		s.passedFirst(w, started, page.Next)
		return nil
	case fault.Is(err, fault.Invalid):
		page.Problem = session.Say(r, "passkey.wrong")
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, page)
	}
	return err
}

// proveByPasskey takes a passkey of who is signed in, and goes back to where it was asked for.
func (s *Server) proveByPasskey(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	page := provePage{Next: s.Next(r.PostForm.Get("next")), Email: v.User.Email}
	err := s.app.ProvePasskey(r.Context(), s.actor(r, v), answerOf(r))
	switch {
	case err == nil:
		session.Redirect(w, page.Next)
		return nil
	case fault.Is(err, fault.Invalid):
		page.Problem = session.Say(r, "passkey.wrong")
		return s.showProof(w, r, v, http.StatusUnprocessableEntity, page)
	}
	return err
}

// passkeysPage is what the page about passkeys shows.
type passkeysPage struct {
	Form     string
	Passkeys []passkeyRow
	// New asks for another one; nil where browsers make none, and until somebody proved who they are: Prove.
	New   *passkeyForm
	Prove bool
	// Problem is why something did not work; "" at first.
	Problem string
}

type passkeyRow struct {
	ID, Name          string
	CreatedAt, UsedAt time.Time
	// Elsewhere is the host that it is tied to, if that is not this one any more; else "".
	Elsewhere string
}

// passkeys is GET /account/passkeys.
func (s *Server) passkeys(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showPasskeys(w, r, v, http.StatusOK, passkeysPage{})
}

func (s *Server) showPasskeys(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page passkeysPage) (err error) {
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	all, err := s.app.ListPasskeys(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	for _, one := range all {
		row := passkeyRow{ID: one.ID.String(), Name: one.Name, CreatedAt: one.CreatedAt, UsedAt: one.UsedAt}
		if one.Host != s.app.PasskeyHost() {
			row.Elsewhere = one.Host
		}
		page.Passkeys = append(page.Passkeys, row)
	}
	if s.app.HasPasskeys() {
		asked, err := s.app.AskNewPasskey(r.Context(), v.Actor(), page.Form)
		page.Prove = app.NeedsProof(err)
		if err != nil && !page.Prove {
			return err
		}
		if page.New == nil {
			page.New = &passkeyForm{}
		}
		page.New.Form, page.New.Action, page.New.Options, page.New.State, page.New.New = page.Form, "/account/passkeys/add", asked.Options, asked.State, true
		if page.Prove {
			page.New = nil
		}
	}
	title := session.Say(r, "passkeys.title")
	if status != http.StatusOK {
		title = session.Say(r, "passkeys.error_title")
	}
	s.Show(w, r, session.View{Template: "passkeys.html", Status: status, Title: title, Data: page, Scripts: scriptsOf(page.New)})
	return nil
}

// addPasskey takes a new passkey.
func (s *Server) addPasskey(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	name := r.PostForm.Get("name")
	err := s.app.AddPasskey(r.Context(), s.actor(r, v), name, answerOf(r))
	f := fault.From(err)
	page := passkeysPage{New: &passkeyForm{Name: name}}
	switch {
	case err == nil:
		session.Redirect(w, passkeysPath)
		return nil
	case f.Kind == fault.Conflict:
		page.Problem = session.Say(r, "passkeys.full", "Count", fund.MaxPasskeys)
	case f.Kind == fault.Invalid && len(f.Fields) > 0 && f.Fields[0].Path == "name":
		page.New.Wrong = session.Say(r, "passkeys.name.wrong")
	case f.Kind == fault.Invalid:
		page.Problem = session.Say(r, "passkey.wrong")
	default:
		return err
	}
	return s.showPasskeys(w, r, v, http.StatusUnprocessableEntity, page)
}

// removePasskey removes one. What is not there, or another's, needs no end.
func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	if id, err := fund.ParseID(r.PostForm.Get("id")); err == nil {
		err := s.app.RemovePasskey(r.Context(), s.actor(r, v), id)
		if fault.Is(err, fault.Conflict) {
			return s.showPasskeys(w, r, v, http.StatusConflict, passkeysPage{Problem: session.Say(r, "passkeys.only")})
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	session.Redirect(w, passkeysPath)
	return nil
}
