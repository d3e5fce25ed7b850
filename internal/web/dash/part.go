package dash

import (
	"context"
	"net/http"
	"net/url"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// partKind is a kind of what hangs on a campaign and is made, changed and removed there.
type partKind struct {
	// Path is below that of the fact, param what the pattern of its address calls the id, and list the page that lists it.
	Path, param, list string
	// Heading heads the list, None says that it is empty, Add leads to the form of a new one, and change heads the form of one that there is.
	Heading, None, Add, change text.ID
	may                        func(app.FactRights) bool
	// staged is set for what each stage of the fact has of its own.
	staged bool
	// rows are all that there are.
	rows func(context.Context, place, *fields) ([]partRow, error)
	// blank are the fields of a new one, find adds those of one that there is.
	blank func(*fields)
	find  func(context.Context, *app.App, place, fund.ID, *fields) (found, error)
	// more adds to the fields what can be chosen at the fact; nil for nothing.
	more func(context.Context, place, *fields) error
	// create and update save what was sent.
	create func(context.Context, place, app.Actor, sent) error
	update func(context.Context, app.Actor, fund.ID, sent) error
	// deeds are further things to do with one.
	deeds []partDeed
	// move gives one another place in an order that somebody chooses; nil where it follows from what they are.
	move func(context.Context, place, app.OptionMove) error
	// sample shows what one would make of what was typed; nil for nothing.
	sample func(context.Context, place, sent) ([]alertSample, error)
	// beside are further pages of one; nil for none.
	beside func(*text.Locale, place, fund.ID) []deed
	// within is what of one part somebody puts in order; nil for nothing.
	within *partWithin
}

// partWithin is a list within a part whose order somebody chooses.
type partWithin struct {
	// path is below that of the part, param what the pattern of its address calls the id.
	path, param string
	// Heading heads the list, Text says what it is for.
	Heading, Text text.ID
	rows          func(context.Context, place, fund.ID, *fields) ([]partRow, error)
	move          func(context.Context, place, fund.ID, app.OptionMove) error
}

// partOrder is such a list on the page of its part.
type partOrder struct {
	*partWithin

	Rows []partRow
	// Done says what was moved just now.
	Done string
}

// found is a part that somebody wants to change.
type found struct {
	name string
	fact fund.ID
	// stage is the stage that it is on; zero for what belongs to the whole fact.
	stage fund.ID
	// over is set for what can no longer be changed.
	over bool
	// overlay is the key of an overlay, sound what is known of whether it is heard; "" for anything else.
	overlay string
	sound   app.Hearing
	// scene is set for an overlay that is a scene.
	scene bool
	// test is what the alert desk calls a test of it; "" for what is not tested there.
	test string
}

// partDeed is something to do with a part beside changing it: a button below its form leads to a page that asks whether it is meant.
type partDeed struct {
	path string
	// button, asks and text are the button, the question, and what comes of it.
	button, asks, text text.ID
	do                 func(context.Context, app.Actor, fund.ID) error
	// late is set for what can be done after the campaign has ended, too.
	late bool
}

// partRow is a part in a list.
type partRow struct {
	ID, Name, Text string
	// Off is set for what is not on the page now.
	Off bool
	// Up and Down are what the row moves before to move by one place: an id, "end", or "" where it is the first or the last. Place says where it is.
	Up, Down, Place string
	// Moved is how the row was moved just now: "up", "down", "drag", or "".
	Moved string
	// Action is where its form goes, Form the token of that.
	Action, Form string
}

// atEnd is what a row moves before that becomes the last.
const atEnd = "end"

// ordered says of the rows of a list where each can move, and which one was moved just now.
func ordered(r *http.Request, p place, at string, rows []partRow) (said string) {
	l, moved, how := text.Of(r), r.URL.Query().Get("moved"), r.URL.Query().Get("how")
	for i := range rows {
		one := &rows[i]
		one.Action, one.Form = at+"/"+one.ID+"/move", p.Form
		one.Place = l.Text("dash.order.place", "Place", l.Count(int64(i+1)), "Total", l.Count(int64(len(rows))))
		if i > 0 {
			one.Up = rows[i-1].ID
		}
		if i+2 < len(rows) {
			one.Down = rows[i+2].ID
		} else if i+1 < len(rows) {
			one.Down = atEnd
		}
		if one.ID == moved {
			one.Moved = how
			if how == "up" && one.Up == "" || how == "down" && one.Down == "" {
				one.Moved = map[string]string{"up": "down", "down": "up"}[how] // that button is gone
			}
			said = l.Text("dash.order.moved", "Name", one.Name, "Place", one.Place)
		}
	}
	return said
}

// partList is a list of parts of one kind.
type partList struct {
	partKind

	Rows []partRow
	// At is what the others are below, New where one is made.
	At, New string
}

type partsPage struct {
	place

	Intro string
	Done  string
	Lists []partList
	// More leads to what there is besides.
	More []deed
	// Stages are those of the fact, where it may have several; nil for one that has one.
	Stages *stagesShown
	// Dock is the address of the alert desk for a dock of a streaming program; "" where it is not theirs.
	Dock string
}

// doneTexts say what a form did, by the word that the address of the next page has for it.
var doneTexts = map[string]text.ID{"saved": "dash.done.saved", "removed": "dash.done.removed"}

// done says what a form did that led here; "" for none.
func done(r *http.Request) string {
	if id := doneTexts[r.URL.Query().Get("done")]; id != "" {
		return text.Of(r).Text(id)
	}
	return ""
}

// addParts adds the pages of all parts.
func (s *Server) addParts(routes session.Routes) {
	for _, k := range s.partKinds() {
		at := factPath + "/" + k.Path
		one := at + "/{" + k.param + "}"
		routes[at+"/new"] = map[string]http.HandlerFunc{
			http.MethodGet:  s.show(s.at(may(k.may, s.fresh(k, s.askEdit)))),
			http.MethodPost: s.changeLong(s.at(may(k.may, s.fresh(k, s.edit)))),
		}
		routes[one] = map[string]http.HandlerFunc{
			http.MethodGet:  s.show(s.at(may(k.may, s.existing(k, s.askEdit)))),
			http.MethodPost: s.changeLong(s.at(may(k.may, s.existing(k, s.edit)))),
		}
		if k.move != nil {
			routes[one+"/move"] = map[string]http.HandlerFunc{http.MethodPost: s.change(s.at(may(k.may, s.move(k))))}
		}
		if k.within != nil {
			routes[one+"/"+k.within.path+"/{"+k.within.param+"}/move"] = map[string]http.HandlerFunc{http.MethodPost: s.change(s.at(may(k.may, s.moveWithin(k))))}
		}
		for _, d := range k.deeds {
			routes[one+"/"+d.path] = map[string]http.HandlerFunc{
				http.MethodGet: s.show(s.at(may(k.may, s.askDeed(k, d)))), http.MethodPost: s.change(s.at(may(k.may, s.doDeed(k, d)))),
			}
		}
	}
	for list, of := range lists {
		routes[factPath+"/"+list] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.at(may(of.may, s.parts(list))))}
	}
}

// lists are the pages that list parts: who may see them, their title, and what they say first.
var lists = map[string]struct {
	may          func(app.FactRights) bool
	title, intro text.ID
}{
	"incentives": {edits, "dash.incentives.title", "dash.incentives.text"},
	"schedule":   {schedules, "dash.schedule.title", "dash.schedule.text"},
	"stage":      {stages, "dash.stage.title", "dash.stage.text"},
	"groups":     {sets, "dash.groups.title", "dash.groups.text"},
	"matches":    {credits, "dash.matches.title", "dash.matches.text"},
}

// parts is the page of a list.
func (s *Server) parts(list string) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		page := partsPage{place: p, Intro: l.Text(lists[list].intro), Done: done(r)}
		for _, k := range s.partKinds() {
			if k.list != list || !p.stage.IsZero() && !k.staged {
				continue
			}
			rows, err := k.rows(r.Context(), p, fieldsFor(l, p.Fact))
			if err != nil {
				return err
			}
			if k.move != nil && p.Open() && len(rows) > 1 {
				if said := ordered(r, p, p.Base()+"/"+k.Path, rows); said != "" {
					page.Done = said
				}
			}
			page.Lists = append(page.Lists, partList{partKind: k, Rows: rows, At: p.Base() + "/" + k.Path, New: p.On("/" + k.Path + "/new")})
		}
		if list == "groups" {
			page.More = []deed{{p.Base() + highlightsPath, l.Text("dash.highlights")}, {p.Base() + "/screening", l.Text("dash.screening")}}
		}
		if list == "stage" {
			page.More = []deed{{p.On(soundPath), l.Text("dash.alerts")}, {p.On(queuePath), l.Text("dash.queue")}}
			if err := s.showStages(r, &page); err != nil {
				return err
			}
			if p.Rights.Desk {
				page.Dock = s.BaseURL() + p.deskAt(true)
			}
		}
		s.Show(w, r, session.View{Template: "partlist.html", Title: l.Text(lists[list].title, "Name", p.Fact.Name), Data: page, Scripts: []*ui.Asset{ui.Order}})
		return nil
	}
}

// form serves the form of something.
type form func(http.ResponseWriter, *http.Request, place, subject) error

// fresh serves the form of a new part.
func (s *Server) fresh(k partKind, serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text(k.Add), Back: p.On("/" + k.list), Action: p.Here, Submit: l.Text("dash.edit.add"), made: true,
			read: func(ctx context.Context, _ *app.App) (*fields, error) {
				f := fieldsFor(l, p.Fact)
				k.blank(f)
				return f, k.addMore(ctx, p, f)
			},
			save:   func(ctx context.Context, actor app.Actor, in sent) error { return k.create(ctx, p, actor, in) },
			sample: k.sampleAt(p),
		})
	}
}

// existing serves the form of a part that there is.
func (s *Server) existing(k partKind, serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		id, one, err := s.partAt(r, k, &p)
		if err != nil {
			return err
		}
		l := text.Of(r)
		of := subject{
			Title: l.Text(k.change), Of: one.name, Back: p.On("/" + k.list), Action: p.Base() + "/" + k.Path + "/" + id.String(), Submit: l.Text("dash.edit.save"), Over: one.over || !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				f := fieldsFor(l, p.Fact)
				if _, err := k.find(ctx, a, p, id, f); err != nil {
					return f, err
				}
				return f, k.addMore(ctx, p, f)
			},
			save:   func(ctx context.Context, actor app.Actor, in sent) error { return k.update(ctx, actor, id, in) },
			sample: k.sampleAt(p),
		}
		if in := k.within; in != nil && !of.Over {
			rows, err := in.rows(r.Context(), p, id, fieldsFor(l, p.Fact))
			if err != nil {
				return err
			}
			if len(rows) > 1 {
				of.Order = &partOrder{partWithin: in, Rows: rows, Done: ordered(r, p, p.Base()+"/"+k.Path+"/"+id.String()+"/"+in.path, rows)}
			}
		}
		if one.overlay != "" {
			path := s.overlayPath + "/" + one.overlay
			of.Overlay = &overlayShown{Address: s.BaseURL() + path, Preview: path + "?preview", Heard: one.sound == app.HearAll, Sound: hearingTexts[one.sound], Scene: one.scene}
		}
		if p.Rights.Desk {
			of.Test = one.test
		}
		for _, d := range k.deeds {
			if (p.Open() || d.late) && (!one.over || d.path == deletePath) {
				of.Deeds = append(of.Deeds, deed{of.Action + "/" + d.path, l.Text(d.button)})
			}
		}
		if k.beside != nil {
			of.Deeds = append(of.Deeds, k.beside(l, p, id)...)
		}
		return serve(w, r, p, of)
	}
}

// sampleAt is what shows at a fact what something would make; nil for nothing.
func (k partKind) sampleAt(p place) func(context.Context, sent) ([]alertSample, error) {
	if k.sample == nil {
		return nil
	}
	return func(ctx context.Context, in sent) ([]alertSample, error) { return k.sample(ctx, p, in) }
}

func (k partKind) addMore(ctx context.Context, p place, f *fields) error {
	if k.more == nil {
		return nil
	}
	return k.more(ctx, p, f)
}

// partAt finds the part that an address names, and says in p which stage it is on. One of another fact is not there.
func (s *Server) partAt(r *http.Request, k partKind, p *place) (fund.ID, found, error) {
	id, err := fund.ParseID(r.PathValue(k.param))
	if err != nil {
		return id, found{}, fault.New(fault.NotFound, "There is no such thing.")
	}
	one, err := k.find(r.Context(), s.app, *p, id, fieldsFor(text.Of(r), p.Fact))
	if err == nil && one.fact != p.Fact.ID {
		err = fault.New(fault.NotFound, "There is no such thing.")
	}
	if err == nil && !one.stage.IsZero() {
		err = s.setStage(r.Context(), p, one.stage)
	}
	return id, one, err
}

// move gives a part another place in its order, and shows the list again, at the part.
func (s *Server) move(k partKind) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		id, _, err := s.partAt(r, k, &p)
		if err != nil {
			return err
		}
		before, how, err := whereTo(r)
		if err != nil {
			return err
		}
		if err := k.move(r.Context(), p, app.OptionMove{ID: id, Before: before}); err != nil {
			return err
		}
		session.Redirect(w, movedTo(p.On("/"+k.list), id, how))
		return nil
	}
}

// moveWithin gives something within a part another place in its order, and shows the page of the part again, at that place.
func (s *Server) moveWithin(k partKind) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		id, _, err := s.partAt(r, k, &p)
		if err != nil {
			return err
		}
		one, err := fund.ParseID(r.PathValue(k.within.param))
		if err != nil {
			return fault.New(fault.NotFound, "There is no such thing.")
		}
		before, how, err := whereTo(r)
		if err != nil {
			return err
		}
		if err := k.within.move(r.Context(), p, id, app.OptionMove{ID: one, Before: before}); err != nil {
			return err
		}
		session.Redirect(w, movedTo(p.Base()+"/"+k.Path+"/"+id.String(), one, how))
		return nil
	}
}

// whereTo is what a form moves a row before, and how.
func whereTo(r *http.Request) (before fund.ID, how string, err error) {
	for _, one := range []string{"up", "down", "drag"} {
		if to := r.PostForm.Get(one); to != "" {
			how = one
			if before, err = fund.ParseID(to); err != nil && to != atEnd {
				return before, "", fault.New(fault.Malformed, "The form does not say where to.")
			}
		}
	}
	if how == "" {
		return before, "", fault.New(fault.Malformed, "The form does not say where to.")
	}
	return before, how, nil
}

// movedTo is a page with a list of which a row was moved.
func movedTo(page string, id fund.ID, how string) string {
	page = asking(page, url.Values{"moved": {id.String()}, "how": {how}})
	if how == "drag" {
		page += "#row-" + id.String() // after a button, the button has the focus
	}
	return page
}

// confirmPage asks whether something is meant.
type confirmPage struct {
	place

	Of, Asks, Text, Button, Back, Problem string
}

// askDeed asks whether something is meant that is done with a part.
func (s *Server) askDeed(k partKind, d partDeed) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		_, one, err := s.partAt(r, k, &p)
		if err != nil {
			return err
		}
		return s.showDeed(w, r, http.StatusOK, d, confirmPage{place: p, Of: one.name, Back: p.On("/" + k.list)})
	}
}

func (s *Server) showDeed(w http.ResponseWriter, r *http.Request, status int, d partDeed, page confirmPage) error {
	l := text.Of(r)
	page.Asks, page.Text, page.Button = l.Text(d.asks, "Name", page.Of), l.Text(d.text), l.Text(d.button)
	v := session.View{Template: "confirm.html", Status: status, Title: page.Asks, Data: page}
	if page.Problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// isSure refuses a form that nobody confirmed.
func isSure(r *http.Request) error {
	if r.PostForm.Get("sure") != set {
		return fault.New(fault.Malformed, "The form does not say that it is meant.")
	}
	return nil
}

// doDeed does it, and leads back to the list.
func (s *Server) doDeed(k partKind, d partDeed) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if err := isSure(r); err != nil {
			return err
		}
		id, one, err := s.partAt(r, k, &p)
		if err == nil {
			err = d.do(r.Context(), p.actor, id)
		}
		switch back := p.On("/" + k.list); {
		case err == nil:
			done := "saved"
			if d.path == deletePath {
				done = "removed"
			}
			session.Redirect(w, doneAt(back, done))
			return nil
		case fault.Is(err, fault.Conflict), fault.Is(err, fault.Invalid):
			page := confirmPage{place: p, Of: one.name, Back: back, Problem: session.Say(r, "dash.deed.refused")}
			return s.showDeed(w, r, http.StatusConflict, d, page)
		default:
			return err
		}
	}
}

// deletePath is what the page adds to the address of a part that asks whether to delete it.
const deletePath = "delete"
