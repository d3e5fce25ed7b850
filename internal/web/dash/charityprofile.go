package dash

import (
	"net/http"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// profilePage is what who accepted for a charity sees: the form of its profile, and then what comes next.
type profilePage struct {
	charityForm

	Charity, Action string
	// Public is the address of the page of the cause; "" while there is none. Approved and Paid are what was done since, Closed whether it was suspended, unpublished or retired, and
	// Play whether all money is play money.
	Public string
	// Payments is the address of the page on which the account is connected; "" while there is no cause.
	Payments                     string
	Approved, Paid, Closed, Play bool
}

// profileFields are the fields of the profile of a charity.
func profileFields(l *text.Locale, c app.Charity) *fields {
	f := fieldsFor(l, fund.Fact{})
	f.hint(f.line("name", "dash.charity.name", c.Name), "dash.profile.name.hint")
	f.hint(f.lines("description", "dash.profile.about", ""), "dash.profile.about.hint")
	f.hint(f.line("legal_name", "dash.profile.legal", ""), "dash.profile.legal.hint")
	number := f.line("government_id", "dash.profile.number", "")
	number.Optional = true
	f.hint(number, "dash.profile.number.hint")
	f.hint(f.line("contact_email", "dash.profile.email", c.Email), "dash.profile.email.hint")
	f.line("social.website", "dash.charity.website", c.Website)
	f.line("address.line1", "donate.address.line1", "")
	f.line("address.postal_code", "donate.address.postal_code", "").Optional = true
	f.line("address.city", "donate.address.city", "")
	f.choice("address.country", "dash.charity.country", c.Country, countries(l)...)
	currencies := []pick{{"", ""}}
	for _, code := range money.Currencies() {
		currencies = append(currencies, pick{code, code})
	}
	f.hint(f.choice("currency", "dash.profile.currency", currencyOf(c.Country), currencies...), "dash.profile.currency.hint")
	return f
}

// currencyOf is what people pay with in a country; "" for unknown.
func currencyOf(country string) string {
	region, err := language.ParseRegion(country)
	if err != nil {
		return ""
	}
	unit, known := currency.FromRegion(region)
	if !known {
		return ""
	}
	return unit.String()
}

// ownCharity is the invitation that the address names, which who is here accepted.
func (s *Server) ownCharity(r *http.Request, by who) (app.Charity, error) {
	id, err := fund.ParseID(r.PathValue("charity"))
	if err != nil {
		return app.Charity{}, fault.New(fault.NotFound, "There is no such invitation.")
	}
	return s.app.GetOwnCharity(r.Context(), by.actor, id)
}

// charityProfile is GET /dashboard/{charity}/charity.
func (s *Server) charityProfile(w http.ResponseWriter, r *http.Request, by who) error {
	c, err := s.ownCharity(r, by)
	if err != nil {
		return err
	}
	return s.showProfile(w, r, by, http.StatusOK, c, charityForm{Inputs: profileFields(text.Of(r), c).all})
}

func (s *Server) showProfile(w http.ResponseWriter, r *http.Request, by who, status int, c app.Charity, form charityForm) (err error) {
	l := text.Of(r)
	page := profilePage{charityForm: form, Charity: c.Name, Action: session.CharityProfile(c.ID.String()), Paid: c.Paid, Play: s.app.Mode(r.Context()) == fund.ModeSandbox}
	if page.Form, err = s.form(r, by); err != nil {
		return err
	}
	v := session.View{Template: "charityprofile.html", Status: status, Title: l.Text("dash.profile.title"), Data: &page}
	switch {
	case c.Cause != nil:
		page.Charity, page.Approved, v.Template = c.Cause.Name, c.Cause.TakesDonations(), "charitynext.html"
		page.Payments = session.CausePayments(c.CauseID.String())
		page.Closed = !page.Approved && c.Cause.Approval != fund.Pending
		if c.Cause.Public() {
			page.Public = "/" + c.Cause.Slug
		}
		v.Title = page.Charity
	case page.Wrong():
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// setUpCharity makes the cause of a profile. A form that is sent twice makes it once.
func (s *Server) setUpCharity(w http.ResponseWriter, r *http.Request, by who) error {
	c, err := s.ownCharity(r, by)
	if err != nil {
		return err
	}
	if c.Cause == nil {
		_, err = s.app.SetUpCharity(r.Context(), by.actor, c.ID, profilePatch(r))
	}
	switch said := fault.From(err); {
	case err == nil || said.Kind == fault.Conflict:
		session.Redirect(w, session.CharityProfile(c.ID.String()))
		return nil
	case said.Kind == fault.Invalid:
		f := profileFields(text.Of(r), c)
		f.typed(r.PostForm)
		form := charityForm{}
		if f.refused(said.Fields) {
			form.Problem = session.Say(r, "dash.profile.wrong")
		}
		form.Inputs = f.all
		return s.showProfile(w, r, by, http.StatusUnprocessableEntity, c, form)
	}
	return err
}

// profilePatch is the cause of a profile that was typed.
func profilePatch(r *http.Request) fund.CausePatch {
	typed := func(name string) string { return unixLines(r.PostForm.Get(name)) }
	some := func(name string) fund.Opt[string] { return fund.Some(typed(name)) }
	return fund.CausePatch{
		Name: some("name"), Description: some("description"), LegalName: some("legal_name"), GovernmentID: some("government_id"), ContactEmail: some("contact_email"),
		Currency: some("currency"), Social: fund.SocialPatch{"website": typed("social.website")},
		Address: fund.Some(&fund.Address{
			Line1: typed("address.line1"), City: typed("address.city"), PostalCode: typed("address.postal_code"), Country: typed("address.country"),
		}),
	}
}
