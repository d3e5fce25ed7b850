package account

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// restorePurpose is what the form is for that undoes the deletion of an account. Its browser need not be signed in.
const restorePurpose = "restore"

// deletePage is what the page shows that deletes an account.
type deletePage struct {
	app.Leaving

	Form, Email string
	// Days is how long it can be undone.
	Days int
	// Problem is why it was not done; "" at first.
	Problem string
}

// askDelete is GET /account/delete.
func (s *Server) askDelete(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showDelete(w, r, v, http.StatusOK, "")
}

func (s *Server) showDelete(w http.ResponseWriter, r *http.Request, v app.Visit, status int, problem string) (err error) {
	page := deletePage{Email: v.User.Email, Days: int(fund.DeletionWait / (24 * time.Hour)), Problem: problem}
	if page.Leaving, err = s.app.BeginDeletion(r.Context(), v.Actor()); err != nil {
		return err
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	title := session.Say(r, "delete.title")
	if problem != "" {
		title = session.Say(r, "delete.error_title")
	}
	s.Show(w, r, session.View{Template: "delete.html", Status: status, Title: title, Data: page})
	return nil
}

// deletedPage is what the pages about a deleted account show.
type deletedPage struct {
	Form, Key, User string
	EraseAt         time.Time
	// Mailed reports whether a mail with the link was sent.
	Mailed bool
}

// deleteAccount deletes the account, and signs out.
func (s *Server) deleteAccount(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	if r.PostForm.Get("sure") == "" {
		return s.showDelete(w, r, v, http.StatusUnprocessableEntity, session.Say(r, "delete.sure.missing"))
	}
	eraseAt, err := s.app.DeleteAccount(r.Context(), s.actor(r, v))
	switch {
	case fault.Is(err, fault.Conflict): // the page says what has to be done first
		return s.showDelete(w, r, v, http.StatusConflict, session.Say(r, "delete.blocked"))
	case err != nil:
		return err
	}
	s.SignedOut(w)
	s.Show(w, r, session.View{Template: "deleted.html", Title: session.Say(r, "deleted.title"), Data: deletedPage{EraseAt: eraseAt, Mailed: s.app.SendsMail()}})
	return nil
}

// askRestore is GET /account/restore. It changes nothing, because programs that look at mails follow links, too.
func (s *Server) askRestore(w http.ResponseWriter, r *http.Request) error {
	page := deletedPage{Key: r.URL.Query().Get("key")}
	d, err := s.app.GetDeletion(r.Context(), page.Key)
	if err != nil {
		return s.closedRestore(w, r, err)
	}
	page.User, page.EraseAt = d.Kept.Username, d.EraseAt
	if page.Form, err = s.VisitorForm(w, r, restorePurpose); err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "restore.html", Title: session.Say(r, "restore.title"), Data: page})
	return nil
}

// closedRestore shows that a link does not work, if that is the error.
func (s *Server) closedRestore(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "restore.closed"), Text: session.Say(r, "restore.closed.text")}))
	return nil
}

// restore undoes the deletion of an account.
func (s *Server) restore(w http.ResponseWriter, r *http.Request) error {
	if err := s.CheckVisitorForm(r, restorePurpose); err != nil {
		return err
	}
	err := s.app.RestoreAccount(r.Context(), app.Restoring{Key: r.PostForm.Get("key"), Address: s.Address(r), Language: text.Of(r).Language()})
	if err != nil {
		return s.closedRestore(w, r, err)
	}
	s.Show(w, r, session.View{Template: "restored.html", Title: session.Say(r, "restored.title")})
	return nil
}
