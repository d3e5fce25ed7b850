package dash

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// addRegister adds the pages on which people register for an event, and that on which its cause sees who did.
func (s *Server) addRegister(routes session.Routes) {
	at := eventPath + "/register"
	routes[at] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.toEvent(s.register(s.askEdit))), http.MethodPost: s.change(s.toEvent(s.register(s.edit)))}
	routes[at+"/"+deletePath] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.toEvent(s.askUnregister)), http.MethodPost: s.change(s.toEvent(s.unregister))}
	routes[eventPath+"/registrations"] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.at(may(edits, ofKind(fund.KindFundraisingEvent, s.registrations)))),
		http.MethodPost: s.change(s.at(may(edits, ofKind(fund.KindFundraisingEvent, s.removeRegistration)))),
	}
}

// atEvent is a page about the event that the address names, for everybody with an account who sees it.
type atEvent struct {
	place

	Event fund.FundraisingEvent
	// Own is the own registration; the zero value for none.
	Own fund.Registration
}

// Registered reports whether who is here registered.
func (p atEvent) Registered() bool { return !p.Own.ID.IsZero() }

// toEvent serves a page about the event that the address names.
func (s *Server) toEvent(serve func(http.ResponseWriter, *http.Request, atEvent) error) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		if by.Alone {
			return errNothing
		}
		id, err := fund.ParseID(r.PathValue("event"))
		if err != nil {
			return fault.New(fault.NotFound, "There is no such event.")
		}
		p := atEvent{place: place{who: by, Here: r.URL.Path}}
		if p.Event, err = s.app.GetFundraisingEvent(r.Context(), by.actor, fund.Key{ID: id}); err != nil {
			return err
		}
		p.Fact = p.Event.Fact
		p.Within = &deed{"/" + p.Fact.Cause.Slug + "/" + p.Fact.Slug, p.Fact.Name}
		if p.Own, err = s.app.OwnRegistration(r.Context(), by.actor, fund.Key{ID: id}); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if p.Form, err = s.form(r, by); err != nil {
			return err
		}
		return serve(w, r, p)
	}
}

// registerFields are the fields that an event asks for, in its order.
func registerFields(f *fields, asked fund.RegistrationFields, own fund.Registration) {
	f.hint(f.line("email", "dash.register.email", own.Email), "dash.register.email.hint")
	names := slices.DeleteFunc(fund.RegistrationFieldNames(), func(name string) bool { return !asked[name].Enabled })
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(asked[a].Position, asked[b].Position) })
	for _, name := range names {
		optional := !asked[name].Required
		switch name {
		case "address":
			a := fund.Address{}
			if own.Address != nil {
				a = *own.Address
			}
			f.line("address.line1", "donate.address.line1", a.Line1).Optional = optional
			f.line("address.line2", "donate.address.line2", a.Line2).Optional = true
			f.line("address.postal_code", "donate.address.postal_code", a.PostalCode).Optional = true
			f.line("address.city", "donate.address.city", a.City).Optional = optional
			f.line("address.region", "dash.register.region", a.Region).Optional = true
			f.line("address.country", "dash.charity.country", a.Country).Optional = true
		case "shirt_size":
			f.line(name, "dash.register.shirt", own.ShirtSize).Optional = optional
		case "service_hours":
			f.check(name, "dash.register.hours", own.ServiceHours != nil && *own.ServiceHours)
		case "phone_number":
			f.line(name, "dash.register.phone", own.PhoneNumber).Optional = optional
		case "date_of_birth":
			f.hint(f.line(name, "dash.register.birth", own.DateOfBirth), "dash.register.birth.hint").Optional = optional
		}
	}
	f.check("subscribed", "dash.register.subscribed", own.Subscribed)
}

// registerPatch is a new or changed registration. An address is changed as a whole.
func registerPatch(in sent, own fund.Registration) fund.RegistrationPatch {
	patch := fund.RegistrationPatch{Email: in.text("email"), Subscribed: in.flag("subscribed"), ShirtSize: in.text("shirt_size"), PhoneNumber: in.text("phone_number"), DateOfBirth: in.text("date_of_birth")}
	if hours := in.flag("service_hours"); hours.Set {
		patch.ServiceHours = fund.Some(&hours.Value)
	}
	a, changed := fund.Address{}, false
	if own.Address != nil {
		a = *own.Address
	}
	for name, to := range map[string]*string{"line1": &a.Line1, "line2": &a.Line2, "postal_code": &a.PostalCode, "city": &a.City, "region": &a.Region, "country": &a.Country} {
		if line := in.text("address." + name); line.Set {
			line.To(to)
			changed = true
		}
	}
	if changed {
		patch.Address = fund.Some(&a)
	}
	return patch
}

// register serves the form of a registration.
func (s *Server) register(serve form) func(http.ResponseWriter, *http.Request, atEvent) error {
	return func(w http.ResponseWriter, r *http.Request, p atEvent) error {
		l, key := text.Of(r), fund.Key{ID: p.Event.ID}
		of := subject{
			Title: l.Text("dash.register"), Back: Path, Action: p.Here, Submit: l.Text("dash.register.submit"), made: !p.Registered(), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				f, own := fieldsFor(l, p.Fact), p.Own
				if p.Registered() {
					var err error
					if own, err = a.OwnRegistration(ctx, p.actor, key); err != nil {
						return nil, err
					}
				} else if me, err := a.CurrentUser(ctx, p.actor); err == nil {
					own.Email = me.Email
				}
				registerFields(f, p.Event.RegistrationFields, own)
				return f, nil
			},
			save: func(ctx context.Context, actor app.Actor, in sent) (err error) {
				if patch := registerPatch(in, p.Own); p.Registered() {
					_, err = s.app.UpdateRegistration(ctx, actor, key, fund.Key{ID: p.Own.ID}, patch)
				} else {
					_, err = s.app.CreateRegistration(ctx, actor, key, patch)
				}
				return addressNamed(err)
			},
		}
		if p.Registered() {
			of.Submit = l.Text("dash.edit.save")
			of.Deeds = []deed{{p.Here + "/" + deletePath, l.Text("dash.register.end")}}
		}
		return serve(w, r, p.place, of)
	}
}

// addressNamed says of an address that is missing that its first line is.
func addressNamed(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return err
	}
	wrong := *f
	wrong.Fields = slices.Clone(f.Fields)
	for i := range wrong.Fields {
		if wrong.Fields[i].Path == "address" {
			wrong.Fields[i].Path = "address.line1"
		}
	}
	return &wrong
}

// unregistering asks whether a registration should be taken back.
var unregistering = partDeed{button: "dash.register.end", asks: "dash.register.end.asks", text: "dash.register.end.text"}

// askUnregister is GET /dashboard/{event}/register/delete.
func (s *Server) askUnregister(w http.ResponseWriter, r *http.Request, p atEvent) error {
	return s.showDeed(w, r, http.StatusOK, unregistering, confirmPage{place: p.place, Of: p.Fact.Name, Back: strings.TrimSuffix(p.Here, "/"+deletePath)})
}

// unregister takes the own registration back.
func (s *Server) unregister(w http.ResponseWriter, r *http.Request, p atEvent) error {
	err := isSure(r)
	if err == nil && p.Registered() { // what is not there needs no end
		err = s.app.DeleteRegistration(r.Context(), p.actor, fund.Key{ID: p.Event.ID}, fund.Key{ID: p.Own.ID})
	}
	if err == nil {
		session.Redirect(w, Path+"?done=removed")
	}
	return err
}

// registrationsAtOnce is how many registrations the page of an event has, the newest.
const registrationsAtOnce = 100

type registrationRow struct{ ID, Email, Text string }

type registrationsPage struct {
	place

	Done string
	Rows []registrationRow
	More bool
}

// registrations is GET /dashboard/{event}/registrations.
func (s *Server) registrations(w http.ResponseWriter, r *http.Request, p place) error {
	l, zone := text.Of(r), fund.Zone(p.Fact.TimeZone)
	all, err := s.app.Registrations(r.Context(), p.seen, fund.Page{Limit: registrationsAtOnce + 1})
	if err != nil {
		return err
	}
	page := registrationsPage{place: p, Done: done(r), More: len(all) > registrationsAtOnce}
	for _, one := range all[:min(len(all), registrationsAtOnce)] {
		said := []string{l.Instant(one.RegisteredAt.In(zone)), one.ShirtSize, one.PhoneNumber, one.DateOfBirth}
		if a := one.Address; a != nil {
			said = append(said, a.Line1, a.Line2, strings.TrimSpace(a.PostalCode+" "+a.City), a.Region, a.Country)
		}
		if one.ServiceHours != nil && *one.ServiceHours {
			said = append(said, l.Text("dash.event.ask.hours"))
		}
		if one.Subscribed {
			said = append(said, l.Text("dash.register.wants"))
		}
		page.Rows = append(page.Rows, registrationRow{one.ID.String(), one.Email, strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " · ")})
	}
	s.Show(w, r, session.View{Template: "registrations.html", Title: l.Text("dash.registrations.title", "Name", p.Fact.Name), Data: page})
	return nil
}

// removeRegistration removes a registration for an event of the cause.
func (s *Server) removeRegistration(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no registration.")
	}
	if err := s.app.DeleteRegistration(r.Context(), p.actor, fund.Key{ID: p.Fact.ID}, fund.Key{ID: id}); err != nil {
		return err
	}
	session.Redirect(w, p.Here+"?done=removed")
	return nil
}
