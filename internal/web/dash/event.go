package dash

import (
	"context"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// addEvents adds the pages of the fundraising events of a cause.
func (s *Server) addEvents(routes session.Routes) {
	both := func(limited func(page) http.HandlerFunc, ask, do func(http.ResponseWriter, *http.Request, place) error) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: s.show(s.at(may(edits, ask))), http.MethodPost: limited(s.at(may(edits, do)))}
	}
	events := causePath + "/events"
	routes[events] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.at(may(edits, ofKind(fund.KindCause, s.events))))}
	routes[events+"/new"] = both(s.changeLong, s.newEvent(s.askEdit), s.newEvent(s.edit))
	routes[eventPath+"/registration"] = both(s.change, s.registrationFields(s.askEdit), s.registrationFields(s.edit))
	routes[eventPath+"/visibility"] = both(s.change, s.visibility(s.askEdit), s.visibility(s.edit))
}

// ofKind serves what there is for facts of one kind.
func ofKind(kind fund.Kind, serve func(http.ResponseWriter, *http.Request, place) error) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if p.Fact.Kind != kind {
			return fault.New(fault.NotFound, "There is no such page.")
		}
		return serve(w, r, p)
	}
}

// IsCause reports whether the fact is a cause.
func (p place) IsCause() bool { return p.Fact.Kind == fund.KindCause }

// IsEvent reports whether the fact is a fundraising event.
func (p place) IsEvent() bool { return p.Fact.Kind == fund.KindFundraisingEvent }

// CauseBase is the address of the cause of the fact.
func (p place) CauseBase() string { return Path + "/" + p.Fact.Cause.ID.String() }

type eventsPage struct {
	place

	Done   string
	Events []listed
	// More is set where there are others.
	More bool
}

// eventsAtOnce is how many events of a cause their page has, the newest.
const eventsAtOnce = 100

// events is GET /dashboard/{cause}/events.
func (s *Server) events(w http.ResponseWriter, r *http.Request, p place) error {
	l := text.Of(r)
	all, err := s.app.OwnFundraisingEvents(r.Context(), p.actor, fund.Key{ID: p.Fact.ID}, fund.Page{Limit: eventsAtOnce + 1})
	if err != nil {
		return err
	}
	page := eventsPage{place: p, Done: done(r), More: len(all) > eventsAtOnce}
	for _, e := range all[:min(len(all), eventsAtOnce)] {
		page.Events = append(page.Events, listed{Name: e.Name, Link: Path + "/" + e.ID.String(), Status: l.Text(statusTexts[e.Status]), Raised: l.Amount(e.Total(), e.Currency)})
	}
	s.Show(w, r, session.View{Template: "events.html", Title: l.Text("dash.events.title", "Name", p.Fact.Name), Data: page})
	return nil
}

// eventFields are the fields of an event: first those that a new one has, too.
func eventFields(f *fields, e fund.FundraisingEvent, made bool) {
	f.line("name", "dash.event.name", e.Name)
	f.hint(f.line("short_description", "dash.event.short", e.ShortDescription), "dash.event.short.hint").Optional = true
	f.hint(f.lines("description", "dash.part.description", e.Description), "dash.page.description.hint").Optional = true
	f.amount("goal", "dash.page.goal", e.Goal).Optional = true
	f.moment("starts_at", "dash.schedule.starts", e.StartsAt).Optional = true
	f.moment("ends_at", "dash.part.ends", e.EndsAt).Optional = true
	if made {
		return
	}
	f.hint(f.line("slug", "dash.page.slug", e.Slug), "dash.page.slug.hint")
	who := make([]pick, len(supports))
	for i, one := range supports {
		who[i] = pick{string(one.who), f.locale.Text(one.text)}
	}
	f.choice("supportable", "dash.page.support", string(e.Supportable), who...)
	f.moment("start_supporting_at", "dash.event.supporting", e.StartSupportingAt).Optional = true
	f.moment("can_publish_supporting_at", "dash.event.publishing", e.CanPublishSupportingAt).Optional = true
	f.moment("end_supporting_at", "dash.event.supported", e.EndSupportingAt).Optional = true
	streamFields(f, e.Fact)
	f.line("contact_email", "dash.event.contact", e.ContactEmail).Optional = true
	f.hint(f.lines("message", "dash.event.message", e.Message), "dash.event.message.hint").Optional = true
	f.line("settings.header_title", "dash.event.header", e.Settings.HeaderTitle).Optional = true
	f.line("settings.header_intro", "dash.event.intro", e.Settings.HeaderIntro).Optional = true
	f.line("settings.find_out_more_link", "dash.event.more", e.Settings.FindOutMoreLink).Optional = true
	f.hint(f.line("settings.color_highlight", "dash.page.color", e.Settings.ColorHighlight), "dash.page.color.hint").Optional = true
	f.amount("settings.minimum_donation", "dash.settings.minimum", e.Settings.MinimumDonation).Optional = true
	f.hint(f.line("avatar", "dash.edit.picture", e.Avatar), "dash.edit.picture.hint").Optional = true
	f.line("banner", "dash.event.banner", e.Banner).Optional = true
	f.line("video", "dash.event.video", e.Video).Optional = true
	f.choice("status", "dash.status", string(e.Status),
		pick{string(fund.Published), f.locale.Text(statusTexts[fund.Published])}, pick{string(fund.Unpublished), f.locale.Text(statusTexts[fund.Unpublished])})
}

// settingOf begins the names of the fields with the settings of an event.
const settingOf = "settings."

// eventPatch is a changed event. A livestream is changed as a whole.
func eventPatch(in sent, now fund.Fact) fund.EventPatch {
	patch := fund.EventPatch{
		Name: in.text("name"), ShortDescription: in.text("short_description"), Description: in.text("description"), Goal: goalOf(in), StartsAt: in.moment("starts_at"), EndsAt: in.moment("ends_at"),
		Slug: in.text("slug"), Supportable: choiceOf[fund.Supportable](in, "supportable"), StartSupportingAt: in.moment("start_supporting_at"),
		CanPublishSupportingAt: in.moment("can_publish_supporting_at"), EndSupportingAt: in.moment("end_supporting_at"), Livestream: streamOf(in, now),
		ContactEmail: in.text("contact_email"), Message: in.text("message"), Avatar: in.text("avatar"), Banner: in.text("banner"), Video: in.text("video"), Status: choiceOf[fund.Status](in, "status"),
		Settings: fund.SettingsPatch{},
	}
	for name := range in.changed {
		if setting, is := strings.CutPrefix(name, settingOf); is && in.changed[name] {
			patch.Settings[setting] = in.plain[name]
		}
	}
	return patch
}

// newEvent serves the form of a new event of a cause.
func (s *Server) newEvent(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return ofKind(fund.KindCause, func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.events.add"), Back: p.Base() + "/events", Action: p.Here, Submit: l.Text("dash.edit.add"), made: true, Over: !p.Open(),
			read: func(context.Context, *app.App) (*fields, error) {
				f := fieldsFor(l, p.Fact)
				eventFields(f, fund.FundraisingEvent{}, true)
				return f, nil
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.CreateFundraisingEvent(ctx, actor, fund.Key{ID: p.Fact.ID}, eventPatch(in, p.Fact))
				return err
			},
		})
	})
}

// eventEditor serves the form of what the page of an event shows.
func (s *Server) eventEditor(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l, at := text.Of(r), p.Base()+"/page"
		of := subject{
			Title: l.Text("dash.page"), Back: p.Base(), Action: at, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := a.GetFundraisingEvent(ctx, p.actor, fund.Key{ID: p.Fact.ID})
				f := fieldsFor(l, p.Fact)
				eventFields(f, now, false)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateFundraisingEvent(ctx, actor, fund.Key{ID: p.Fact.ID}, eventPatch(in, p.Fact))
				return err
			},
		}
		if p.Open() {
			of.Deeds = []deed{{at + picturesPath, l.Text("dash.pictures")}}
		}
		if p.Fact.Status == fund.Published {
			of.Deeds = append(of.Deeds, deed{at + "/retire", l.Text("dash.event.retire")})
		}
		return serve(w, r, p, of)
	}
}

// askedTexts are what registrations are asked for, in words.
var askedTexts = map[string]text.ID{
	"address": "dash.event.ask.address", "shirt_size": "dash.event.ask.shirt", "service_hours": "dash.event.ask.hours", "phone_number": "dash.event.ask.phone", "date_of_birth": "dash.event.ask.birth",
}

// registrationFields serves the form of what registrations for an event are asked for.
func (s *Server) registrationFields(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return ofKind(fund.KindFundraisingEvent, func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.event.registration"), Back: p.Base(), Action: p.Here, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := a.GetFundraisingEvent(ctx, p.actor, fund.Key{ID: p.Fact.ID})
				f := fieldsFor(l, p.Fact)
				for _, name := range fund.RegistrationFieldNames() {
					one, what := now.RegistrationFields[name], l.Text(askedTexts[name])
					f.check(name+".enabled", "dash.event.asks", one.Enabled).Label = l.Text("dash.event.asks", "What", what)
					f.check(name+".required", "dash.event.requires", one.Required).Label = l.Text("dash.event.requires", "What", what)
					position := int64(one.Position)
					at := f.count(name+".position", "dash.event.position", &position)
					at.Label = l.Text("dash.event.position", "What", what)
				}
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				patch := fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{}}
				for _, name := range fund.RegistrationFieldNames() {
					one := fund.RegistrationFieldPatch{Enabled: in.flag(name + ".enabled"), Required: in.flag(name + ".required")}
					if at := in.count(name + ".position"); at.Set {
						one.Position = fund.Some(0)
						if at.Value != nil {
							one.Position.Value = int(min(*at.Value, fund.MaxPerFact))
						}
					}
					patch.Fields[name] = one
				}
				_, err := s.app.UpdateRegistrationFields(ctx, actor, fund.Key{ID: p.Fact.ID}, patch)
				return err
			},
		})
	})
}

// shownTexts are the parts of the page of an event or a cause that can be hidden, in words.
var shownTexts = map[string]text.ID{
	"starts_at": "dash.event.show.starts", "ends_at": "dash.event.show.ends", "fundraiser_goal_amount": "dash.event.show.fundraiser_goal", "individual_leaderboard": "dash.event.show.users",
	"team_leaderboard": "dash.event.show.teams", "donor_leaderboard": "dash.event.show.donors", "prevent_donations_before_start": "dash.event.show.before", "registration": "dash.event.show.registration",
	"donate": "dash.event.show.donate", "regions": "dash.event.show.regions", "sustained_giving": "dash.event.show.monthly", "sustained_giving_stats": "dash.event.show.monthly_stats",
	"goal": "dash.event.show.goal", "raised": "dash.event.show.raised", "header_intro": "dash.event.show.intro", "header_title": "dash.event.show.header", "fe_page_campaigns": "dash.event.show.campaigns",
	"toolkit": "dash.event.show.toolkit", "regions_filter": "dash.event.show.regions_filter", "gift_aid": "dash.event.show.gift_aid", "cause_page_campaigns": "dash.event.show.campaigns",
}

// toolkitURL is the field with the address of the toolkit.
const toolkitURL = "toolkit.url"

// visibleParts are what the pages of an event or a cause show now, the parts that they have, and what changes that.
func (s *Server) visibleParts(p place) (
	now func(context.Context, *app.App) (fund.Visibility, error), parts []string, update func(context.Context, app.Actor, fund.Key, fund.VisibilityPatch) (fund.Visibility, error),
) {
	key := fund.Key{ID: p.Fact.ID}
	if p.IsCause() {
		return func(ctx context.Context, a *app.App) (fund.Visibility, error) {
			c, err := a.GetCauseForMembers(ctx, p.actor, key)
			return c.Visibility, err
		}, fund.CauseVisibilityNames(), s.app.UpdateCauseVisibility
	}
	return func(ctx context.Context, a *app.App) (fund.Visibility, error) {
		e, err := a.GetFundraisingEvent(ctx, p.actor, key)
		return e.Visibility, err
	}, fund.EventVisibilityNames(), s.app.UpdateEventVisibility
}

// visibility serves the form of what the pages of an event or a cause show.
func (s *Server) visibility(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if !p.IsCause() && !p.IsEvent() {
			return fault.New(fault.NotFound, "There is no such page.")
		}
		l := text.Of(r)
		visible, parts, update := s.visibleParts(p)
		return serve(w, r, p, subject{
			Title: l.Text("dash.event.visibility"), Back: p.Base(), Action: p.Here, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := visible(ctx, a)
				f := fieldsFor(l, p.Fact)
				for _, name := range parts {
					one := f.check(name, shownTexts[name], now.Shown(name))
					if name == "donate" {
						f.hint(one, "dash.event.show.donate.hint")
					}
				}
				f.line(toolkitURL, "dash.event.toolkit", now["toolkit"].URL).Optional = true
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				patch := fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{}}
				for _, name := range parts {
					one := fund.VisibilityOptionPatch{Visible: in.flag(name)}
					if name == "toolkit" {
						one.URL = in.text(toolkitURL)
					}
					if one.Visible.Set || one.URL.Set {
						patch.Options[name] = one
					}
				}
				_, err := update(ctx, actor, fund.Key{ID: p.Fact.ID}, patch)
				return err
			},
		})
	}
}
