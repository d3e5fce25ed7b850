package dash

import (
	"net/http"
	"slices"
	"strings"

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
	pictureFields
	// The problems are what is wrong; "" at first.
	NameProblem, SlugProblem, AboutProblem string
}

func (p teamEdit) wrong() bool {
	return p.NameProblem+p.SlugProblem+p.AboutProblem != "" || p.pictureFields.wrong()
}

// askTeam is GET /dashboard/{team}/team/edit.
func (s *Server) askTeam(w http.ResponseWriter, r *http.Request, p inTeam) error {
	t := p.Team
	return s.showTeamEdit(w, r, http.StatusOK, teamEdit{inTeam: p, Name: t.Name, Slug: t.Slug, About: t.About, WasName: t.Name, WasSlug: t.Slug, WasAbout: t.About})
}

func (s *Server) showTeamEdit(w http.ResponseWriter, r *http.Request, status int, page teamEdit) error {
	page.pictureFields = page.of(page.Team.Avatar, page.Team.Cover)
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
		err = changePictures(r, pictured{
			set: func(slot fund.PictureSlot, file []byte) error {
				_, err := s.app.SetTeamPicture(r.Context(), p.actor, p.key(), slot, file)
				return err
			},
			remove: func(slot fund.PictureSlot) error { return s.app.RemoveTeamPicture(r.Context(), p.actor, p.key(), slot) },
		})
	}
	l, f := text.Of(r), fault.From(err)
	switch status := page.refused(l, f); {
	case err == nil:
		session.Redirect(w, p.Base())
		return nil
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		return s.showTeamEdit(w, r, status, page)
	case f.Kind != fault.Invalid:
		return err
	}
	for _, wrong := range f.Fields {
		switch {
		case wrong.Path == "slug" && wrong.Text == fund.Taken:
			page.SlugProblem = l.Text("join.error.slug.taken")
		case wrong.Path == "slug":
			page.SlugProblem = l.Text("join.error.slug", "Count", fund.MaxSlug)
		case wrong.Path == "about":
			page.AboutProblem = l.Text("dash.team.about.wrong")
		case slices.Contains(fund.PictureSlots(), fund.PictureSlot(wrong.Path)):
		default:
			page.NameProblem = l.Text("dash.teams.name.wrong", "Count", fund.MaxName)
		}
	}
	return s.showTeamEdit(w, r, http.StatusUnprocessableEntity, page)
}

// unixLines is a text whose lines end as those of stored texts do.
func unixLines(typed string) string { return strings.ReplaceAll(typed, "\r\n", "\n") }
