package dash

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// newPath is where a campaign begins.
	newPath = Path + "/new"
	// maxPictureForm is how many bytes of a form with a picture are read: the largest picture, and what is around it.
	maxPictureForm = app.MaxUpload + 64<<10
	// maxQuestion is how many bytes of a question count.
	maxQuestion = 200
)

// addSteps adds the pages of a campaign that begins, and those that get it on air.
func (s *Server) addSteps(routes session.Routes) {
	get := func(serve http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: serve}
	}
	maps.Copy(routes, session.Routes{
		newPath:               get(s.show(s.chooseHome)),
		newPath + "/name":     {http.MethodGet: s.show(s.toHome(s.askFirstName)), http.MethodPost: s.changeUpTo(maxPictureForm, s.toHome(s.begin))},
		newPath + "/preview":  get(s.show(s.toHome(s.previewNew))),
		factPath + "/preview": get(s.show(s.at(may(edits, s.previewDraft)))),
		factPath + "/setup": {
			http.MethodGet: s.show(s.at(may(edits, draft(s.askName)))), http.MethodPost: s.changeUpTo(maxPictureForm, s.at(may(edits, draft(s.rename)))),
		},
		factPath + "/setup/goal": {
			http.MethodGet: s.show(s.at(may(edits, draft(s.askGoal)))), http.MethodPost: s.change(s.at(may(edits, draft(s.setGoal)))),
		},
		factPath + "/safety": {
			http.MethodGet: s.show(s.at(may(sets, s.askSafety))), http.MethodPost: s.change(s.at(may(sets, s.setSafety))),
		},
		factPath + "/on-air":        {http.MethodPost: s.change(s.at(may(edits, s.changeOnAir)))},
		factPath + "/setup/discard": {http.MethodPost: s.change(s.at(may(edits, draft(s.discard))))},
	})
}

// home is a cause or an event that takes campaigns.
type home struct {
	Name, Cause, Link, Raised string
	Event                     bool
	EndsAt                    time.Time
	Portrait                  ui.Portrait
}

type homePage struct {
	who

	Question, Wait string
	Homes          []home
	More           bool
	// Drafts are campaigns that were never published.
	Drafts []listed
}

// Step is the number of the step that the page is.
func (homePage) Step() int { return 1 }

// chooseHome is GET /dashboard/new, the first step: what the campaign raises money for.
func (s *Server) chooseHome(w http.ResponseWriter, r *http.Request, by who) error {
	if by.Alone {
		return errNothing
	}
	l, question := text.Of(r), r.URL.Query().Get("q")
	question = strings.TrimSpace(strings.ToValidUTF8(question[:min(len(question), maxQuestion)], string(utf8.RuneError)))
	page, status := homePage{who: by, Question: question}, http.StatusOK
	homes, more, err := s.app.ListCampaignHomes(r.Context(), by.actor, question, s.Address(r))
	if fault.Is(err, fault.RateLimited) {
		status, page.Wait = http.StatusTooManyRequests, l.Wait(fault.From(err).Wait())
		s.Limited(w, r, fault.From(err))
	} else if err != nil {
		return err
	}
	page.More = more
	for _, f := range homes {
		one := home{
			Name: f.Name, Link: newPath + "/name?for=" + f.ID.String(), Raised: l.Amount(f.Total(), f.Currency), Event: f.Kind == fund.KindFundraisingEvent,
			EndsAt: f.EndsAt.In(fund.Zone(f.TimeZone)), Portrait: ui.NewPortrait(f.Name, f.Name, f.Avatar),
		}
		if one.Event {
			one.Cause = f.Cause.Name
		}
		if f.EndsAt.IsZero() {
			one.EndsAt = time.Time{}
		}
		page.Homes = append(page.Homes, one)
	}
	mine, err := s.app.DashboardFacts(r.Context(), by.actor)
	if err != nil {
		return err
	}
	for _, f := range mine {
		if isDraft(f) && f.User != nil && f.User.ID == by.actor.User {
			page.Drafts = append(page.Drafts, listed{Name: f.Name, Owner: f.Cause.Name, Link: Path + "/" + f.ID.String() + "/setup"})
		}
	}
	s.Show(w, r, session.View{Template: "begin-home.html", Status: status, Title: session.Say(r, "dash.begin.title"), Data: page})
	return nil
}

// isDraft reports whether a fact was never published.
func isDraft(f fund.Fact) bool { return f.Status == fund.Unpublished && f.PublishedAt.IsZero() }

// toHome serves a page about a new campaign for the cause or the event that its address names.
func (s *Server) toHome(serve func(http.ResponseWriter, *http.Request, who, fund.Fact) error) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		if by.Alone {
			return errNothing
		}
		id, err := fund.ParseID(r.FormValue("for"))
		if err != nil {
			return fault.New(fault.NotFound, "The address names no cause.")
		}
		f, err := s.app.GetCampaignHome(r.Context(), by.actor, id)
		if err != nil {
			return err
		}
		return serve(w, r, by, f)
	}
}

// draft serves a step of a campaign that was never published. Others have an overview.
func draft(serve func(http.ResponseWriter, *http.Request, place) error) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if !isDraft(p.Fact) {
			session.Redirect(w, p.Base())
			return nil
		}
		return serve(w, r, p)
	}
}

// namePage is the second step: name and picture. Before, the campaign does not exist.
type namePage struct {
	who

	Form string
	// Action is where the form leads to, Preview where the page of the campaign is looked at, Discard where the draft is thrown away; "" before there is one.
	Action, Preview, Discard string
	// For is the cause or the event, Home its name.
	For, Home string
	// Prefix is the address of the campaign without its last part.
	Prefix                                                 string
	Name, Slug, Description                                string
	Picture                                                string
	NameProblem, SlugProblem, AboutProblem, PictureProblem string
}

// Step is the number of the step that the page is.
func (namePage) Step() int { return 2 }

func (n namePage) wrong() bool {
	return n.NameProblem+n.SlugProblem+n.AboutProblem+n.PictureProblem != ""
}

// askFirstName is GET /dashboard/new/name. Who has a draft for the same cause goes on with it.
func (s *Server) askFirstName(w http.ResponseWriter, r *http.Request, by who, to fund.Fact) error {
	there, err := s.app.GetDraft(r.Context(), by.actor, to)
	if err == nil {
		session.Redirect(w, Path+"/"+there.ID.String()+"/setup")
		return nil
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return s.showFirstName(w, r, by, to, namePage{})
}

func (s *Server) showFirstName(w http.ResponseWriter, r *http.Request, by who, to fund.Fact, page namePage) error {
	seen, err := s.app.SeeNewCampaign(r.Context(), by.actor, to)
	if err != nil {
		return err
	}
	if page.Form, err = s.form(r, by); err != nil {
		return err
	}
	page.who, page.For, page.Home = by, to.ID.String(), to.Name
	page.Action, page.Preview = newPath+"/name", newPath+"/preview?for="+page.For
	page.Prefix = s.prefix(seen.Fact())
	s.showName(w, r, page)
	return nil
}

// prefix is the address of a campaign without its last part.
func (s *Server) prefix(f fund.Fact) string {
	if f.Team != nil {
		return s.BaseURL() + "/+" + f.Team.Slug + "/"
	}
	if f.User != nil {
		return s.BaseURL() + "/@" + f.User.Slug + "/"
	}
	return s.BaseURL() + "/" + f.Cause.Slug + "/"
}

func (s *Server) showName(w http.ResponseWriter, r *http.Request, page namePage) {
	v := session.View{Template: "begin-name.html", Title: session.Say(r, "dash.begin.title"), Data: page, Scripts: []*ui.Asset{ui.Preview}, Frames: true}
	if page.wrong() {
		v.Status, v.Title = http.StatusUnprocessableEntity, session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
}

// begin makes the draft, and leads to the third step. Sent twice, it makes one.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, by who, to fund.Fact) error {
	page := typedName(r)
	file, err := uploadedFile(r, "picture")
	if err != nil {
		return err
	}
	f, err := s.app.StartCampaign(r.Context(), by.actor, to, page.patch())
	if fault.Is(err, fault.Conflict) {
		there, err := s.app.GetDraft(r.Context(), by.actor, to)
		if err != nil {
			return err
		}
		session.Redirect(w, Path+"/"+there.ID.String()+"/setup")
		return nil
	}
	if fault.Is(err, fault.Invalid) && page.refused(text.Of(r), err) {
		return s.showFirstName(w, r, by, to, page)
	}
	if err != nil {
		return err
	}
	base := Path + "/" + f.ID.String()
	if err := s.setPicture(r, by, f, file); err != nil {
		return pictureRefused(w, err, base)
	}
	session.Redirect(w, base+"/setup/goal")
	return nil
}

// pictureRefused shows the second step of a draft whose picture could not be taken.
func pictureRefused(w http.ResponseWriter, err error, base string) error {
	if !refusedPicture(err) {
		return err
	}
	session.Redirect(w, base+"/setup?picture=refused")
	return nil
}

// refusedPicture reports whether a picture cannot be taken, now or at all.
func refusedPicture(err error) bool {
	return fault.Is(err, fault.Invalid) || fault.Is(err, fault.RateLimited) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.TooLarge)
}

func (s *Server) setPicture(r *http.Request, by who, f fund.Fact, file []byte) error {
	if len(file) == 0 {
		return nil
	}
	_, err := s.app.SetFactPicture(r.Context(), by.actor, keyOf(f.ID), fund.SlotCover, file)
	return err
}

// typedName is the page with what was typed.
func typedName(r *http.Request) namePage {
	return namePage{
		Name: strings.TrimSpace(r.PostForm.Get("name")), Slug: strings.TrimSpace(r.PostForm.Get("slug")), Description: strings.TrimSpace(r.PostForm.Get("description")),
	}
}

// patch is what was typed. Without an address of its own, a campaign has one of its name.
func (n namePage) patch() fund.CampaignPatch {
	p := fund.CampaignPatch{Name: fund.Some(n.Name), Description: fund.Some(n.Description)}
	if n.Slug != "" {
		p.Slug = fund.Some(strings.ToLower(n.Slug))
	}
	return p
}

// refused says on the page what is wrong with what was typed. It reports false where it is about something else.
func (n *namePage) refused(l *text.Locale, err error) bool {
	for _, wrong := range fault.From(err).Fields {
		switch {
		case wrong.Path == "name":
			n.NameProblem = l.Text("dash.begin.name.wrong")
		case wrong.Path == "slug" && wrong.Text == fund.Taken:
			n.SlugProblem = l.Text("dash.begin.slug.taken")
		case wrong.Path == "slug":
			n.SlugProblem = l.Text("dash.begin.slug.wrong")
		case wrong.Path == "description":
			n.AboutProblem = l.Text("dash.begin.about.wrong")
		}
	}
	return n.wrong()
}

// askName is GET /dashboard/{fact}/setup, the second step of a draft.
func (s *Server) askName(w http.ResponseWriter, r *http.Request, p place) error {
	page := namePage{Name: p.Fact.Name, Slug: p.Fact.Slug, Description: p.Fact.Description}
	if r.URL.Query().Get("picture") == "refused" {
		page.PictureProblem = text.Of(r).Text("dash.begin.picture.wrong")
	}
	s.showDraftName(w, r, p, page)
	return nil
}

func (s *Server) showDraftName(w http.ResponseWriter, r *http.Request, p place, page namePage) {
	page.who, page.Form, page.Picture = p.who, p.Form, p.Fact.Cover
	page.Action, page.Preview, page.Discard, page.Prefix = p.Base()+"/setup", p.Base()+"/preview?", p.Base()+"/setup/discard", s.prefix(p.Fact)
	page.Home = homeName(p.Fact)
	s.showName(w, r, page)
}

// homeName is the name of what a campaign raises money for.
func homeName(f fund.Fact) string {
	if f.Event != nil {
		return f.Event.Name
	}
	return f.Cause.Name
}

// rename changes name and picture of a draft, and leads to the third step.
func (s *Server) rename(w http.ResponseWriter, r *http.Request, p place) error {
	page := typedName(r)
	file, err := uploadedFile(r, "picture")
	if err != nil {
		return err
	}
	if _, err := s.app.UpdateCampaign(r.Context(), p.actor, p.key(), page.patch()); err != nil {
		if fault.Is(err, fault.Invalid) && page.refused(text.Of(r), err) {
			s.showDraftName(w, r, p, page)
			return nil
		}
		return err
	}
	if err := s.setPicture(r, p.who, p.Fact, file); err != nil {
		return pictureRefused(w, err, p.Base())
	}
	session.Redirect(w, p.Base()+"/setup/goal")
	return nil
}

// discard throws a draft away.
func (s *Server) discard(w http.ResponseWriter, r *http.Request, p place) error {
	if err := s.app.DeleteCampaign(r.Context(), p.actor, p.key()); err != nil {
		return err
	}
	session.Redirect(w, newPath)
	return nil
}

// previewNew shows the page of a campaign that does not exist yet.
func (s *Server) previewNew(w http.ResponseWriter, r *http.Request, by who, to fund.Fact) error {
	seen, err := s.app.SeeNewCampaign(r.Context(), by.actor, to)
	if err != nil {
		return err
	}
	return s.showPreview(w, r, seen)
}

// previewDraft is GET /dashboard/{fact}/preview.
func (s *Server) previewDraft(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showPreview(w, r, p.seen.Published())
}

// showPreview shows the page of a campaign with what is being typed, as far as it can be read.
func (s *Server) showPreview(w http.ResponseWriter, r *http.Request, seen app.Seen) error {
	if s.preview == nil {
		return fault.New(fault.NotFound, "There is no preview.")
	}
	return s.preview(w, r, seen, previewed(r.URL.Query(), text.Of(r), seen.Fact()))
}

// previewed is a fact with what is typed in a form.
func previewed(typed url.Values, l *text.Locale, f fund.Fact) fund.Fact {
	cut := func(s string, most int) string {
		s = strings.ToValidUTF8(s, string(utf8.RuneError))
		if runes := []rune(s); len(runes) > most {
			s = string(runes[:most])
		}
		return s
	}
	if name := typed.Get("name"); typed.Has("name") {
		f.Name = cut(name, fund.MaxName)
	}
	if typed.Has("description") {
		f.Description = cut(typed.Get("description"), fund.MaxDescription)
	}
	if goal, problem := l.Read(typed.Get("goal"), f.Currency); problem == "" && goal != "" {
		var p fund.CampaignPatch
		p.Goal = fund.Some(goal)
		try := f
		if len(p.Apply(&try, f.UpdatedAt)) == 0 {
			f.Goal = try.Goal
		}
	}
	for name, to := range map[string]*time.Time{"starts": &f.StartsAt, "ends": &f.EndsAt} {
		if at, problem := fund.ReadLocal(fund.LocalTime, typed.Get(name), fund.Zone(f.TimeZone)); problem == "" {
			*to = at
		}
	}
	if strings.TrimSpace(f.Name) == "" {
		f.Name = "…"
	}
	return f
}
