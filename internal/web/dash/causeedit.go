package dash

import (
	"context"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// addressPrefix starts the names of the fields with the address of a cause.
const addressPrefix = "address."

// causeProfileFields are the fields of what the page of a cause shows. Where donors write to is for those who look after its money.
func causeProfileFields(f *fields, c fund.Cause, governs bool) {
	f.line("name", "dash.charity.name", c.Name)
	f.hint(f.lines("description", "dash.profile.about", c.Description), "dash.profile.about.hint").Optional = true
	f.hint(f.line("slug", "dash.page.slug", c.Slug), "dash.page.slug.hint")
	if governs {
		f.hint(f.line("contact_email", "dash.profile.email", c.ContactEmail), "dash.profile.email.hint").Optional = true
	}
	f.line("phone_number", "dash.cause.phone", c.PhoneNumber).Optional = true
	for _, one := range services {
		at := f.line(social+one.name, "dash.team.website", c.Social.Handle(one.name))
		if at.Optional = true; one.name != "website" {
			at.Label = f.locale.Text("dash.team.handle", "Service", one.text)
		}
	}
	a := c.Address
	f.line(addressPrefix+"line1", "donate.address.line1", a.Line1).Optional = true
	f.line(addressPrefix+"line2", "donate.address.line2", a.Line2).Optional = true
	f.line(addressPrefix+"postal_code", "donate.address.postal_code", a.PostalCode).Optional = true
	f.line(addressPrefix+"city", "donate.address.city", a.City).Optional = true
	f.line(addressPrefix+"region", "dash.cause.region", a.Region).Optional = true
	all := countries(f.locale)
	if !slices.ContainsFunc(all, func(one pick) bool { return one.Value == a.Country }) {
		all = append(all, pick{a.Country, a.Country}) // it was typed in the API
	}
	f.choice(addressPrefix+"country", "dash.charity.country", a.Country, all...)
	f.choice("status", "dash.status", string(c.Status),
		pick{string(fund.Published), f.locale.Text(statusTexts[fund.Published])}, pick{string(fund.Unpublished), f.locale.Text(statusTexts[fund.Unpublished])})
}

// causeProfilePatch is a changed profile. An address is changed as a whole.
func causeProfilePatch(in sent, now fund.Cause) fund.CausePatch {
	patch := fund.CausePatch{
		Name: in.text("name"), Description: in.text("description"), Slug: in.text("slug"), ContactEmail: in.text("contact_email"), PhoneNumber: in.text("phone_number"),
		Status: choiceOf[fund.Status](in, "status"), Social: fund.SocialPatch{},
	}
	for _, one := range services {
		if handle := in.text(social + one.name); handle.Set {
			patch.Social[one.name] = handle.Value
		}
	}
	a, changed := now.Address, false
	for name, to := range map[string]*string{"line1": &a.Line1, "line2": &a.Line2, "postal_code": &a.PostalCode, "city": &a.City, "region": &a.Region, "country": &a.Country} {
		if part := in.text(addressPrefix + name); part.Set {
			*to, changed = part.Value, true
		}
	}
	if changed {
		patch.Address = fund.Some(&a)
	}
	return patch
}

// causeForm serves a form of what a cause is.
func (s *Server) causeForm(title text.ID, path string, show func(*fields, fund.Cause, place), patch func(sent, fund.Cause) fund.CausePatch, serve form) func(http.ResponseWriter, *http.Request, place) error {
	return ofKind(fund.KindCause, func(w http.ResponseWriter, r *http.Request, p place) error {
		l, key := text.Of(r), fund.Key{ID: p.Fact.ID}
		of := subject{
			Title: l.Text(title), Back: p.Base(), Action: p.Base() + path, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := a.GetCauseForMembers(ctx, p.actor, key)
				f := fieldsFor(l, p.Fact)
				show(f, now, p)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				now, err := s.app.GetCauseForMembers(ctx, p.actor, key)
				if err == nil {
					_, err = s.app.UpdateCause(ctx, actor, key, patch(in, now))
				}
				return err //nolint:wrapcheck // it is a fault
			},
		}
		if path == causeProfilePath && p.Open() {
			of.Deeds = []deed{{p.Base() + causeProfilePath + picturesPath, l.Text("dash.pictures")}}
		}
		return serve(w, r, p, of)
	})
}

// causeProfile serves the form of what the page of a cause shows.
func (s *Server) causeProfile(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return s.causeForm("dash.cause.profile", causeProfilePath, func(f *fields, c fund.Cause, p place) { causeProfileFields(f, c, p.Rights.Govern) }, causeProfilePatch, serve)
}

// legal serves the form of who a cause is by law, and of its receipts. What it proposed stands there; an operator approves it.
func (s *Server) legal(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return s.causeForm("dash.cause.legal", legalPath, func(f *fields, c fund.Cause, _ place) {
		is, hint := c.Identity(), text.ID("dash.cause.legal.hint")
		if c.Proposed != nil {
			is = *c.Proposed
		}
		f.hint(f.line("legal_name", "dash.profile.legal", is.LegalName), hint).Optional = true
		if c.Proposed != nil {
			f.all[0].Hint = f.locale.Text("dash.cause.legal.proposed", "Name", c.LegalName)
		}
		f.hint(f.line("government_id", "dash.profile.number", is.GovernmentID), "dash.profile.number.hint").Optional = true
		var profiles []pick
		for _, one := range s.app.ReceiptChoices() {
			profiles = append(profiles, pick{one.Name, one.Title})
		}
		if !slices.ContainsFunc(profiles, func(one pick) bool { return one.Value == is.Profile() }) {
			profiles = append(profiles, pick{is.Profile(), is.Profile()})
		}
		f.hint(f.choice("receipt_profile", "dash.cause.receipts", is.Profile(), profiles...), "dash.cause.receipts.hint")
	}, func(in sent, _ fund.Cause) fund.CausePatch {
		return fund.CausePatch{LegalName: in.text("legal_name"), GovernmentID: in.text("government_id"), ReceiptProfile: in.text("receipt_profile")}
	}, serve)
}

// permissions serves the form of what those who raise money for a cause may do, and of what it tells donors.
func (s *Server) permissions(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return ofKind(fund.KindCause, func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.cause.permissions"), Back: p.Base(), Action: p.Base() + permissionsPath, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				g, err := a.GetDonationSettings(ctx, p.actor, p.key())
				f := fieldsFor(l, p.Fact)
				f.hint(f.check("streamers_ship", "dash.cause.ship", g.StreamersShip), "dash.cause.ship.hint")
				f.hint(f.amount("offline_maximum", "dash.cause.offline", g.OfflineMaximum), "dash.cause.offline.hint").Optional = true
				f.amount("offline_daily_maximum", "dash.cause.offline.daily", g.OfflineDailyMaximum).Optional = true
				f.hint(f.lines("statement", "dash.cause.statement", g.Statement), "dash.cause.statement.hint").Optional = true
				f.hint(f.check("instant_only", "dash.cause.instant", g.InstantOnly), "dash.cause.instant.hint")
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateDonationSettings(ctx, actor, p.key(), fund.DonationSettingsPatch{
					StreamersShip: in.flag("streamers_ship"), OfflineMaximum: in.text("offline_maximum"), OfflineDailyMaximum: in.text("offline_daily_maximum"),
					Statement: in.text("statement"), InstantOnly: in.flag("instant_only"),
				})
				return err //nolint:wrapcheck // it is a fault
			},
		})
	})
}
