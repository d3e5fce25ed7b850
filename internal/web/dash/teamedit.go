package dash

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// teamEdit is what the form of a team shows: what is there, and what was typed.
type teamEdit struct {
	inTeam

	Name, Slug, About string
	// WasName, WasSlug and WasAbout are what the form began with: a field that nobody changed here is not written.
	WasName, WasSlug, WasAbout string
	// MostMB is how large a picture may be.
	MostMB int
	// The problems are what is wrong; "" at first.
	NameProblem, SlugProblem, AboutProblem, AvatarProblem, CoverProblem string
}

func (p teamEdit) wrong() bool {
	return p.NameProblem+p.SlugProblem+p.AboutProblem+p.AvatarProblem+p.CoverProblem != ""
}

// askTeam is GET /dashboard/{team}/team/edit.
func (s *Server) askTeam(w http.ResponseWriter, r *http.Request, p inTeam) error {
	t := p.Team
	return s.showTeamEdit(w, r, http.StatusOK, teamEdit{inTeam: p, Name: t.Name, Slug: t.Slug, About: t.About, WasName: t.Name, WasSlug: t.Slug, WasAbout: t.About})
}

func (s *Server) showTeamEdit(w http.ResponseWriter, r *http.Request, status int, page teamEdit) error {
	page.MostMB = app.MaxUpload >> 20
	v := session.View{Template: "teamedit.html", Status: status, Title: session.Say(r, "dash.team.edit.title", "Name", page.Team.Name), Data: page}
	if page.wrong() {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// editTeam writes what was changed of the texts, and then the pictures.
func (s *Server) editTeam(w http.ResponseWriter, r *http.Request, p inTeam) error {
	page := teamEdit{inTeam: p}
	patch := fund.TeamPatch{}
	for name, field := range map[string]struct {
		is, was *string
		to      *fund.Opt[string]
	}{
		"name": {&page.Name, &page.WasName, &patch.Name}, "slug": {&page.Slug, &page.WasSlug, &patch.Slug}, "about": {&page.About, &page.WasAbout, &patch.About},
	} {
		*field.is, *field.was = unixLines(r.PostForm.Get(name)), unixLines(r.PostForm.Get("was_"+name))
		if *field.is != *field.was {
			*field.to = fund.Some(*field.is)
		}
	}
	_, err := s.app.UpdateTeam(r.Context(), p.actor, p.key(), patch)
	if err == nil {
		err = s.setTeamPictures(r, p)
	}
	f := fault.From(err)
	switch {
	case err == nil:
		session.Redirect(w, p.Base())
		return nil
	case f.Kind == fault.RateLimited: // too many pictures
		s.Limited(w, r, f)
		page.AvatarProblem = session.Say(r, "dash.team.pictures.often", "Wait", text.Of(r).Wait(f.RetryAfter))
		return s.showTeamEdit(w, r, http.StatusTooManyRequests, page)
	case f.Kind != fault.Invalid:
		return err
	}
	l := text.Of(r)
	for _, wrong := range f.Fields {
		switch {
		case wrong.Path == "slug" && wrong.Text == fund.Taken:
			page.SlugProblem = l.Text("join.error.slug.taken")
		case wrong.Path == "slug":
			page.SlugProblem = l.Text("join.error.slug", "Count", fund.MaxSlug)
		case wrong.Path == "about":
			page.AboutProblem = l.Text("dash.team.about.wrong")
		case wrong.Path == string(fund.SlotAvatar):
			page.AvatarProblem = l.Text("dash.team.picture.wrong", "Count", app.MaxUpload>>20)
		case wrong.Path == string(fund.SlotCover):
			page.CoverProblem = l.Text("dash.team.picture.wrong", "Count", app.MaxUpload>>20)
		default:
			page.NameProblem = l.Text("dash.teams.name.wrong", "Count", fund.MaxName)
		}
	}
	return s.showTeamEdit(w, r, http.StatusUnprocessableEntity, page)
}

// setTeamPictures takes the pictures of the form, and removes those that it says so of.
func (s *Server) setTeamPictures(r *http.Request, p inTeam) error {
	for _, slot := range fund.PictureSlots() {
		file, err := uploadedPicture(r, string(slot))
		switch {
		case err != nil:
			return err
		case len(file) > 0:
			_, err = s.app.SetTeamPicture(r.Context(), p.actor, p.key(), slot, file)
		case r.PostForm.Get("no_"+string(slot)) != "":
			err = s.app.RemoveTeamPicture(r.Context(), p.actor, p.key(), slot)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unixLines is a text whose lines end as those of stored texts do.
func unixLines(typed string) string { return strings.ReplaceAll(typed, "\r\n", "\n") }
