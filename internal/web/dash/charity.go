package dash

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	inviteCharityPath = newPath + "/charity"
	charityParam      = "{charity}"

	// charityPurpose is what the forms of an invited charity are for, whose browser need not be signed in.
	charityPurpose = "answer for a charity"
)

// addCharities adds the pages on which charities are invited, and on which they answer.
func (s *Server) addCharities(routes session.Routes) {
	post := func(serve page) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodPost: s.change(serve)}
	}
	maps.Copy(routes, session.Routes{
		inviteCharityPath:               {http.MethodGet: s.show(withAccount(s.askCharity)), http.MethodPost: s.changeLong(withAccount(s.inviteCharity))},
		session.Charities:               {http.MethodGet: s.show(withAccount(s.charities))},
		session.Charities + "/withdraw": post(withAccount(s.withdrawCharity)),
		session.Charity:                 {http.MethodGet: s.Get(s.askAnswer), http.MethodPost: s.Post(s.answer)},
		session.CharityProfile(charityParam): {
			http.MethodGet: s.show(withAccount(s.charityProfile)), http.MethodPost: s.changeLong(withAccount(s.setUpCharity)),
		},
	})
}

// withAccount serves a page for who has an account.
func withAccount(serve page) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		if by.Alone {
			return errNothing
		}
		return serve(w, r, by)
	}
}

// charityForm is a form with fields, with what was typed.
type charityForm struct {
	Form, Name string
	Inputs     []input
	// Problem is what is wrong with more than a field, Here whether the charity is here already.
	Problem string
	Here    bool
}

// Wrong reports whether something was refused.
func (p charityForm) Wrong() bool {
	return p.Problem != "" || slices.ContainsFunc(p.Inputs, func(i input) bool { return i.Problem != "" })
}

// typed shows what was typed into the fields.
func (f *fields) typed(form url.Values) {
	for i := range f.all {
		f.all[i].Value = unixLines(form.Get(f.all[i].Name))
	}
}

// refused says at each field what is wrong with it. It reports whether something is wrong with anything else.
func (f *fields) refused(wrong fault.Fields) (other bool) {
	for _, one := range wrong {
		at := slices.IndexFunc(f.all, func(i input) bool { return i.Name == one.Path })
		if at < 0 {
			other = true
			continue
		}
		f.all[at].Problem = charityWrong(f.locale, one)
	}
	return other
}

// charityTexts are what is wrong with a field of these forms.
var charityTexts = map[string]text.ID{
	fund.NotEmail: "dash.charity.wrong.email", fund.NotWebsite: "dash.charity.wrong.website", fund.HasContact: "dash.charity.wrong.contact", fund.HasBadWord: "dash.charity.wrong.word",
	fund.CharityHere: "dash.charity.wrong.here", fund.CharityBusy: "dash.charity.wrong.busy", fund.NotCountry: "dash.wrong.choice", fund.NotCurrency: "dash.wrong.choice",
}

func charityWrong(l *text.Locale, wrong fault.Field) string {
	if id, known := charityTexts[wrong.Text]; known {
		return l.Text(id)
	}
	for _, long := range []int{fund.MaxCharityWebsite, fund.MaxEmail} {
		if wrong.Text == fund.TooLong(long) || wrong.Text == fund.TooManyBytes(long) {
			return l.Text("dash.wrong.too_long", "Max", l.Count(int64(long)))
		}
	}
	return wrongText(l, wrong)
}

// countries are what can be chosen as the country of a charity; nothing at first.
func countries(l *text.Locale) []pick {
	all := []pick{{"", ""}}
	for _, c := range l.Countries() {
		all = append(all, pick{c.Code, c.Name})
	}
	return all
}

// charityFields are the fields of an invitation.
func charityFields(l *text.Locale, name string) *fields {
	f := fieldsFor(l, fund.Fact{})
	f.line("name", "dash.charity.name", name)
	f.hint(f.line("website", "dash.charity.website", ""), "dash.charity.website.hint")
	f.hint(f.line("email", "dash.charity.email", ""), "dash.charity.email.hint")
	f.choice("country", "dash.charity.country", "", countries(l)...)
	f.hint(f.lines("message", "dash.charity.message", ""), "dash.charity.message.hint", "Max", l.Count(fund.MaxCharityMessage))
	var languages []pick
	for _, one := range l.Choices(nil) {
		languages = append(languages, pick{one.Language, one.Name})
	}
	f.choice("language", "dash.charity.language", l.Language(), languages...)
	return f
}

// askCharity is GET /dashboard/new/charity.
func (s *Server) askCharity(w http.ResponseWriter, r *http.Request, by who) error {
	return s.showInvite(w, r, by, http.StatusOK, charityForm{Inputs: charityFields(text.Of(r), r.URL.Query().Get("name")).all})
}

func (s *Server) showInvite(w http.ResponseWriter, r *http.Request, by who, status int, page charityForm) (err error) {
	if page.Form, err = s.form(r, by); err != nil {
		return err
	}
	v := session.View{Template: "invitecharity.html", Status: status, Title: session.Say(r, "dash.charity.title"), Data: page}
	if page.Wrong() {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// inviteCharity asks for the invitation of a charity.
func (s *Server) inviteCharity(w http.ResponseWriter, r *http.Request, by who) error {
	l, typed := text.Of(r), r.PostForm
	_, err := s.app.AskCharity(r.Context(), by.actor, fund.CharityInvitation{
		Name: typed.Get("name"), Website: typed.Get("website"), Email: typed.Get("email"), Country: typed.Get("country"), Message: typed.Get("message"),
		Language: typed.Get("language"),
	})
	if err == nil {
		session.Redirect(w, session.Charities)
		return nil
	}
	f := charityFields(l, "")
	f.typed(typed)
	page, status, said := charityForm{Name: typed.Get("name")}, http.StatusUnprocessableEntity, fault.From(err)
	switch said.Kind {
	case fault.Invalid:
		if f.refused(said.Fields) {
			return err
		}
		page.Here = slices.ContainsFunc(said.Fields, func(one fault.Field) bool { return one.Text == fund.CharityHere })
	case fault.Forbidden:
		status, page.Problem = http.StatusForbidden, l.Text("dash.charity.waits")
	case fault.RateLimited:
		s.Limited(w, r, said)
		status, page.Problem = http.StatusTooManyRequests, l.Text("dash.charity.often", "Wait", l.Wait(said.RetryAfter))
	case fault.Conflict:
		status, page.Problem = http.StatusConflict, l.Text("dash.charity.full", "Count", fund.MaxOpenCharities)
	default:
		return err
	}
	page.Inputs = f.all
	return s.showInvite(w, r, by, status, page)
}

// charityRow is an invitation in the list of who asked.
type charityRow struct {
	ID, Name, State, Text, Reason string
	// Start leads to the steps of a campaign for the charity; "" while there are none. Withdraws reports whether the invitation can be taken back.
	Start     string
	Withdraws bool
}

type charitiesPage struct {
	Form, Problem string
	Asked         []charityRow
	// Accepted are profiles of charities for which who is here said yes.
	Accepted []charityRow
}

// charityStates are the heading and the text for a state of an invitation.
var charityStates = map[fund.CharityState][2]text.ID{
	fund.CharityAsked: {"dash.charity.asked", "dash.charity.asked.text"}, fund.CharityRefused: {"dash.charity.refused", "dash.charity.refused.text"},
	fund.CharityInvited: {"dash.charity.invited", "dash.charity.invited.text"}, fund.CharityDeclined: {"dash.charity.declined", "dash.charity.declined.text"},
	fund.CharityAccepted: {"dash.charity.accepted", "dash.charity.accepted.text"}, fund.CharityJoined: {"dash.charity.joined", "dash.charity.joined.text"},
	fund.CharityExpired: {"dash.charity.expired", "dash.charity.expired.text"}, fund.CharityWithdrawn: {"dash.charity.withdrawn", "dash.charity.withdrawn.text"},
}

// rowOfCharity describes an invitation to who asked.
func rowOfCharity(l *text.Locale, c app.Charity) charityRow {
	said := charityStates[c.State]
	row := charityRow{
		ID: c.ID.String(), Name: c.Name, State: l.Text(said[0]), Text: l.Text(said[1], "Date", l.Day(c.DueAt)), Reason: c.Reason, Withdraws: c.State.Withdrawable(),
	}
	if c.Cause == nil {
		return row
	}
	row.Name = c.Cause.Name
	switch {
	case c.Cause.TakesDonations():
		row.State, row.Text, row.Start = l.Text("dash.charity.ready"), l.Text("dash.charity.ready.text"), newPath+"/name?for="+c.CauseID.String()
		if !c.Paid {
			row.State, row.Text = l.Text("dash.charity.unpaid"), l.Text("dash.charity.unpaid.text")
		}
	case c.Cause.Approval != fund.Pending:
		row.State, row.Text = l.Text("dash.charity.closed"), l.Text("dash.charity.closed.text")
	}
	return row
}

// charities is GET /dashboard/charities.
func (s *Server) charities(w http.ResponseWriter, r *http.Request, by who) error {
	return s.showCharities(w, r, by, http.StatusOK, "")
}

func (s *Server) showCharities(w http.ResponseWriter, r *http.Request, by who, status int, problem string) error {
	asked, accepted, err := s.app.ListOwnCharities(r.Context(), by.actor)
	if err != nil {
		return err
	}
	l, page := text.Of(r), charitiesPage{Problem: problem}
	if page.Form, err = s.form(r, by); err != nil {
		return err
	}
	for _, c := range asked {
		page.Asked = append(page.Asked, rowOfCharity(l, c))
	}
	for _, c := range accepted {
		if c.State == fund.CharityAccepted || c.State == fund.CharityJoined {
			row := rowOfCharity(l, c)
			row.Start = session.CharityProfile(row.ID)
			page.Accepted = append(page.Accepted, row)
		}
	}
	v := session.View{Template: "charities.html", Status: status, Title: l.Text("dash.charities.title"), Data: page}
	if problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// withdrawCharity takes an invitation back. One that is gone needs no end.
func (s *Server) withdrawCharity(w http.ResponseWriter, r *http.Request, by who) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no invitation.")
	}
	switch err := s.app.WithdrawCharity(r.Context(), by.actor, id); {
	case err == nil || fault.Is(err, fault.NotFound):
		session.Redirect(w, session.Charities)
		return nil
	case fault.Is(err, fault.Conflict):
		return s.showCharities(w, r, by, http.StatusConflict, session.Say(r, "dash.charity.withdraw.late"))
	default:
		return err
	}
}
