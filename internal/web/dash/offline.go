package dash

import (
	"crypto/rand"
	"net/http"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// offlinePage is the form of a gift that came some other way.
type offlinePage struct {
	place

	// Reference names the gift, so that a form that is sent twice records it once. The others are what was typed.
	Reference, Amount, Name, Comment string
	Anonymous                        bool
	Example                          string
	// Recorded is the amount that was recorded before; "" for none.
	Recorded                                            string
	AmountProblem, NameProblem, CommentProblem, Problem string
}

// askOffline is GET /dashboard/{fact}/offline.
func (s *Server) askOffline(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showOffline(w, r, http.StatusOK, offlinePage{place: p})
}

func (s *Server) showOffline(w http.ResponseWriter, r *http.Request, status int, page offlinePage) error {
	if page.Reference == "" {
		page.Reference = "dashboard-" + rand.Text()
	}
	page.Example = text.Of(r).Example(page.Fact.Currency)
	v := session.View{Template: "offline.html", Status: status, Title: session.Say(r, "dash.offline.title", "Name", page.Fact.Name), Data: page}
	if status >= http.StatusBadRequest {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// offline records a gift that came some other way, and shows the form again.
func (s *Server) offline(w http.ResponseWriter, r *http.Request, p place) error {
	l := text.Of(r)
	page := offlinePage{
		place: p, Reference: r.PostForm.Get("reference"), Amount: r.PostForm.Get("amount"), Name: r.PostForm.Get("name"), Comment: r.PostForm.Get("comment"),
		Anonymous: r.PostForm.Get("anonymous") != "",
	}
	in := fund.DonationInput{Name: page.Name, Comment: page.Comment, Anonymous: page.Anonymous, Reference: page.Reference}
	var problem string
	if in.Amount, problem = l.Read(page.Amount, p.Fact.Currency); problem != "" || in.Amount == "" {
		page.AmountProblem = l.Text("dash.offline.amount.wrong")
		return s.showOffline(w, r, http.StatusUnprocessableEntity, page)
	}
	d, err := s.app.RecordOffline(r.Context(), p.actor, p.key(), in)
	if err == nil {
		return s.showOffline(w, r, http.StatusOK, offlinePage{place: p, Recorded: l.Amount(d.Amount, d.Currency)})
	}
	switch f := fault.From(err); f.Kind {
	case fault.Invalid:
		for _, wrong := range f.Fields {
			switch wrong.Path {
			case "amount":
				page.AmountProblem = l.Text("dash.offline.amount.refused")
			case "name":
				page.NameProblem = l.Text("dash.wrong.name")
			case "comment":
				page.CommentProblem = l.Text("dash.offline.comment.wrong")
			default:
				page.Problem = l.Text("dash.offline.closed")
			}
		}
		return s.showOffline(w, r, http.StatusUnprocessableEntity, page)
	case fault.Conflict, fault.Unavailable:
		page.Problem = l.Text("dash.offline.closed")
		return s.showOffline(w, r, http.StatusConflict, page)
	}
	return err
}
