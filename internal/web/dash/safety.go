package dash

import (
	"net/http"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// safetyCard is a choice of how what donors write is screened.
type safetyCard struct {
	Value, Name string
	// Says is what the choice does, in sentences.
	Says    []string
	Checked bool
}

// safetyTexts are the name of each choice, and what it does.
var safetyTexts = map[fund.Safety][]text.ID{
	fund.SafetyRelaxed:  {"dash.safety.relaxed", "dash.safety.relaxed.shows", "dash.safety.words", "dash.safety.contacts"},
	fund.SafetyNormal:   {"dash.safety.normal", "dash.safety.normal.shows", "dash.safety.words", "dash.safety.contacts"},
	fund.SafetyStrict:   {"dash.safety.strict", "dash.safety.strict.shows", "dash.safety.strict.nobody", "dash.safety.words", "dash.safety.contacts"},
	fund.SafetyHostOnly: {"dash.safety.host_only", "dash.safety.host_only.shows", "dash.safety.host_only.reads", "dash.safety.words", "dash.safety.contacts"},
}

func safetyCards(l *text.Locale, chosen fund.Safety) (cards []safetyCard) {
	for _, s := range fund.Safeties() {
		ids := safetyTexts[s]
		card := safetyCard{Value: string(s), Name: l.Text(ids[0]), Checked: s == chosen}
		for _, id := range ids[1:] {
			card.Says = append(card.Says, l.Text(id))
		}
		cards = append(cards, card)
	}
	return cards
}

// chosenOr is the choice that a form sent, or the one that is.
func chosenOr(r *http.Request, is fund.Safety) fund.Safety {
	if sent := fund.Safety(r.PostForm.Get("safety")); sent.Known() {
		return sent
	}
	return is
}

type safetyPage struct {
	place

	Cards         []safetyCard
	Saved         bool
	SafetyProblem string
}

// askSafety is GET /dashboard/{fact}/safety.
func (s *Server) askSafety(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showSafety(w, r, safetyPage{place: p, Saved: r.URL.Query().Has("saved")})
}

func (s *Server) showSafety(w http.ResponseWriter, r *http.Request, page safetyPage) error {
	g, err := s.app.GetDonationSettings(r.Context(), page.actor, page.key())
	if err != nil {
		return err
	}
	page.Cards = safetyCards(text.Of(r), chosenOr(r, g.Safety()))
	v := session.View{Template: "safety.html", Title: session.Say(r, "dash.safety.title", "Name", page.Fact.Name), Data: page}
	if page.SafetyProblem != "" {
		v.Status, v.Title = http.StatusUnprocessableEntity, session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// setSafety chooses how what donors write is screened.
func (s *Server) setSafety(w http.ResponseWriter, r *http.Request, p place) error {
	safety := fund.Safety(r.PostForm.Get("safety"))
	if !safety.Known() {
		return s.showSafety(w, r, safetyPage{place: p, SafetyProblem: session.Say(r, "dash.safety.wrong")})
	}
	if _, err := s.app.UpdateDonationSettings(r.Context(), p.actor, p.key(), safety.Patch()); err != nil {
		return err
	}
	session.Redirect(w, p.Base()+"/safety?saved=yes")
	return nil
}
