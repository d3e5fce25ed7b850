package dash

import (
	"net/http"
	"net/url"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// acceptPage is what who has the link of a grant sees.
type acceptPage struct {
	Key, Fact, Name string
	Boxes           []roleBox
	Grant           fund.FactGrant
	// Form is the token of the form, User who is signed in; "" for nobody. SignIn leads to the sign-in and back.
	Form, User, SignIn string
	// Replaces is set where the browser has another grant without an account.
	Replaces bool
}

// askAccept is GET /dashboard/accept. It changes nothing, because programs follow links, too.
func (s *Server) askAccept(w http.ResponseWriter, r *http.Request) error {
	l := text.Of(r)
	page := acceptPage{Key: r.URL.Query().Get("key"), SignIn: session.SignInAt(r.URL.RequestURI())}
	offered, err := s.app.GetOfferedGrant(r.Context(), page.Key)
	if err != nil {
		return s.closed(w, r, err)
	}
	page.Fact, page.Name, page.Grant = offered.Fact.Name, offered.Name, offered.FactGrant
	page.Grant.EndsAt = offered.EndsAt.In(fund.Zone(offered.Fact.TimeZone))
	for _, role := range offered.Roles {
		page.Boxes = append(page.Boxes, roleBox{Name: l.Text(roleTexts[role][0]), Text: l.Text(roleTexts[role][1])})
	}
	by, err := s.who(r)
	switch {
	case err == nil && !by.Alone:
		page.User = by.Person
		page.Form, err = s.form(r, by)
	case err == nil || fault.Is(err, fault.Unauthenticated):
		page.Replaces = by.Alone
		page.Form, err = s.VisitorForm(w, r, acceptPurpose)
	}
	if err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "accept.html", Title: l.Text("dash.accept.title"), Data: page})
	return nil
}

// closed shows that a link does not work, if that is the error.
func (s *Server) closed(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{
		Heading: session.Say(r, "dash.accept.closed"), Text: session.Say(r, "dash.accept.closed.text"),
	}))
	return nil
}

// accept gives the grant to the account of who is signed in.
func (s *Server) accept(w http.ResponseWriter, r *http.Request, by who) error {
	if by.Alone {
		session.Redirect(w, AcceptPath+"?"+url.Values{"key": {r.PostForm.Get("key")}}.Encode())
		return nil
	}
	g, err := s.app.AcceptGrant(r.Context(), by.actor, r.PostForm.Get("key"))
	if err != nil {
		return s.closed(w, r, err)
	}
	session.Redirect(w, Path+"/"+g.FactID.String())
	return nil
}

// acceptAlone gives the grant to the browser.
func (s *Server) acceptAlone(w http.ResponseWriter, r *http.Request) error {
	if err := s.CheckVisitorForm(r, acceptPurpose); err != nil {
		return err
	}
	cookie, g, err := s.app.AcceptGrantAlone(r.Context(), r.PostForm.Get("key"), s.Address(r))
	if err != nil {
		return s.closed(w, r, err)
	}
	s.Granted(w, cookie, g.EndsAt.Sub(s.app.Now()))
	session.Redirect(w, Path+"/"+g.FactID.String())
	return nil
}

// leave takes the grant from the browser. Those who give grants can give it another link.
func (s *Server) leave(w http.ResponseWriter, _ *http.Request, by who) error {
	if !by.Alone {
		return errNothing
	}
	s.Granted(w, "", 0)
	session.Redirect(w, "/")
	return nil
}
