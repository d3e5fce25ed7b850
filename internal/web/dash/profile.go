package dash

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// profilePath is the page about who is here.
const profilePath = Path + "/profile"

// addProfile adds the pages on which people change what others see of them.
func (s *Server) addProfile(routes session.Routes) {
	routes[profilePath] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.profile(s.askEdit)), http.MethodPost: s.changeLong(s.profile(s.edit))}
	routes[profilePath+picturesPath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.profilePictures(s.askPictures)), http.MethodPost: s.changeUpTo(maxPicturesForm, s.profilePictures(s.setPictures)),
	}
}

// selfFields are the fields of what others see of a user, and of their own name.
func selfFields(f *fields, u fund.User) {
	f.line("username", "dash.self.username", u.Username)
	f.hint(f.line("slug", "dash.self.slug", u.Slug), "dash.self.slug.hint")
	f.lines("about", "dash.self.about", u.About).Optional = true
	f.hint(f.line("avatar", "dash.edit.picture", u.Avatar), "dash.edit.picture.hint").Optional = true
	handleFields(f, u.Social)
	f.hint(f.line("first_name", "dash.self.first", u.FirstName), "dash.self.name.hint").Optional = true
	f.line("last_name", "dash.self.last", u.LastName).Optional = true
	f.check("newsletter", "dash.self.newsletter", u.Newsletter != nil && *u.Newsletter)
}

// selfPatch is a changed user.
func selfPatch(in sent) fund.UserPatch {
	patch := fund.UserPatch{
		Username: in.text("username"), Slug: in.text("slug"), About: in.text("about"), Avatar: in.text("avatar"), FirstName: in.text("first_name"), LastName: in.text("last_name"), Social: handlesOf(in),
	}
	if wants := in.flag("newsletter"); wants.Set {
		patch.Newsletter = fund.Some(&wants.Value)
	}
	return patch
}

// self is what forms need of a page about who is here.
func (s *Server) self(r *http.Request, by who) (p place, err error) {
	if by.Alone {
		return p, errNothing
	}
	me, err := s.app.CurrentUser(r.Context(), by.actor)
	if err != nil {
		return p, err
	}
	p = place{who: by, Fact: fund.Fact{Name: me.Username}, Here: r.URL.Path, Within: &deed{"/@" + me.Slug, me.Username}}
	p.Form, err = s.form(r, by)
	return p, err
}

// profile serves the form about who is here.
func (s *Server) profile(serve form) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		p, err := s.self(r, by)
		if err != nil {
			return err
		}
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.self"), Back: Path, Action: profilePath, Submit: l.Text("dash.edit.save"), Deeds: []deed{{profilePath + picturesPath, l.Text("dash.pictures")}},
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				now, err := a.CurrentUser(ctx, p.actor)
				f := fieldsFor(l, fund.Fact{})
				selfFields(f, now)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateCurrentUser(ctx, actor, selfPatch(in))
				return err
			},
		})
	}
}

// profilePictures serves the pictures of who is here.
func (s *Server) profilePictures(serve func(http.ResponseWriter, *http.Request, picturesPage, pictured) error) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		p, err := s.self(r, by)
		if err != nil {
			return err
		}
		ctx := r.Context()
		return serve(w, r, picturesPage{place: p, Back: profilePath, Done: done(r)}, pictured{
			now: func() (string, string, error) {
				u, err := s.app.CurrentUser(ctx, p.actor)
				return u.Avatar, u.Cover, err
			},
			set: func(slot fund.PictureSlot, file []byte) error {
				_, err := s.app.SetUserPicture(ctx, p.actor, slot, file)
				return err
			},
			remove: func(slot fund.PictureSlot) error { return s.app.RemoveUserPicture(ctx, p.actor, slot) },
		})
	}
}
