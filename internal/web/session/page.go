package session

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html style.css
var files embed.FS

// StylePath is the address of what pages for signed-in people add to the style sheet of all pages.
const StylePath = "/account/style.css"

// Style serves StylePath.
func Style() http.HandlerFunc { return coding.File(files, "style.css") }

// Parse reads the pages in the folder "templates" of a room, which stand in the frame of all of them.
func Parse(room fs.FS) ui.Pages {
	folders := make([]fs.FS, 0, 2)
	for _, all := range []fs.FS{files, room} {
		folder, err := fs.Sub(all, "templates")
		if err != nil {
			panic("session: " + err.Error())
		}
		folders = append(folders, folder)
	}
	return ui.ParsePages(nil, folders...)
}

// Pages shows the pages of a room.
type Pages struct {
	*Site
	parsed ui.Pages
}

// Pages are those of a room, as Parse read them.
func (s *Site) Pages(parsed ui.Pages) Pages { return Pages{s, parsed} }

// View is a page to be: its template, its title and what it shows.
type View struct {
	Template string
	Status   int // 0 is 200
	Title    string
	Data     any
	// Scripts are those of ours that the page loads.
	Scripts []*ui.Asset
	// Fetches lets the scripts ask for pages of ours.
	Fetches bool
	// Frames lets the page have frames with pages of ours.
	Frames bool
	// Sounds lets the page play sounds of ours.
	Sounds bool
}

// framed is a view with what its frame shows.
type framed struct {
	View

	// Play is the text that says that all money is play money; "" where it is real.
	Play text.ID
	// Brand says whose site it is, and Languages lead to the same page in each language.
	Brand     ui.Brand
	Languages []text.Choice
}

// Say is the text of that id in the language of a request.
func Say(r *http.Request, id text.ID, pairs ...any) string { return text.Of(r).Text(id, pairs...) }

// pageHeader is what all answers to browsers have. The address of a page may hold a state, so it is
// told to nobody else; with no-referrer a browser would not say either where our forms come from.
func pageHeader(h http.Header) {
	h.Set("Cache-Control", "no-store")
	api.GuardPage(h, ui.ContentPolicy("'self'", ui.Sources{}), "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// Show writes a page.
func (p Pages) Show(w http.ResponseWriter, r *http.Request, v View) {
	l := text.Of(r)
	all := framed{View: v, Play: text.PlayMoney(string(p.app.Mode(r.Context()))), Brand: p.brand, Languages: l.Choices(nil)}
	if v.Status < http.StatusBadRequest { // what was refused is not repeated
		all.Languages = l.Choices(r.URL.Query())
	}
	var more ui.Sources
	if len(v.Scripts) > 0 {
		more.Scripts = "'self'"
	}
	if v.Fetches {
		more.Connections = "'self'"
	}
	if v.Frames {
		more.Frames = "'self'"
	}
	if v.Sounds {
		more.Media = "'self'"
	}
	if more != (ui.Sources{}) {
		w.Header().Set("Content-Security-Policy", ui.ContentPolicy("'self'", more))
	}
	text.Remember(w, r, p.secure)
	var page bytes.Buffer
	if err := p.parsed.Write(&page, l, v.Template, all); err != nil {
		p.log.ErrorContext(r.Context(), "page", "path", r.URL.Path, "error", err)
		http.Error(w, l.Text("account.problem.500"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.Status != 0 {
		w.WriteHeader(v.Status)
	}
	_, _ = w.Write(focused(page.Bytes()))
}

// Part is a part of a page, by the name of its template.
func (p Pages) Part(l *text.Locale, name string, data any) (string, error) {
	var part strings.Builder
	err := p.parsed.Write(&part, l, name, data)
	return part.String(), err
}

// Get serves what shows itself, and its errors as pages.
func (p Pages) Get(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			p.Fail(w, r, err)
		}
	}
}

// Post is Get for what a form sends: it must come from one of our own pages, and not be large.
func (p Pages) Post(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return p.PostUpTo(maxForm, serve)
}

// PostUpTo is Post for a form of at most that many bytes.
func (p Pages) PostUpTo(most int64, serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return p.Get(func(w http.ResponseWriter, r *http.Request) error {
		if err := p.origins.Check(r); err != nil {
			return errOldForm
		}
		if err := coding.Refuse(w.Header(), r); err != nil {
			return err
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		if err := r.ParseForm(); err != nil {
			return fault.Wrap(err, fault.Malformed, "The form could not be read.")
		}
		return serve(w, r)
	})
}

// GetSigned is Get for who is signed in; everybody else signs in first and comes back to the page. So does who has to prove again who they are.
func (p Pages) GetSigned(serve func(http.ResponseWriter, *http.Request, app.Visit) error) http.HandlerFunc {
	return p.Get(func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.Visit(r)
		if fault.Is(err, fault.Unauthenticated) {
			Redirect(w, SignInAt(r.URL.RequestURI()))
			return nil
		}
		if err == nil {
			err = serve(w, r, v)
		}
		return proving(w, r.URL.RequestURI(), err)
	})
}

// proving has who must prove again who they are do so, and come back.
func proving(w http.ResponseWriter, back string, err error) error {
	if app.NeedsProof(err) {
		Redirect(w, ProveAt(back))
		return nil
	}
	return err
}

// PostSigned is Post for the forms of Account. Who is not signed in any more, or has to prove again who they are, comes back to the page at, which has the form.
func (p Pages) PostSigned(at string, serve func(http.ResponseWriter, *http.Request, app.Visit) error) http.HandlerFunc {
	return p.Post(func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.Visit(r)
		if fault.Is(err, fault.Unauthenticated) {
			p.Late(w, r, at)
			return nil
		}
		if err == nil {
			err = p.CheckForm(r, Account)
		}
		if err == nil {
			err = serve(w, r, v)
		}
		return proving(w, at, err)
	})
}
