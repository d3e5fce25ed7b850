package dash

import (
	"context"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// previewPath is what the page editor adds to its address for a preview.
const previewPath = "/preview"

// addPage adds the pages of the editor.
func (s *Server) addPage(routes session.Routes) {
	at := factPath + "/page"
	routes[at] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(edits, s.editor(s.askEdit)))), http.MethodPost: s.changeLong(s.at(may(edits, s.editor(s.edit)))),
	}
	routes[at+previewPath] = map[string]http.HandlerFunc{http.MethodPost: s.changeLong(s.at(may(edits, s.campaignEditor(s.previewEdit))))}
	routes[at+"/retire"] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(edits, s.askRetire))), http.MethodPost: s.change(s.at(may(edits, s.retire))),
	}
	routes[at+"/"+deletePath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(edits, withPage(s.askDelete)))), http.MethodPost: s.change(s.at(may(edits, withPage(s.delete)))),
	}
	routes[at+picturesPath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(edits, s.factPictures(s.askPictures)))), http.MethodPost: s.changeUpTo(maxPicturesForm, s.at(may(edits, s.factPictures(s.setPictures)))),
	}
}

// supports are who may raise money for a campaign, in words.
var supports = []struct {
	who  fund.Supportable
	text text.ID
}{{fund.SupportNone, "dash.page.support.none"}, {fund.SupportPublic, "dash.page.support.public"}, {fund.SupportPrivate, "dash.page.support.private"}, {fund.SupportInviteOnly, "dash.page.support.invited"}}

// pageFields are the fields of what the page of a campaign shows.
func pageFields(f *fields, c fund.Fact) {
	f.line("name", "dash.page.name", c.Name)
	f.hint(f.lines("description", "dash.part.description", c.Description), "dash.page.description.hint").Optional = true
	f.amount("goal", "dash.page.goal", c.Goal).Optional = true
	f.moment("starts_at", "dash.schedule.starts", c.StartsAt).Optional = true
	f.moment("ends_at", "dash.part.ends", c.EndsAt).Optional = true
	f.hint(f.line("slug", "dash.page.slug", c.Slug), "dash.page.slug.hint")
	f.hint(f.line("avatar", "dash.edit.picture", c.Avatar), "dash.edit.picture.hint").Optional = true
	f.hint(f.line("color", "dash.page.color", c.Color), "dash.page.color.hint").Optional = true
	streamFields(f, c)
	who := make([]pick, len(supports))
	for i, one := range supports {
		who[i] = pick{string(one.who), f.locale.Text(one.text)}
	}
	f.choice("supportable", "dash.page.support", string(c.Supportable), who...)
	f.choice("status", "dash.status", string(c.Status),
		pick{string(fund.Published), f.locale.Text(statusTexts[fund.Published])}, pick{string(fund.Unpublished), f.locale.Text(statusTexts[fund.Unpublished])})
}

// streamFields are the fields of the livestream of a fact.
func streamFields(f *fields, c fund.Fact) {
	stream := fund.Livestream{}
	if c.Livestream != nil {
		stream = *c.Livestream
	}
	services := []pick{{"", f.locale.Text("dash.page.stream.none")}}
	for _, one := range fund.LivestreamTypes() {
		services = append(services, pick{one, one})
	}
	f.choice("livestream.type", "dash.page.stream", stream.Type, services...)
	f.hint(f.line("livestream.channel", "dash.page.channel", stream.Channel), "dash.page.channel.hint").Optional = true
}

// streamOf is a changed livestream, which is changed as a whole.
func streamOf(in sent, now fund.Fact) fund.Opt[*fund.Livestream] {
	kind, channel := in.text("livestream.type"), in.text("livestream.channel")
	if !kind.Set && !channel.Set {
		return fund.Opt[*fund.Livestream]{}
	}
	stream := fund.Livestream{}
	if now.Livestream != nil {
		stream = *now.Livestream
	}
	kind.To(&stream.Type)
	channel.To(&stream.Channel)
	return fund.Some(&stream)
}

// goalOf is a changed goal; 0 for none.
func goalOf(in sent) fund.Opt[string] {
	goal := in.text("goal")
	if goal.Set && goal.Value == "" {
		goal.Value = "0"
	}
	return goal
}

// pagePatch is a changed page.
func pagePatch(in sent, now fund.Fact) fund.CampaignPatch {
	return fund.CampaignPatch{
		Name: in.text("name"), Description: in.text("description"), Goal: goalOf(in), StartsAt: in.moment("starts_at"), EndsAt: in.moment("ends_at"),
		Slug: in.text("slug"), Avatar: in.text("avatar"), Color: in.text("color"), Supportable: choiceOf[fund.Supportable](in, "supportable"), Status: choiceOf[fund.Status](in, "status"),
		Livestream: streamOf(in, now),
	}
}

// hasPage are the kinds whose pages those who raise the money write.
var hasPage = []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign, fund.KindPersonalCampaign, fund.KindAuctionHouse}

// changeCampaign saves a changed campaign of any kind, and of an event whether it is retired.
func (s *Server) changeCampaign(ctx context.Context, actor app.Actor, f fund.Fact, patch fund.CampaignPatch) (err error) {
	key := app.FactKey{Key: fund.Key{ID: f.ID}}
	switch f.Kind {
	case fund.KindPersonalCampaign:
		_, err = s.app.UpdatePersonalCampaign(ctx, actor, key, fund.PersonalCampaignPatch{CampaignPatch: patch})
	case fund.KindFundraisingEvent:
		_, err = s.app.UpdateFundraisingEvent(ctx, actor, key.Key, fund.EventPatch{Status: patch.Status})
	case fund.KindAuctionHouse:
		_, err = s.app.UpdateAuctionHouse(ctx, actor, key, fund.AuctionHousePatch{CampaignPatch: patch})
	default:
		_, err = s.app.UpdateCampaign(ctx, actor, key, patch)
	}
	return err
}

// withPage serves what there is for facts with a page that those who raise the money write.
func withPage(serve func(http.ResponseWriter, *http.Request, place) error) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if !slices.Contains(hasPage, p.Fact.Kind) {
			return fault.New(fault.NotFound, "This has no page of its own.")
		}
		return serve(w, r, p)
	}
}

// editor serves the form of the page of a campaign or an event.
func (s *Server) editor(serve form) func(http.ResponseWriter, *http.Request, place) error {
	campaign, event := s.campaignEditor(serve), s.eventEditor(serve)
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if p.IsEvent() {
			return event(w, r, p)
		}
		return campaign(w, r, p)
	}
}

// campaignEditor serves the form of the page of a campaign.
func (s *Server) campaignEditor(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return withPage(func(w http.ResponseWriter, r *http.Request, p place) error {
		l, at := text.Of(r), p.Base()+"/page"
		of := subject{
			Title: l.Text("dash.page"), Back: p.Base(), Action: at, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := a.GetFact(ctx, p.actor, p.key())
				f := fieldsFor(l, p.Fact)
				pageFields(f, now)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				return s.changeCampaign(ctx, actor, p.Fact, pagePatch(in, p.Fact))
			},
		}
		if s.preview != nil {
			of.Preview = at + previewPath
		}
		if p.Open() {
			of.Deeds = []deed{{at + picturesPath, l.Text("dash.pictures")}}
		}
		if p.Fact.Status == fund.Published {
			of.Deeds = append(of.Deeds, deed{at + "/retire", l.Text("dash.page.retire")})
		}
		if p.Open() && p.Fact.Total() == 0 {
			of.Deeds = append(of.Deeds, deed{at + "/" + deletePath, l.Text("dash.page.delete")})
		}
		return serve(w, r, p, of)
	})
}

// previewEdit shows the page as it would be, and saves nothing.
func (s *Server) previewEdit(w http.ResponseWriter, r *http.Request, p place, of subject) error {
	now, err := of.read(r.Context(), s.app)
	if err != nil {
		return err
	}
	page := editPage{place: p, subject: of, Inputs: slices.Clone(now.all), Version: r.PostForm.Get("version")}
	in := page.take(r, now)
	if page.Wrong() {
		return s.showEdit(w, r, http.StatusUnprocessableEntity, page)
	}
	shown, err := s.app.PreviewCampaign(r.Context(), p.actor, p.key(), pagePatch(in, p.Fact))
	if err != nil {
		return s.refused(w, r, page, in, err)
	}
	return s.preview(w, r, p.seen.Published(), shown)
}

// retiring asks whether a campaign should be retired.
var retiring = partDeed{button: "dash.page.retire", asks: "dash.page.retire.asks", text: "dash.page.retire.text"}

// retiringOf asks the same of an event in its words.
func retiringOf(p place) partDeed {
	if p.IsEvent() {
		return partDeed{button: "dash.event.retire", asks: "dash.page.retire.asks", text: "dash.event.retire.text"}
	}
	return retiring
}

// askRetire is GET /dashboard/{fact}/page/retire.
func (s *Server) askRetire(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showDeed(w, r, http.StatusOK, retiringOf(p), confirmPage{place: p, Of: p.Fact.Name, Back: p.Base() + "/page"})
}

// retire retires a campaign for good.
func (s *Server) retire(w http.ResponseWriter, r *http.Request, p place) error {
	if err := isSure(r); err != nil {
		return err
	}
	err := s.changeCampaign(r.Context(), p.actor, p.Fact, fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		page := confirmPage{place: p, Of: p.Fact.Name, Back: p.Base() + "/page", Problem: session.Say(r, "dash.deed.refused")}
		return s.showDeed(w, r, http.StatusConflict, retiringOf(p), page)
	}
	if err == nil {
		session.Redirect(w, p.Base())
	}
	return err
}

// discarding asks whether a campaign that nobody used should be deleted.
var discarding = partDeed{button: "dash.page.delete", asks: "dash.page.delete.asks", text: "dash.page.delete.text"}

// askDelete is GET /dashboard/{fact}/page/delete.
func (s *Server) askDelete(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showDeed(w, r, http.StatusOK, discarding, confirmPage{place: p, Of: p.Fact.Name, Back: p.Base() + "/page"})
}

// delete deletes a campaign that nobody used.
func (s *Server) delete(w http.ResponseWriter, r *http.Request, p place) error {
	if err := isSure(r); err != nil {
		return err
	}
	err := s.app.DeleteCampaign(r.Context(), p.actor, p.key())
	if fault.Is(err, fault.Conflict) {
		page := confirmPage{place: p, Of: p.Fact.Name, Back: p.Base() + "/page", Problem: session.Say(r, "dash.page.delete.refused")}
		return s.showDeed(w, r, http.StatusConflict, discarding, page)
	}
	if err == nil {
		session.Redirect(w, Path+"?done=removed")
	}
	return err
}
