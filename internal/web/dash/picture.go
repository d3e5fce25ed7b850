package dash

import (
	"errors"
	"io"
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// picturesPath is what the page editor adds to its address for the pictures.
const picturesPath = "/pictures"

// pictureFields are the fields of a form with the pictures of something.
type pictureFields struct {
	// Avatar and Cover are the pictures that are there; "" for none.
	Avatar, Cover string
	// MostMB is how large a picture may be.
	MostMB int
	// The problems are what is wrong; "" at first.
	AvatarProblem, CoverProblem string
}

// of are the fields for something with the pictures.
func (p pictureFields) of(avatar, cover string) pictureFields {
	p.Avatar, p.Cover, p.MostMB = avatar, cover, app.MaxUpload>>20
	return p
}

func (p pictureFields) wrong() bool { return p.AvatarProblem+p.CoverProblem != "" }

// refused says what is wrong with the pictures of a form that could not be saved, and gives the status of its page.
func (p *pictureFields) refused(l *text.Locale, f *fault.Error) int {
	if f.Kind == fault.RateLimited {
		p.AvatarProblem = l.Text("dash.pictures.often", "Wait", l.Wait(f.Wait()))
		return http.StatusTooManyRequests
	}
	for _, wrong := range f.Fields {
		switch said := l.Text("dash.pictures.wrong", "Count", app.MaxUpload>>20); fund.PictureSlot(wrong.Path) {
		case fund.SlotAvatar:
			p.AvatarProblem = said
		case fund.SlotCover:
			p.CoverProblem = said
		}
	}
	return http.StatusUnprocessableEntity
}

// pictured is something with pictures: what reads both, what takes one, and what removes one.
type pictured struct {
	now    func() (avatar, cover string, err error)
	set    func(fund.PictureSlot, []byte) error
	remove func(fund.PictureSlot) error
}

// changePictures takes the pictures of a form, and removes those that it says so of.
func changePictures(r *http.Request, of pictured) error {
	for _, slot := range fund.PictureSlots() {
		file, err := uploadedFile(r, string(slot))
		switch {
		case err != nil:
			return err
		case len(file) > 0:
			err = of.set(slot, file)
		case r.PostForm.Get("no_"+string(slot)) != "":
			err = of.remove(slot)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// uploadedFile is the file of a form with the name; nil for none.
func uploadedFile(r *http.Request, name string) ([]byte, error) {
	file, _, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The file could not be read.")
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(file)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The file could not be read.")
	}
	return content, nil
}

type picturesPage struct {
	place
	pictureFields

	Back, Done string
}

// withPictures serves what there is for facts with pictures: those with a page, and events.
func withPictures(serve func(http.ResponseWriter, *http.Request, place) error) func(http.ResponseWriter, *http.Request, place) error {
	pages := withPage(serve)
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if p.IsEvent() {
			return serve(w, r, p)
		}
		return pages(w, r, p)
	}
}

// factPictures serves the pictures of a campaign.
func (s *Server) factPictures(serve func(http.ResponseWriter, *http.Request, picturesPage, pictured) error) func(http.ResponseWriter, *http.Request, place) error {
	return withPictures(s.picturesOf("/page", serve))
}

// picturesOf serves the pictures of a fact whose page is edited at an address below its own.
func (s *Server) picturesOf(editor string, serve func(http.ResponseWriter, *http.Request, picturesPage, pictured) error) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		ctx := r.Context()
		if !p.Open() {
			session.Redirect(w, p.Base()+editor)
			return nil
		}
		return serve(w, r, picturesPage{place: p, Back: p.Base() + editor, Done: done(r)}, pictured{
			now: func() (string, string, error) {
				f, err := s.app.GetFact(ctx, p.actor, p.key())
				return f.Avatar, f.Cover, err
			},
			set: func(slot fund.PictureSlot, file []byte) error {
				_, err := s.app.SetFactPicture(ctx, p.actor, p.key(), slot, file)
				return err
			},
			remove: func(slot fund.PictureSlot) error { return s.app.RemoveFactPicture(ctx, p.actor, p.key(), slot) },
		})
	}
}

// askPictures shows the pictures of something.
func (s *Server) askPictures(w http.ResponseWriter, r *http.Request, page picturesPage, of pictured) error {
	return s.showPictures(w, r, http.StatusOK, page, of)
}

// showPictures shows what there is: one of two pictures may have been taken where the other one was refused.
func (s *Server) showPictures(w http.ResponseWriter, r *http.Request, status int, page picturesPage, of pictured) error {
	avatar, cover, err := of.now()
	if err != nil {
		return err
	}
	page.pictureFields = page.of(avatar, cover)
	v := session.View{Template: "pictures.html", Status: status, Title: session.Say(r, "dash.pictures") + " · " + page.Fact.Name, Data: page}
	if page.wrong() {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// setPictures takes and removes pictures of something.
func (s *Server) setPictures(w http.ResponseWriter, r *http.Request, page picturesPage, of pictured) error {
	err := changePictures(r, of)
	if err == nil {
		session.Redirect(w, page.Here+"?done=saved")
		return nil
	}
	f := fault.From(err)
	status := page.refused(text.Of(r), f)
	if !page.wrong() {
		return err
	}
	if f.Kind == fault.RateLimited {
		s.Limited(w, r, f)
	}
	return s.showPictures(w, r, status, page, of)
}
