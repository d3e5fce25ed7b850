package dash

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// needTexts are what a payment provider wants of an account, closureTexts why it closed one.
var (
	needTexts = map[fund.AccountNeed]text.ID{
		fund.NeedBank: "dash.payments.need.bank", fund.NeedTerms: "dash.payments.need.terms", fund.NeedActivity: "dash.payments.need.activity",
		fund.NeedOrganization: "dash.payments.need.organization", fund.NeedPerson: "dash.payments.need.person", fund.NeedDocument: "dash.payments.need.document",
		fund.NeedOther: "dash.payments.need.other",
	}
	closureTexts = map[fund.AccountClosure]text.ID{
		fund.ClosedDue: "dash.payments.closed.due", fund.ClosedReview: "dash.payments.closed.review", fund.ClosedRejected: "dash.payments.closed.rejected",
		fund.ClosedPaused: "dash.payments.closed.paused", fund.ClosedOther: "dash.payments.closed.other",
	}
)

// needed is a list of what a provider wants, with what it is.
type needed struct {
	Heading string
	Needs   []string
}

type paymentsPage struct {
	place
	app.CausePayments

	// State says how far it is, in one sentence, and Note what else there is to know; "" for nothing.
	State, Note string
	// Warning is how the provider takes donations in the country; "" for nothing.
	Warning string
	// Charges and Payouts are yes or no.
	Charges, Payouts, Closed, Until string
	Needs                           []needed
	// Begins reports whether the account is still to be made, and Continues whether the provider's form is still to be finished.
	Begins, Continues bool
	Country           input
	// Problem is why a button did nothing; "" at first.
	Problem string
}

// payments is GET /dashboard/{fact}/payments. Coming back from the provider changes nothing: the provider is asked.
func (s *Server) payments(w http.ResponseWriter, r *http.Request, p place) error {
	page := paymentsPage{place: p}
	if r.URL.Query().Has("again") {
		page.Note = session.Say(r, "dash.payments.again")
	}
	return s.showPayments(w, r, http.StatusOK, page)
}

func (s *Server) showPayments(w http.ResponseWriter, r *http.Request, status int, page paymentsPage) (err error) {
	if page.CausePayments, err = s.app.GetCausePayments(r.Context(), page.actor, fund.Key{ID: page.Fact.ID}); err != nil {
		return err
	}
	l := text.Of(r)
	page.describe(l)
	v := session.View{Template: "payments.html", Status: status, Title: l.Text("dash.payments") + " · " + page.Fact.Name, Data: page}
	if page.Problem != "" || page.Country.Problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// describe says in words how the account stands.
func (p *paymentsPage) describe(l *text.Locale) {
	switch p.Rule {
	case fund.CountryRefused:
		p.Warning = l.Text("dash.payments.country.refused", "Provider", p.Provider)
	case fund.CountryLimited:
		p.Warning = l.Text("dash.payments.country.limited", "Provider", p.Provider)
	case fund.CountryOpen:
	}
	account := p.Account
	switch {
	case p.Provider == "":
		p.State, p.Warning = l.Text("dash.payments.none"), ""
	case !p.Accounts:
		p.State, p.Warning = l.Text("dash.next.play"), ""
	case account == nil:
		p.State, p.Begins = l.Text("dash.payments.begin", "Provider", p.Provider), p.Connects
	case !account.EndedAt.IsZero():
		p.State, p.Begins = l.Text("dash.payments.ended", "Provider", p.Provider), p.Connects
	case p.Takes && p.Fact.Approval != fund.Approved:
		p.State = l.Text("dash.payments.pending")
	case p.Takes:
		p.State = l.Text("dash.payments.takes")
	case account.State.Submitted && !account.Approved:
		p.State = l.Text("dash.payments.waits")
	default:
		p.State = l.Text("dash.payments.takes_none")
	}
	if p.Begins {
		country := p.Cause.Address.Country
		if p.Country.Value != "" {
			country = p.Country.Value
		}
		f, problem := fieldsFor(l, p.Fact), p.Country.Problem
		p.Country = *f.hint(f.choice("country", "dash.charity.country", country, countries(l)...), "dash.payments.country.hint")
		p.Country.Problem = problem
	}
	if account != nil && !p.Begins {
		p.describeAccount(l, *account)
	}
}

// describeAccount says in words what the provider last said of the account.
func (p *paymentsPage) describeAccount(l *text.Locale, account fund.PaymentAccount) {
	state := account.State
	p.Continues = p.Connects && !account.Creation.IsZero() && (!state.Submitted || len(state.Due)+len(state.Late) > 0)
	yes := map[bool]string{true: l.Text("dash.edit.on"), false: l.Text("dash.edit.off")}
	if account.CheckedAt.IsZero() {
		return
	}
	p.Charges, p.Payouts = yes[state.Charges], yes[state.Payouts]
	if id, known := closureTexts[state.Closed]; known {
		p.Closed = l.Text(id, "Provider", p.Provider)
	}
	if !state.Until.IsZero() {
		p.Until = l.Day(state.Until)
	}
	for _, one := range []struct {
		heading text.ID
		needs   []fund.AccountNeed
	}{{"dash.payments.late", state.Late}, {"dash.payments.due", state.Due}, {"dash.payments.checked", state.Checked}} {
		if len(one.needs) == 0 {
			continue
		}
		list := needed{Heading: l.Text(one.heading, "Provider", p.Provider)}
		for _, need := range one.needs {
			list.Needs = append(list.Needs, l.Text(needTexts[need]))
		}
		p.Needs = append(p.Needs, list)
	}
}

// leavePage leads to a page of the payment provider.
type leavePage struct{ Provider, URL, Back string }

// connect leads to the provider's form, by a page of its own: browsers hold where a form redirects to against the form-action of the page that has it.
func (s *Server) connect(w http.ResponseWriter, r *http.Request, p place) error {
	l, back := text.Of(r), s.BaseURL()+p.Here
	typed := r.PostForm.Get("country")
	to, err := s.app.ConnectOwnAccount(r.Context(), p.actor, fund.Key{ID: p.Fact.ID}, app.Connecting{Country: typed, ReturnURL: back, RefreshURL: back + "?again"})
	if err == nil {
		payments, err := s.app.GetCausePayments(r.Context(), p.actor, fund.Key{ID: p.Fact.ID})
		if err != nil {
			return err
		}
		w.Header().Set("Refresh", "0; url="+to)
		s.Show(w, r, session.View{
			Template: "payments-leave.html", Title: l.Text("openid.leave", "Provider", payments.Provider), Data: leavePage{payments.Provider, to, p.Here},
		})
		return nil
	}
	page := paymentsPage{place: p, Country: input{Value: typed}}
	status, said := http.StatusConflict, fault.From(err)
	switch said.Kind {
	case fault.Invalid:
		status, page.Country.Problem = http.StatusUnprocessableEntity, l.Text("dash.wrong.choice")
		if len(said.Fields) > 0 && said.Fields[0].Text == fund.NoDonations {
			page.Country.Problem = l.Text("dash.payments.country.none")
		}
	case fault.RateLimited:
		s.Limited(w, r, said)
		status, page.Problem = http.StatusTooManyRequests, l.Text("dash.charity.often", "Wait", l.Wait(said.RetryAfter))
	case fault.Forbidden:
		if app.NeedsProof(err) {
			session.Redirect(w, session.ProveAt(p.Here))
			return nil
		}
		status, page.Problem = http.StatusForbidden, l.Text("dash.payments.problem.key")
	case fault.PaymentFailed:
		page.Problem = l.Text("dash.payments.problem.refused")
	case fault.Unavailable:
		status, page.Problem = http.StatusServiceUnavailable, l.Text("dash.payments.problem.away")
	case fault.Gone:
		page.Problem = l.Text("dash.payments.problem.gone")
	case fault.Conflict:
		page.Problem = l.Text("dash.payments.problem.operator")
	default:
		return err
	}
	return s.showPayments(w, r, status, page)
}
