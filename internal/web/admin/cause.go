package admin

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

const (
	// causesPath is the list of causes, with one below it.
	causesPath = Path + "/causes"
	// atOnce is how many rows a page of a list has.
	atOnce = 50
)

// approvalTexts say how an operator decided on a cause.
var approvalTexts = map[fund.Approval]text.ID{
	fund.Pending: "admin.cause.pending", fund.Approved: "dash.cause.approved", fund.Suspended: "admin.cause.suspended",
}

// causeRow is a cause in a list.
type causeRow struct{ Name, Link, State, Proposes, Page string }

func causeRows(l *text.Locale, causes []fund.Cause) []causeRow {
	all := make([]causeRow, len(causes))
	for i, c := range causes {
		all[i] = causeRow{Name: c.Name, Link: causePath(c.ID), State: l.Text(approvalTexts[c.Approval]), Page: "/" + c.Slug}
		if c.Approval == fund.Approved && (c.Proposed != nil || c.ProposedAccount != "") {
			all[i].Proposes = l.Text("admin.cause.proposes")
		}
	}
	return all
}

func causePath(id fund.ID) string { return causesPath + "/" + id.String() }

type causesPage struct {
	operator

	// Waiting are those that wait for an operator, the oldest first, on the first page; More reports whether there are others.
	Waiting []causeRow
	More    bool
	All     []causeRow
	// Older leads on; "" at the end.
	Older string
}

// causes is GET /admin/causes: those that wait first, and then all, the newest first.
func (s *Server) causes(w http.ResponseWriter, r *http.Request, by operator) error {
	l, ctx := text.Of(r), r.Context()
	by.Title = l.Text("admin.causes")
	shown := causesPage{operator: by}
	before, err := before(r)
	if err != nil {
		return err
	}
	if before == nil {
		waiting, err := s.app.WaitingCauses(ctx, by.actor, fund.Page{Limit: atOnce + 1, Order: fund.OldestFirst})
		if err != nil {
			return err
		}
		shown.More = len(waiting) > atOnce
		shown.Waiting = causeRows(l, waiting[:min(len(waiting), atOnce)])
	}
	all, err := s.app.AllCauses(ctx, by.actor, fund.Page{Limit: atOnce + 1, Before: before})
	if err != nil {
		return err
	}
	if len(all) > atOnce {
		all = all[:atOnce]
		shown.Older = olderAt(causesPath, all[atOnce-1].LegacyID)
	}
	shown.All = causeRows(l, all)
	s.render(w, r, http.StatusOK, "causes.html", by, shown)
	return nil
}

// accountRow is an account of a cause at a payment provider, in words.
type accountRow struct{ Account, State, Country string }

type causePage struct {
	operator

	Cause fund.Cause
	// State says how it was decided on. Page is the path of the page of the cause.
	State, Page string
	// Legal is who it is by law after an approval, Before who it is now where that is somebody else, and Receipts and ReceiptsBefore what their receipts are.
	Legal, Before            fund.LegalIdentity
	Receipts, ReceiptsBefore string
	Changes                  bool
	Accounts                 []accountRow
	// Warning is how the provider takes donations in the country of the account; "" for nothing.
	Warning string
	// Alike are other causes whose names people could take for its name.
	Alike []causeRow
	// Version is that of what is shown. Approves and Suspends report which forms there are, and Reason is what was typed.
	Version            string
	Approves, Suspends bool
	Reason             string
	MaxReason          int
	ReasonProblem      string
}

// cause is GET /admin/causes/{cause}.
func (s *Server) cause(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.showCause(w, r, http.StatusOK, causePage{operator: by})
}

// showCause shows all that an approval is for.
func (s *Server) showCause(w http.ResponseWriter, r *http.Request, status int, page causePage) error {
	l, ctx := text.Of(r), r.Context()
	id, err := subject(r, "cause")
	if err != nil {
		return err
	}
	payments, err := s.app.GetCausePayments(ctx, page.actor, fund.Key{ID: id})
	if err != nil {
		return err
	}
	c := payments.Cause
	page.Cause, page.Title, page.State, page.Page, page.Version = c, c.Name, l.Text(approvalTexts[c.Approval]), "/"+c.Slug, c.ApprovalVersion()
	page.Legal, page.Before, page.MaxReason = c.Identity(), c.Identity(), fund.MaxReason
	if c.Proposed != nil {
		page.Legal = *c.Proposed
	}
	page.Changes = page.Legal != page.Before
	page.Receipts, page.ReceiptsBefore = s.profile(page.Legal), s.profile(page.Before)
	page.Approves = c.Approval != fund.Approved || c.Proposed != nil || c.ProposedAccount != ""
	page.Suspends = c.Approval != fund.Suspended
	switch payments.Rule {
	case fund.CountryRefused:
		page.Warning = l.Text("dash.payments.country.refused", "Provider", payments.Provider)
	case fund.CountryLimited:
		page.Warning = l.Text("dash.payments.country.limited", "Provider", payments.Provider)
	case fund.CountryOpen:
	}
	if payments.Account == nil {
		page.Warning = ""
	}
	accounts, err := s.app.PaymentAccountsOf(ctx, page.actor, id)
	if err != nil {
		return err
	}
	page.Accounts = accountRows(l, c, accounts)
	alike, err := s.app.CausesAlike(ctx, page.actor, c)
	if err != nil {
		return err
	}
	page.Alike = causeRows(l, alike)
	s.render(w, r, status, "cause.html", page.operator, page)
	return nil
}

// profile is what people call the receipts of an identity.
func (s *Server) profile(i fund.LegalIdentity) string {
	for _, one := range s.app.ReceiptChoices() {
		if one.Name == i.Profile() {
			return one.Title
		}
	}
	return i.Profile()
}

// accountRows are the accounts of a cause in words.
func accountRows(l *text.Locale, c fund.Cause, accounts []fund.PaymentAccount) (all []accountRow) {
	for _, one := range accounts {
		row := accountRow{Account: strings.TrimSpace(one.Provider + " " + one.Account), Country: l.Country(one.State.Country)}
		state := text.ID("admin.account.unfinished")
		switch {
		case !one.EndedAt.IsZero():
			state = "admin.account.ended"
		case one.Account == "":
			state = "admin.account.begun"
		case one.Account == c.ProposedAccount:
			state = "admin.account.proposed"
		case one.Approved:
			state = "admin.account.approved"
		}
		row.State = l.Text(state)
		all = append(all, row)
	}
	return all
}

// decideOnCause approves what was shown, or suspends.
func (s *Server) decideOnCause(w http.ResponseWriter, r *http.Request, by operator) error {
	id, err := subject(r, "cause")
	if err != nil {
		return err
	}
	page, key, done := causePage{operator: by, Reason: r.PostForm.Get("reason")}, fund.Key{ID: id}, "approved"
	switch r.PostForm.Get("do") {
	case "approve":
		_, err = s.app.ApproveCause(r.Context(), by.actor, key, r.PostForm.Get("version"))
	case "suspend":
		done = "suspended"
		_, err = s.app.SuspendCause(r.Context(), by.actor, key, page.Reason)
	default:
		return errNoChoice
	}
	l := text.Of(r)
	switch said := fault.From(err); {
	case err == nil:
		return finish(w, by.Here, done)
	case said.Kind == fault.Stale:
		page.Problem = l.Text("admin.cause.stale")
		return s.showCause(w, r, http.StatusConflict, page)
	case said.Kind == fault.Invalid && done == "suspended":
		page.ReasonProblem = reasonProblem(l, page.Reason)
		return s.showCause(w, r, http.StatusUnprocessableEntity, page)
	case said.Kind == fault.Invalid:
		page.Problem = l.Text("admin.cause.receipts.lack")
		return s.showCause(w, r, http.StatusUnprocessableEntity, page)
	}
	return err
}
