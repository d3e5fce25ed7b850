package dash

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// addCases adds the page on which a cause answers donors who want their money back.
func (s *Server) addCases(routes session.Routes) {
	routes[causePath+"/cases"] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.at(may(refunds, ofKind(fund.KindCause, s.cases)))),
		http.MethodPost: s.change(s.at(may(refunds, ofKind(fund.KindCause, s.answerCase)))),
	}
}

// refunds reports whether somebody gives money back.
func refunds(r app.FactRights) bool { return r.Refund }

// casesAtOnce is how many open cases the page has, the oldest.
const casesAtOnce = 50

// caseRow is what a donor says is wrong.
type caseRow struct {
	ID, Message, Left, Currency, Example, Link string
	AnswerBy                                   time.Time
	Overdue                                    bool
	// Amount and Reason are what was typed, the problems what is wrong with it; "" at first.
	Amount, Reason, AmountProblem, ReasonProblem string
}

type casesPage struct {
	place

	Done, Problem string
	Cases         []caseRow
	More          bool
}

// cases is GET /dashboard/{cause}/cases.
func (s *Server) cases(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showCases(w, r, http.StatusOK, casesPage{place: p, Done: done(r)}, caseRow{})
}

// showCases shows the open cases: that of an answer that was refused has what was typed.
func (s *Server) showCases(w http.ResponseWriter, r *http.Request, status int, page casesPage, typed caseRow) error {
	ctx, l, zone := r.Context(), text.Of(r), fund.Zone(page.Fact.TimeZone)
	all, err := s.app.ListCases(ctx, page.actor, app.CaseQuery{Cause: &fund.Key{ID: page.Fact.ID}, Open: true}, fund.Page{Limit: casesAtOnce + 1, Order: fund.OldestFirst})
	if err != nil {
		return err
	}
	page.More = len(all) > casesAtOnce
	for _, c := range all[:min(len(all), casesAtOnce)] {
		d, err := s.app.GetDonation(ctx, page.actor, fund.Key{ID: c.DonationID})
		if err != nil {
			return err
		}
		row := caseRow{
			ID: c.ID.String(), Message: c.Message, Left: l.Amount(d.Net(), d.Currency), Currency: d.Currency, Example: l.Example(d.Currency),
			Link: Path + "/" + d.Fact.ID.String() + "/gifts/" + d.ID.String(), AnswerBy: c.AnswerBy.In(zone), Overdue: c.Overdue(s.app.Now()),
		}
		if row.ID == typed.ID {
			row.Amount, row.Reason, row.AmountProblem, row.ReasonProblem = typed.Amount, typed.Reason, typed.AmountProblem, typed.ReasonProblem
		}
		page.Cases = append(page.Cases, row)
	}
	v := session.View{Template: "cases.html", Status: status, Title: l.Text("dash.cases.title", "Name", page.Fact.Name), Data: page}
	if status >= http.StatusBadRequest {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// answerCase gives money back, or says why not.
func (s *Server) answerCase(w http.ResponseWriter, r *http.Request, p place) error {
	l, typed := text.Of(r), caseRow{ID: r.PostForm.Get("id"), Amount: r.PostForm.Get("amount"), Reason: r.PostForm.Get("reason")}
	id, err := fund.ParseID(typed.ID)
	if err != nil {
		return fault.New(fault.Malformed, "The form names no case.")
	}
	c, err := s.app.GetCase(r.Context(), p.actor, fund.Key{ID: id})
	if err == nil && c.CauseID != p.Fact.ID {
		err = fault.New(fault.NotFound, "There is no such case.")
	}
	if err != nil {
		return err
	}
	var reply app.CaseReply
	switch r.PostForm.Get("do") {
	case "refund":
		var problem string
		if reply.Refund, problem = l.Read(typed.Amount, p.Fact.Currency); problem != "" {
			typed.AmountProblem = l.Text("dash.offline.amount.wrong")
		}
		if r.PostForm.Get("sure") == "" {
			typed.AmountProblem = l.Text("dash.gift.refund.unsure")
		}
	case "decline":
		if reply.Reason = typed.Reason; reply.Reason == "" {
			typed.ReasonProblem = l.Text("dash.wrong.blank")
		}
	default:
		return fault.New(fault.Malformed, "The form does not say what to do.")
	}
	if typed.AmountProblem+typed.ReasonProblem != "" {
		return s.showCases(w, r, http.StatusUnprocessableEntity, casesPage{place: p}, typed)
	}
	_, err = s.app.AnswerCase(r.Context(), p.actor, id, reply)
	switch {
	case err == nil:
		session.Redirect(w, p.Here+"?done=saved")
		return nil
	case fault.Is(err, fault.Invalid) && reply.Reason != "":
		typed.ReasonProblem = l.Text("dash.cases.reason.wrong", "Count", fund.MaxReason)
		return s.showCases(w, r, http.StatusUnprocessableEntity, casesPage{place: p}, typed)
	case fault.Is(err, fault.Invalid):
		typed.AmountProblem = l.Text("dash.gift.refund.refused")
		return s.showCases(w, r, http.StatusUnprocessableEntity, casesPage{place: p}, typed)
	case fault.Is(err, fault.Conflict):
		return s.showCases(w, r, http.StatusConflict, casesPage{place: p, Problem: l.Text("dash.gift.conflict")}, typed)
	}
	return err
}
