package dash

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// desks reports whether somebody runs the stage of a fact.
func desks(r app.FactRights) bool { return r.Desk }

// addDesk adds the alert desk.
func (s *Server) addDesk(routes session.Routes) {
	at := factPath + "/desk"
	routes[at] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(desks, s.alertDesk))), http.MethodPost: s.change(s.at(may(desks, s.runDesk))),
	}
	routes[at+"/players"] = map[string]http.HandlerFunc{http.MethodPost: s.change(s.at(may(stages, s.changePlayer)))}
}

// deskPage is the alert desk.
type deskPage struct {
	place

	// Follows reports whether the page is told what happens, Build what it is made of. Dock is set for the page of a dock in a streaming program.
	Follows, Dock bool
	Build         string
	// At is the address of the page, or of the dock.
	At string
	// Shows reports whether there is an overlay for alerts, Off whether the stage is off the air, Paused whether alerts wait.
	Shows, Off, Paused bool
	// Muted reports whether the page that plays can make no sound.
	Muted bool
	// Now is the alert that is shown; nil for none. Pinned reports whether it stays.
	Now    *deskAlert
	Pinned bool
	// Waiting is how many wait, in words; Next are the first of them, Ended the last that ended.
	Waiting     string
	Next, Ended []deskAlert
	// Asking are the pages that ask to play alerts, for those who may let them; Playing is how many may.
	Asking  []askingPage
	Playing int
	// Timers are the timers of the stage.
	Timers []timerShown
	// Desks are the desks of the stages of the fact, where it has several; none for one that has one.
	Desks []stageRow
	// Tests are what a test can look like.
	Tests []pick
	// Handover is what one shift tells the next one.
	Handover *written
	// Problem is why nothing was done; "" for nothing.
	Problem string
}

// DockStyle is the address of the style sheet of a dock.
func (deskPage) DockStyle() string { return ui.DockStyle.Path() }

// deskAlert is an alert on the desk.
type deskAlert struct {
	ID, Name, Amount, Comment string
	// Variant is what its variant is called; "" for none, and for one that was not shown yet.
	Variant string
	At      time.Time
	// State says how it ended; "" for one that did not. Broken is set where nobody is known to have shown its end.
	State  string
	Broken bool
}

// askingPage is a page of an overlay that asks to play alerts.
type askingPage struct {
	Overlay, Name string
	At            time.Time
}

// alertStateTexts say how alerts ended.
var alertStateTexts = map[fund.AlertState]text.ID{
	fund.AlertPlayed: "dash.desk.played", fund.AlertSkipped: "dash.desk.skipped", fund.AlertBroken: "dash.desk.broken",
}

// The tests of a desk, behind the prefix that their buttons have; of a variant it is the id.
const (
	testPrefix  = "test-"
	testPlain   = "plain"
	testLong    = "long"
	testUnnamed = "unnamed"
)

// alertDesk shows the alert desk, or follows it.
func (s *Server) alertDesk(w http.ResponseWriter, r *http.Request, p place) error {
	if s.hub != nil && strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		return s.followDesk(w, r, p)
	}
	l := text.Of(r)
	d, err := s.app.Desk(r.Context(), p.seen)
	if err != nil {
		return err
	}
	shown := s.deskPage(l, p, d, docked(r))
	switch query := r.URL.Query(); {
	case query.Has("wait"):
		shown.Problem = l.Text("dash.air.problem.wait")
	case query.Has("refused"):
		shown.Problem = l.Text("dash.timer.refused")
	}
	v := session.View{Template: "desk.html", Title: session.Say(r, "dash.desk.title", "Name", p.Fact.Name), Scripts: []*ui.Asset{ui.Desk}, Fetches: true}
	if shown.Dock {
		v.Template = "dock.html"
	}
	v.Data = shown
	s.Show(w, r, v)
	return nil
}

// deskPage is what the page of a desk shows to who is here.
func (s *Server) deskPage(l *text.Locale, p place, d app.Desk, dock bool) deskPage {
	shown := deskPage{
		place: p, Dock: dock, At: p.deskAt(dock), Timers: s.timersOf(l, p, d, dock), Follows: s.hub != nil, Build: ui.Desk.Path() + " " + ui.DockStyle.Path(),
		Shows: d.Shows, Muted: d.Muted, Off: !d.OffAt.IsZero(), Paused: !d.PausedAt.IsZero(), Waiting: l.Text("dash.desk.waiting", "Count", d.Waiting, "Number", l.Count(int64(d.Waiting))),
		Tests: []pick{{testPlain, l.Text("dash.desk.test.plain")}, {testLong, l.Text("dash.desk.test.long")}, {testUnnamed, l.Text("dash.desk.test.unnamed")}},
	}
	if !dock {
		shown.Handover = p.handedOver(l, d.Handover)
	}
	if len(d.Stages) > 1 {
		shown.Desks = p.desksOf(l, d.Stages, dock)
	}
	if d.Playing != nil {
		now := s.deskAlert(l, p.Fact, *d.Playing)
		shown.Now, shown.Pinned = &now, d.Playing.Pinned()
	}
	for _, v := range d.Variants {
		shown.Tests = append(shown.Tests, pick{v.ID.String(), l.Text("dash.desk.test.variant", "Name", v.Name)})
	}
	for _, one := range d.Next {
		shown.Next = append(shown.Next, s.deskAlert(l, p.Fact, one))
	}
	for _, one := range d.Ended {
		shown.Ended = append(shown.Ended, s.deskAlert(l, p.Fact, one))
	}
	for overlay, players := range d.Players {
		for _, one := range players {
			switch {
			case one.Allowed:
				shown.Playing++
			case p.Rights.Stage:
				shown.Asking = append(shown.Asking, askingPage{overlay.String(), one.Name(), one.CreatedAt.In(fund.Zone(p.Fact.TimeZone))})
			}
		}
	}
	slices.SortFunc(shown.Asking, func(a, b askingPage) int { return a.At.Compare(b.At) })
	return shown
}

// deskAlert is an alert in words.
func (s *Server) deskAlert(l *text.Locale, f fund.Fact, a fund.AlertShown) deskAlert {
	one := deskAlert{ID: a.ID.String(), Amount: l.Amount(a.Total, f.Currency), At: a.QueuedAt.In(fund.Zone(f.TimeZone)), Broken: a.Broken(s.app.Now())}
	switch {
	case a.Sample != nil && a.Count == 1:
		one.Name, one.Comment = l.Text("dash.desk.test.name", "Name", l.Donor(a.Sample.Name)), a.Sample.Comment
	case a.Count == 0:
		one.Name, one.Amount = l.Text("dash.desk.gone"), ""
	case a.Count == 1:
		one.Name, one.Comment = l.Donor(a.Donations[0].Name), a.Donations[0].Comment
	default:
		if one.Name = l.Text("overlay.alert.many", "Count", a.Count, "Number", l.Count(int64(a.Count))); a.Sample != nil {
			one.Name = l.Text("dash.desk.test.name", "Name", one.Name)
		}
	}
	if !a.Variant.None() {
		one.Variant = a.Variant.Name
	}
	state := a.State
	if one.Broken {
		state = fund.AlertBroken
	}
	if id := alertStateTexts[state]; id != "" {
		one.State = l.Text(id)
	}
	return one
}

// runDesk does what a button of the desk says, and shows it again.
func (s *Server) runDesk(w http.ResponseWriter, r *http.Request, p place) error {
	do := r.PostForm.Get("do")
	if kind, test := strings.CutPrefix(do, testPrefix); test {
		return s.testAlert(w, r, p, kind)
	}
	var alert fund.ID
	if act := fund.DeskAct(do); act.OnAlert() {
		var err error
		if alert, err = fund.ParseID(r.PostForm.Get("alert")); err != nil {
			return fault.New(fault.Malformed, "The form names no alert.")
		}
	}
	if err := s.app.RunStage(r.Context(), p.actor, p.key(), fund.DeskAct(do), alert); err != nil {
		return err
	}
	session.Redirect(w, p.deskAt(docked(r)))
	return nil
}

// testAlert shows an alert of a gift that is made up.
func (s *Server) testAlert(w http.ResponseWriter, r *http.Request, p place, kind string) error {
	l := text.Of(r)
	digits, err := money.Digits(p.Fact.Currency)
	if err != nil {
		return err
	}
	amount, _ := money.Parse(fund.TriggerAmount, digits)
	sample := fund.AlertSample{Name: l.Text("dash.air.gift.name"), Amount: amount, Comment: l.Text("dash.air.gift.comment")}
	switch kind {
	case testLong:
		sample.Comment = l.Text("dash.desk.test.comment")
	case testUnnamed:
		sample.Name, sample.Comment = fund.Anonymous, ""
	}
	if id, no := fund.ParseID(kind); no == nil {
		err = s.app.TestVariant(r.Context(), p.actor, p.key(), id, sample)
	} else {
		err = s.app.TestAlert(r.Context(), p.actor, p.key(), sample)
	}
	to := p.deskAt(docked(r))
	switch {
	case fault.Is(err, fault.RateLimited):
		s.Limited(w, r, fault.From(err))
		to = p.deskAt(docked(r), "wait")
	case err != nil:
		return err
	}
	session.Redirect(w, to)
	return nil
}

// changePlayer lets a page of an overlay play alerts, or forgets it.
func (s *Server) changePlayer(w http.ResponseWriter, r *http.Request, p place) error {
	overlay, err := fund.ParseID(r.PostForm.Get("overlay"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no overlay.")
	}
	change := s.app.AllowPlayer
	if r.PostForm.Get("do") == "forget" {
		change = s.app.ForgetPlayer
	}
	if err := change(r.Context(), p.actor, overlay, r.PostForm.Get("player")); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	session.Redirect(w, p.deskAt(docked(r)))
	return nil
}
