package dash

import (
	"maps"
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// What the pages of a cause add to the address of its overview.
const causeProfilePath, legalPath, permissionsPath, membersPath = "/profile", "/legal", "/permissions", "/members"

// addCauses adds the pages of a cause for its people.
func (s *Server) addCauses(routes session.Routes) {
	both := func(has func(app.FactRights) bool, serve func(form) func(http.ResponseWriter, *http.Request, place) error) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: s.show(s.at(may(has, serve(s.askEdit)))), http.MethodPost: s.changeLong(s.at(may(has, serve(s.edit))))}
	}
	maps.Copy(routes, session.Routes{
		causePath + causeProfilePath: both(edits, s.causeProfile),
		causePath + legalPath:        both(governs, s.legal),
		causePath + permissionsPath:  both(governs, s.permissions),
		causePath + causeProfilePath + picturesPath: {
			http.MethodGet: s.show(s.at(may(edits, ofKind(fund.KindCause, s.picturesOf(causeProfilePath, s.askPictures))))), http.MethodPost: s.changeUpTo(maxPicturesForm, s.at(may(edits, ofKind(fund.KindCause, s.picturesOf(causeProfilePath, s.setPictures))))),
		},
		causePath + membersPath: {
			http.MethodGet: s.show(s.at(may(belongs, ofKind(fund.KindCause, s.members)))), http.MethodPost: s.change(s.at(may(manages, ofKind(fund.KindCause, s.addMember)))),
		},
		causePath + membersPath + "/change": {http.MethodPost: s.change(s.at(may(manages, ofKind(fund.KindCause, s.changeMember))))},
		session.CausePayments("{cause}"): {
			http.MethodGet: s.show(s.at(may(governs, ofKind(fund.KindCause, s.payments)))), http.MethodPost: s.change(s.at(may(connects, ofKind(fund.KindCause, s.connect)))),
		},
	})
}

// governs and connects report whether somebody looks after the money of a cause, and connects its account.
func governs(r app.FactRights) bool  { return r.Govern }
func connects(r app.FactRights) bool { return r.Connect }

// belongs reports whether somebody acts for a cause, or runs the server, and manages whether somebody says who else does.
func belongs(r app.FactRights) bool { return r.Edit || r.Govern }
func manages(r app.FactRights) bool { return r.Members }

// approvalTexts say whether an operator approved a cause.
var approvalTexts = map[fund.Approval]text.ID{
	fund.Pending: "dash.cause.pending", fund.Approved: "dash.cause.approved", fund.Suspended: "dash.cause.suspended",
}

// causeDesk is what the overview of a cause shows beside its gifts.
type causeDesk struct {
	place

	Approval, ApprovalText, Reason string
	// Payments says whether donors can pay.
	Payments string
	// Proposes reports whether something waits for an operator.
	Proposes          bool
	Events, Campaigns []listed
}

// desk is what the overview of a cause shows of it; nil for anything else.
func (s *Server) desk(r *http.Request, p place) (*causeDesk, error) {
	if !p.IsCause() {
		return nil, nil //nolint:nilnil // there is nothing to show
	}
	l := text.Of(r)
	d, err := s.app.GetCauseDesk(r.Context(), p.actor, fund.Key{ID: p.Fact.ID})
	if err != nil {
		return nil, err
	}
	desk := &causeDesk{
		place: p, Approval: l.Text(approvalTexts[d.Cause.Approval]), Reason: d.Cause.Suspension, Proposes: d.Cause.Proposed != nil || d.Cause.ProposedAccount != "",
		Events: listOf(l, d.Events), Campaigns: listOf(l, d.Campaigns),
	}
	if d.Cause.Approval == fund.Pending {
		desk.ApprovalText = l.Text("dash.cause.pending.text")
	}
	switch {
	case d.Play:
		desk.Payments = l.Text("dash.next.play")
	case d.Paid:
		desk.Payments = l.Text("dash.payments.takes")
	default:
		desk.Payments = l.Text("dash.payments.takes_none")
	}
	return desk, nil
}

// listOf describes facts in a list.
func listOf(l *text.Locale, facts []fund.Fact) (all []listed) {
	for _, f := range facts {
		one := listed{Name: f.Name, Link: Path + "/" + f.ID.String(), Status: l.Text(statusTexts[f.Status]), Raised: l.Amount(f.Total(), f.Currency)}
		for _, owner := range []*fund.Owner{f.User, f.Team} {
			if owner != nil {
				one.Owner = owner.Name
			}
		}
		all = append(all, one)
	}
	return all
}

// causesOf lists the causes that who is here acts for.
func (s *Server) causesOf(r *http.Request, by who) (all []listed, err error) {
	causes, err := s.app.DashboardCauses(r.Context(), by.actor)
	if err != nil {
		return nil, err
	}
	l := text.Of(r)
	for _, c := range causes {
		all = append(all, listed{
			Name: c.Name, Link: Path + "/" + c.ID.String(), Status: l.Text(approvalTexts[c.Approval]) + " · " + l.Text(statusTexts[c.Status]), Raised: l.Amount(c.Total(), c.Currency),
		})
	}
	return all, nil
}
