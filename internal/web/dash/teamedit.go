package dash

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// social starts the names of the fields with the handles of a team or a user.
const social = "social."

// services are where teams and users have handles, as they are written.
var services = []struct{ name, text string }{
	{"website", ""}, {"twitch", "Twitch"}, {"youtube", "YouTube"}, {"discord", "Discord"}, {"tiktok", "TikTok"}, {"instagram", "Instagram"},
	{"twitter", "Twitter"}, {"facebook", "Facebook"}, {"snapchat", "Snapchat"}, {"mixer", "Mixer"},
}

// teamFields are the fields of what the page of a team shows.
func teamFields(f *fields, t fund.Team) {
	f.line("name", "dash.team.name", t.Name)
	f.hint(f.line("slug", "dash.team.slug", t.Slug), "dash.team.slug.hint")
	f.lines("about", "dash.team.about", t.About).Optional = true
	f.hint(f.line("avatar", "dash.edit.picture", t.Avatar), "dash.edit.picture.hint").Optional = true
	f.check("invite_only", "dash.team.invite_only", t.InviteOnly)
	handleFields(f, t.Social)
}

// handleFields are the fields of the handles of a team or a user.
func handleFields(f *fields, s fund.Social) {
	for _, one := range services {
		at := f.line(social+one.name, "dash.team.website", s.Handle(one.name))
		if at.Optional = true; one.name != "website" {
			at.Label = f.locale.Text("dash.team.handle", "Service", one.text)
		}
	}
}

// handlesOf are the changed handles.
func handlesOf(in sent) fund.SocialPatch {
	patch := fund.SocialPatch{}
	for _, one := range services {
		if handle := in.text(social + one.name); handle.Set {
			patch[one.name] = handle.Value
		}
	}
	return patch
}

// teamPatch is a changed team.
func teamPatch(in sent) fund.TeamPatch {
	return fund.TeamPatch{
		Name: in.text("name"), Slug: in.text("slug"), About: in.text("about"), Avatar: in.text("avatar"), InviteOnly: in.flag("invite_only"), Social: handlesOf(in),
	}
}

// place is what forms need of a page of a team.
func (p inTeam) place(r *http.Request) place {
	return place{who: p.who, Fact: fund.Fact{Name: p.Team.Name}, Form: p.Form, Here: r.URL.Path, Within: &deed{p.Base(), p.Team.Name}}
}

// teamEditor serves the form of the page of a team.
func (s *Server) teamEditor(serve form) func(http.ResponseWriter, *http.Request, inTeam) error {
	return func(w http.ResponseWriter, r *http.Request, p inTeam) error {
		l := text.Of(r)
		return serve(w, r, p.place(r), subject{
			Title: l.Text("dash.team.edit"), Back: p.Base(), Action: r.URL.Path, Submit: l.Text("dash.edit.save"), Deeds: []deed{{p.Base() + picturesPath, l.Text("dash.pictures")}},
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := a.GetTeam(ctx, p.actor, p.key())
				f := fieldsFor(l, fund.Fact{})
				teamFields(f, now)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateTeam(ctx, actor, p.key(), teamPatch(in))
				return err
			},
		})
	}
}

// teamPictures serves the pictures of a team.
func (s *Server) teamPictures(serve func(http.ResponseWriter, *http.Request, picturesPage, pictured) error) func(http.ResponseWriter, *http.Request, inTeam) error {
	return func(w http.ResponseWriter, r *http.Request, p inTeam) error {
		ctx := r.Context()
		return serve(w, r, picturesPage{place: p.place(r), Back: p.Base() + "/edit", Done: done(r)}, pictured{
			now: func() (string, string, error) {
				t, err := s.app.GetTeam(ctx, p.actor, p.key())
				return t.Avatar, t.Cover, err
			},
			set: func(slot fund.PictureSlot, file []byte) error {
				_, err := s.app.SetTeamPicture(ctx, p.actor, p.key(), slot, file)
				return err
			},
			remove: func(slot fund.PictureSlot) error { return s.app.RemoveTeamPicture(ctx, p.actor, p.key(), slot) },
		})
	}
}

// addTeamEdit adds the pages that change a team.
func (s *Server) addTeamEdit(routes session.Routes) {
	routes[teamPath+"/edit"] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.ofTeam(ifTeam(inTeam.Edits, s.teamEditor(s.askEdit)))),
		http.MethodPost: s.changeLong(s.ofTeam(ifTeam(inTeam.Edits, s.teamEditor(s.edit)))),
	}
	routes[teamPath+picturesPath] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.ofTeam(ifTeam(inTeam.Edits, s.teamPictures(s.askPictures)))),
		http.MethodPost: s.changeUpTo(maxPicturesForm, s.ofTeam(ifTeam(inTeam.Edits, s.teamPictures(s.setPictures)))),
	}
}
