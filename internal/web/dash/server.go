// Package dash is the dashboard: the pages on which those who raise money look after a campaign, and those who help them do what they were asked to. It is
// at /dashboard and below. Every page asks the use cases, which decide who may.
package dash

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html
var files embed.FS

// parsed are the templates of all pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages { return session.Parse(files) })

// Path is what all pages are below.
const Path = "/dashboard"

const (
	// AcceptPath is the page of the link of a grant.
	AcceptPath = Path + "/accept"
	alonePath  = AcceptPath + "/alone"
	leavePath  = Path + "/leave"
	factPath   = Path + "/{fact}"
	// causePath and eventPath are factPath for pages that only causes and events have.
	causePath = Path + "/{cause}"
	eventPath = Path + "/{event}"

	// purpose is what the forms of the dashboard are for, acceptPurpose what those are that accept a grant without an account.
	purpose       = "dashboard"
	acceptPurpose = "accept a grant"
)

// maxUpload is how many bytes of a form with a file are read: the largest file of grants, and what is around it.
const maxUpload = fund.MaxFactGrantFile + 16<<10

// Options are what the dashboard shows beside what the use cases know.
type Options struct {
	// Listeners are the live connections that watch a fact at this node; nil for none.
	Listeners func(fund.ID) map[app.Listener]int
	// Preview shows the page of a campaign with the fields of a fact, in a frame; nil for nothing.
	Preview func(http.ResponseWriter, *http.Request, app.Seen, fund.Fact) error
	// MaxExport is how many bytes an export has at most; 0 for MaxExport.
	MaxExport int64
	// Overlays is below which path overlays are, by their keys.
	Overlays string
	// Remote is the path of the alert desk for programs.
	Remote string
	// Sample writes the object of a test event.
	Sample app.Sampler
	// AlertText fills in the text of a variant of alerts.
	AlertText AlertTexter
	// Hub tells pages what happens; nil tells them nothing, and they look each second.
	Hub *live.Hub
}

// AlertTexter fills in the text of a variant of alerts of a fact.
type AlertTexter func(ctx context.Context, a *app.App, seen app.Seen, l *text.Locale, template string, w app.AlertWords) (app.AlertText, error)

// Server has the pages.
type Server struct {
	session.Pages

	app       *app.App
	listeners func(fund.ID) map[app.Listener]int
	preview   func(http.ResponseWriter, *http.Request, app.Seen, fund.Fact) error
	// exports is how many exports are made and sent now, by who asked for them, and maxExport how many bytes one may have.
	exports     map[string]int
	exportsLock sync.Mutex
	maxExport   int64
	sample      app.Sampler
	alertText   AlertTexter
	overlayPath string
	remote      string
	hub         *live.Hub
	// desks are what alert desks show, by the stage.
	desks *live.Sharing[fund.StageKey, app.Desk]
}

// New makes the handler of the pages. Mount it at Path, with everything below.
func New(site *session.Site, o Options) *session.Room {
	s := &Server{
		Pages: site.Pages(parsed()), app: site.App(), listeners: o.Listeners, preview: o.Preview, sample: o.Sample, alertText: o.AlertText, overlayPath: o.Overlays, remote: o.Remote, exports: map[string]int{}, maxExport: cmp.Or(o.MaxExport, MaxExport),
	}
	if s.hub = o.Hub; s.hub != nil {
		s.desks = live.NewSharing[fund.StageKey, app.Desk](func() int64 { return s.hub.Here().Cursor.Position })
	}
	if s.listeners == nil {
		s.listeners = func(fund.ID) map[app.Listener]int { return nil }
	}
	get := func(serve http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: serve}
	}
	post := func(serve http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodPost: serve}
	}
	routes := session.Routes{
		Path:       get(s.show(s.list)),
		AcceptPath: {http.MethodGet: s.Get(s.askAccept), http.MethodPost: s.change(s.accept)},
		alonePath:  post(s.Post(s.acceptAlone)),
		leavePath:  post(s.change(s.leave)),
		factPath:   get(s.show(s.at(s.overview))),
		factPath + "/screening": {
			http.MethodGet: s.show(s.at(may(screens, s.screening))), http.MethodPost: s.change(s.at(may(screens, s.screen))),
		},
		factPath + "/read": {
			http.MethodGet: s.show(s.at(may(reads, s.read))), http.MethodPost: s.change(s.at(may(reads, s.changeReading))),
		},
		factPath + "/offline": {
			http.MethodGet: s.show(s.at(may(credits, s.askOffline))), http.MethodPost: s.change(s.at(may(credits, s.offline))),
		},
		factPath + "/gifts": get(s.show(s.at(may(counts, s.gifts)))),
		factPath + "/gifts/{donation}": {
			http.MethodGet: s.show(s.at(may(handles, s.gift))), http.MethodPost: s.change(s.at(may(handles, s.changeGift))),
		},
		factPath + "/claims": get(s.show(s.at(may(fulfills, s.claims)))),
		factPath + "/export": {
			http.MethodGet: s.show(s.at(may(exports, s.askExport))), http.MethodPost: s.change(s.at(may(exports, s.export))),
		},
		factPath + "/people":        get(s.show(s.at(may(gives, s.people)))),
		factPath + "/people/give":   post(s.change(s.at(may(gives, s.give)))),
		factPath + "/people/import": post(s.change(s.at(may(gives, s.importFile)))),
		factPath + "/people/renew":  post(s.change(s.at(may(gives, s.renew)))),
		factPath + "/people/end":    post(s.change(s.at(may(gives, s.end)))),
	}
	s.addParts(routes)
	s.addStages(routes)
	s.addPage(routes)
	s.addDesk(routes)
	s.addTimerDesk(routes)
	s.addHighlights(routes)
	s.addHandover(routes)
	s.addSettings(routes)
	s.addAlertSettings(routes)
	s.addAlertPolicy(routes)
	s.addDeskKeys(routes)
	s.addSteps(routes)
	s.addTeams(routes)
	s.addCharities(routes)
	s.addEvents(routes)
	s.addProfile(routes)
	s.addExercise(routes)
	s.addTeamCampaign(routes)
	s.addRegister(routes)
	s.addCases(routes)
	s.addCauses(routes)
	return s.Room(routes)
}

// who is here: somebody signed in, or a browser that accepted a grant without an account.
type who struct {
	actor app.Actor
	// Person is what to call them. Pages have names of their own beside it.
	Person string
	// Alone reports whether they have no account.
	Alone bool
	// PublicAt is when pages of theirs may be public; the zero time for at once.
	PublicAt time.Time
	// session is that of who is signed in, or the grant of who has no account.
	session fund.ID
}

// scopes are those of people on these pages, which do what an application could be allowed to.
var scopes = []string{fund.ScopePublic, fund.ScopeCause, fund.ScopeWrite, fund.ScopeDonationsRead, fund.ScopeDonationsWrite}

// who finds out who asks; Unauthenticated for nobody. An account counts more than a grant.
func (s *Server) who(r *http.Request) (who, error) { return s.whoBy(r, s.Visit) }

// whoBy is who with what finds the session.
func (s *Server) whoBy(r *http.Request, find func(*http.Request) (app.Visit, error)) (who, error) {
	visit, err := find(r)
	if err == nil {
		actor := visit.Actor()
		actor.Scopes = scopes
		return who{actor: actor.From(s.Address(r)).Reading(text.Of(r).Language()), Person: visit.User.Username, PublicAt: visit.User.PublicAt, session: visit.Session.ID}, nil
	}
	if cookie := s.Grant(r); cookie != "" && fault.Is(err, fault.Unauthenticated) {
		volunteer, err := s.app.GetGrantVisit(r.Context(), cookie)
		return who{actor: volunteer.Actor().From(s.Address(r)).Reading(text.Of(r).Language()), Person: volunteer.Grant.Name, Alone: true, session: volunteer.Grant.ID}, err
	}
	return who{}, err
}

// form is the token of a form for who is here.
func (s *Server) form(r *http.Request, w who) (string, error) {
	if w.Alone {
		return s.GrantForm(r, purpose)
	}
	return s.Form(r, purpose)
}

func (s *Server) checkForm(r *http.Request, w who) error {
	if w.Alone {
		return s.CheckGrantForm(r, purpose)
	}
	return s.CheckForm(r, purpose)
}

// page serves something for who is here.
type page func(http.ResponseWriter, *http.Request, who) error

// show serves a page. Everybody else signs in first, and comes back to it.
func (s *Server) show(serve page) http.HandlerFunc {
	return s.Get(func(w http.ResponseWriter, r *http.Request) error {
		by, err := s.who(r)
		if fault.Is(err, fault.Unauthenticated) {
			session.Redirect(w, session.SignInAt(r.URL.RequestURI()))
			return nil
		}
		if err != nil {
			return err
		}
		return serve(w, r, by)
	})
}

// change serves what a form sends, a file among it. Who is not here any more signs in, and comes back to the dashboard.
func (s *Server) change(serve page) http.HandlerFunc { return s.Post(s.changing(maxUpload, serve)) }

// changeLong is change for a form with texts of several lines.
func (s *Server) changeLong(serve page) http.HandlerFunc {
	return s.changeUpTo(maxEdit, serve)
}

// changeUpTo is change for a form of at most so many bytes.
func (s *Server) changeUpTo(limit int64, serve page) http.HandlerFunc {
	return s.PostUpTo(limit, s.changing(limit, serve))
}

func (s *Server) changing(limit int64, serve page) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		by, err := s.who(r)
		if fault.Is(err, fault.Unauthenticated) {
			s.Late(w, r, Path)
			return nil
		}
		if err != nil {
			return err
		}
		if form, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); form == "multipart/form-data" {
			if err := r.ParseMultipartForm(limit); err != nil { //nolint:gosec // PostUpTo bounds what is read
				return unread(err)
			}
		}
		if err := s.checkForm(r, by); err != nil {
			return err
		}
		return serve(w, r, by)
	}
}

// unread is why a form with a file could not be read.
func unread(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return fault.Wrap(err, fault.TooLarge, "The form is larger than %d bytes.", large.Limit)
	}
	return fault.Wrap(err, fault.Malformed, "The form could not be read.")
}

// place is a fact with what who is here may do there.
type place struct {
	who

	Fact   fund.Fact
	Rights app.FactRights
	seen   app.Seen
	// stage is the stage of the fact that the address names; zero for the first one.
	stage fund.ID
	// Form is the token of the forms of the page, Here its path, with the stage.
	Form, Here string
	// Within is the page that this one belongs to, where that is no fact; nil for a fact.
	Within *deed
}

// Open reports whether anything about the fact can still be changed.
func (p place) Open() bool { return p.Fact.Status != fund.Retired }

// Base is the address of the overview of the fact.
func (p place) Base() string { return Path + "/" + p.Fact.ID.String() }

func (p place) key() app.FactKey {
	k := keyOf(p.Fact.ID)
	k.Stage = p.stage
	return k
}

func keyOf(id fund.ID) app.FactKey { return app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()} }

// screens, credits and gives report whether there is something for somebody to do on the pages of the screening, of gifts without a payment, and of the
// people.
func screens(r app.FactRights) bool { return r.Screen }
func credits(r app.FactRights) bool { return r.Credit }
func gives(r app.FactRights) bool   { return r.GiveGrants }

// sets reports whether somebody may change how a fact is screened.
func sets(r app.FactRights) bool { return r.SetScreening }

// edits reports whether somebody changes what the fact shows.
func edits(r app.FactRights) bool { return r.Edit }

// may serves a page for those who have something to do on it.
func may(has func(app.FactRights) bool, serve func(http.ResponseWriter, *http.Request, place) error) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if !has(p.Rights) {
			return errNothing
		}
		return serve(w, r, p)
	}
}

// errNothing is the refusal of a page on which somebody has nothing to do.
var errNothing = fault.New(fault.Forbidden, "There is nothing here that you may do.")

// at serves a page of the fact that the address names, for those who have something to do there.
func (s *Server) at(serve func(http.ResponseWriter, *http.Request, place) error) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		id, err := fund.ParseID(cmp.Or(r.PathValue("fact"), r.PathValue("cause"), r.PathValue("event")))
		if err != nil {
			return fault.New(fault.NotFound, "There is no such fact.")
		}
		p := place{who: by, Here: r.URL.Path}
		if p.seen, err = s.app.See(r.Context(), by.actor, keyOf(id)); err != nil {
			return err
		}
		p.Fact = p.seen.Fact()
		if p.Rights, err = s.app.RightsAt(r.Context(), by.actor, p.Fact); err != nil {
			return err
		}
		if !p.Rights.Any() {
			return errNothing
		}
		if p.Form, err = s.form(r, by); err != nil {
			return err
		}
		if err := s.onStage(r, &p); err != nil {
			return err
		}
		return serve(w, r, p)
	}
}
