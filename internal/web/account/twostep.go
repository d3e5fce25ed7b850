package account

import (
	"html/template"
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// twoStepPage is what the page about two-step sign-in shows.
type twoStepPage struct {
	Form string
	// Since is since when sign-ins ask for a code; zero while they do not. Left is how many recovery codes were not used.
	Since time.Time
	Left  int
}

// twoStep is GET /account/two-step.
func (s *Server) twoStep(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	factor, err := s.app.GetSecondFactor(r.Context(), v.Actor())
	if err != nil {
		return err
	}
	page := twoStepPage{Since: factor.Since, Left: factor.CodesLeft}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "twostep.html", Title: session.Say(r, "twostep.title"), Data: page})
	return nil
}

// setUpPage is what the page shows that sets an authenticator app up.
type setUpPage struct {
	Form string
	// Code is the QR code with the key, Key the key as people type it.
	Code template.HTML
	Key  string
	// Problem is why the code was not taken; "" at first.
	Problem string
}

// beginSetUp makes a key, and shows it.
func (s *Server) beginSetUp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	err := s.app.SetUpAuthenticator(r.Context(), v.Actor())
	if fault.Is(err, fault.Conflict) { // it is on already
		session.Redirect(w, twoStepPath)
		return nil
	}
	if err == nil {
		session.Redirect(w, setUpPath)
	}
	return err
}

// askSetUp is GET /account/two-step/set-up.
func (s *Server) askSetUp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showSetUp(w, r, v, http.StatusOK, "")
}

// showSetUp shows the key, or leads back where there is none, or none any more.
func (s *Server) showSetUp(w http.ResponseWriter, r *http.Request, v app.Visit, status int, problem string) error {
	setup, err := s.app.GetAuthenticatorSetup(r.Context(), v.Actor())
	if fault.Is(err, fault.NotFound) {
		session.Redirect(w, twoStepPath)
		return nil
	}
	if err != nil {
		return err
	}
	drawn, err := ui.QRCode(setup.URL)
	if err != nil {
		return err
	}
	page := setUpPage{Code: template.HTML(drawn), Key: setup.SpelledKey(), Problem: problem} //nolint:gosec // drawn here: rectangles, and nothing that anybody typed
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	title := session.Say(r, "setup.title")
	if problem != "" {
		title = session.Say(r, "setup.error_title")
	}
	s.Show(w, r, session.View{Template: "setup.html", Status: status, Title: title, Data: page})
	return nil
}

// confirmSetUp takes the first code, and shows the recovery codes.
func (s *Server) confirmSetUp(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	codes, err := s.app.ConfirmAuthenticator(r.Context(), s.actor(r, v), r.PostForm.Get("code"))
	switch {
	case err == nil:
		return s.showCodes(w, r, session.Say(r, "codes.on"), codes)
	case fault.Is(err, fault.Invalid):
		return s.showSetUp(w, r, v, http.StatusUnprocessableEntity, session.Say(r, "code.wrong"))
	case fault.Is(err, fault.NotFound):
		session.Redirect(w, twoStepPath)
		return nil
	}
	return err
}

// codesPage is what the page shows that has the recovery codes, this once.
type codesPage struct {
	Heading string
	Codes   []string
}

func (s *Server) showCodes(w http.ResponseWriter, r *http.Request, heading string, codes []string) error {
	s.Show(w, r, session.View{Template: "codes.html", Title: heading, Data: codesPage{heading, codes}})
	return nil
}

// renewCodes makes a new set of recovery codes, and shows it.
func (s *Server) renewCodes(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	codes, err := s.app.RenewRecoveryCodes(r.Context(), s.actor(r, v))
	if fault.Is(err, fault.NotFound) { // it was turned off meanwhile
		session.Redirect(w, twoStepPath)
		return nil
	}
	if err != nil {
		return err
	}
	return s.showCodes(w, r, session.Say(r, "codes.new"), codes)
}

// endTwoStep turns two-step sign-in off.
func (s *Server) endTwoStep(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	if err := s.app.RemoveSecondFactor(r.Context(), s.actor(r, v)); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	session.Redirect(w, twoStepPath)
	return nil
}

// actor is who is signed in, with where the request comes from and the language of its page.
func (s *Server) actor(r *http.Request, v app.Visit) app.Actor {
	return v.Actor().From(s.Address(r)).Reading(text.Of(r).Language())
}
