package dash

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// deskTimersPath is below that of the fact: the timers, for those who run them.
const deskTimersPath = "/desk/timers"

// timerLogged is how many entries of its log the page of a timer lists.
const timerLogged = 100

// addTimerDesk adds the page of a timer for those who run it.
func (s *Server) addTimerDesk(routes session.Routes) {
	routes[factPath+deskTimersPath+"/{timer}"] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(desks, s.timerDesk))), http.MethodPost: s.change(s.at(may(desks, s.runTimer))),
	}
}

// timerShown is a timer with the buttons that fit its state.
type timerShown struct {
	ID, Name, State, Action, Form string
	// From is the page that the buttons lead back to; "" for that of the timer.
	From                             string
	Start, Again, Pause, Resume, Add bool
}

func (s *Server) timerShown(l *text.Locale, p place, t fund.Timer) timerShown {
	now := s.app.Now()
	shown := timerShown{
		ID: t.ID.String(), Name: t.Name, State: fieldsFor(l, p.Fact).timerState(t, now), Action: p.On(deskTimersPath + "/" + t.ID.String()), Form: p.Form,
	}
	if !p.Open() {
		return shown
	}
	state := t.StateAt(now)
	shown.Pause, shown.Resume = state == fund.TimerRunning, state == fund.TimerPaused
	shown.Again = shown.Resume
	shown.Add = shown.Pause || shown.Resume
	shown.Start = !shown.Add
	return shown
}

// fromDesk and fromDock are the pages that the buttons of a timer lead back to.
const fromDesk, fromDock = "desk", "dock"

// timersOf are the timers on the alert desk, or its dock.
func (s *Server) timersOf(l *text.Locale, p place, d app.Desk, dock bool) []timerShown {
	shown := make([]timerShown, len(d.Timers))
	for i, one := range d.Timers {
		shown[i] = s.timerShown(l, p, one)
		if shown[i].From = fromDesk; dock {
			shown[i].From = fromDock
		}
	}
	return shown
}

// timerPage is a timer for those who run it, with its log.
type timerPage struct {
	place

	Timer  timerShown
	Inputs []input
	Log    []timerLine
	// Problem is why nothing was done; "" for nothing.
	Problem string
}

// timerLine is a line of the log of a timer.
type timerLine struct {
	At               time.Time
	Text, By, Reason string
}

// timerDesk shows a timer.
func (s *Server) timerDesk(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showTimer(w, r, http.StatusOK, timerPage{place: p, Inputs: timerInputs(text.Of(r), p, "", "")})
}

// timerInputs are the fields with which somebody adds time to a timer.
func timerInputs(l *text.Locale, p place, time, reason string) []input {
	f := fieldsFor(l, p.Fact)
	f.hint(f.line("time", "dash.timer.time", time), "dash.timer.time.hint")
	f.hint(f.line("reason", "dash.timer.reason", reason), "dash.timer.reason.hint").Optional = true
	return f.all
}

func (s *Server) showTimer(w http.ResponseWriter, r *http.Request, status int, page timerPage) error {
	t, err := s.timerAt(r, page.place)
	if err != nil {
		return err
	}
	log, err := s.app.TimerLog(r.Context(), page.actor, fund.Key{ID: t.ID}, fund.Page{Limit: timerLogged})
	if err != nil {
		return err
	}
	l := text.Of(r)
	page.Timer = s.timerShown(l, page.place, t)
	for _, e := range log {
		line := timerLine{At: e.At.In(fund.Zone(page.Fact.TimeZone)), Text: timerLineText(l, e), Reason: e.Reason}
		if !e.Actor.IsZero() {
			line.By = l.Donor(e.Name)
		}
		page.Log = append(page.Log, line)
	}
	v := session.View{Template: "timer.html", Status: status, Title: t.Name + " · " + page.Fact.Name, Data: page}
	if status != http.StatusOK {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// timerLineTexts say what became of a timer.
var timerLineTexts = map[fund.TimerAct]text.ID{
	fund.TimerStart: "dash.timer.log.start", fund.TimerPause: "dash.timer.log.pause", fund.TimerResume: "dash.timer.log.resume", fund.TimerEnd: "dash.timer.log.end",
}

// timerLineText says what an entry of the log of a timer is.
func timerLineText(l *text.Locale, e fund.TimerEntry) string {
	by := fund.ClockText(e.By.Abs())
	switch {
	case e.Act == fund.TimerGifts && e.By < 0:
		return l.Text("dash.timer.log.back", "Count", e.Gifts, "Number", l.Count(e.Gifts), "Time", by)
	case e.Act == fund.TimerGifts:
		return l.Text("dash.timer.log.gifts", "Count", e.Gifts, "Number", l.Count(e.Gifts), "Time", by)
	case e.Act == fund.TimerAdd && e.By < 0:
		return l.Text("dash.timer.log.minus", "Time", by)
	case e.Act == fund.TimerAdd:
		return l.Text("dash.timer.log.plus", "Time", by)
	default:
		return l.Text(timerLineTexts[e.Act])
	}
}

// timerAt finds the timer that an address names. One of another fact is not there.
func (s *Server) timerAt(r *http.Request, p place) (fund.Timer, error) {
	id, err := fund.ParseID(r.PathValue("timer"))
	if err != nil {
		return fund.Timer{}, fault.New(fault.NotFound, "There is no such thing.")
	}
	t, err := s.app.GetTimer(r.Context(), p.actor, fund.Key{ID: id})
	if err == nil && t.FactID != p.Fact.ID {
		err = fault.New(fault.NotFound, "There is no such thing.")
	}
	return t, err
}

// timerRuns are what the buttons of a timer do.
var timerRuns = map[string]fund.TimerRun{
	"start": {Act: fund.TimerStart}, "pause": {Act: fund.TimerPause}, "resume": {Act: fund.TimerResume},
	"plus": {Act: fund.TimerAdd, By: timerStep}, "minus": {Act: fund.TimerAdd, By: -timerStep},
	"add": {Act: fund.TimerAdd, By: 1}, "subtract": {Act: fund.TimerAdd, By: -1},
}

// runTimer does what a button of a timer says, and shows the page with the button again.
func (s *Server) runTimer(w http.ResponseWriter, r *http.Request, p place) error {
	t, err := s.timerAt(r, p)
	if err != nil {
		return err
	}
	do := r.PostForm.Get("do")
	run, known := timerRuns[do]
	if !known {
		return fault.New(fault.Malformed, "The form does not say what to do.")
	}
	l, typed := text.Of(r), r.PostForm.Get("time")
	page := timerPage{place: p, Inputs: timerInputs(l, p, typed, r.PostForm.Get("reason"))}
	if do == "add" || do == "subtract" {
		by, ok := fund.ReadClock(typed)
		if !ok || by == 0 || by > fund.MaxTimerLength {
			page.Inputs[0].Problem = l.Text("dash.timer.time.wrong")
			return s.showTimer(w, r, http.StatusUnprocessableEntity, page)
		}
		run.By, run.Reason = run.By*by, r.PostForm.Get("reason")
	}
	_, err = s.app.RunTimer(r.Context(), p.actor, fund.Key{ID: t.ID}, run)
	from, back := r.PostForm.Get("from"), p.On(deskTimersPath+"/"+t.ID.String())
	if from == fromDesk || from == fromDock {
		back = p.deskAt(from == fromDock)
	}
	switch f := fault.From(err); {
	case err == nil:
		session.Redirect(w, back)
		return nil
	case f.Kind != fault.Invalid && f.Kind != fault.Conflict:
		return err
	case f.Kind == fault.Invalid && f.Fields[0].Path == "reason":
		page.Inputs[1].Problem = wrongText(l, f.Fields[0])
		return s.showTimer(w, r, http.StatusUnprocessableEntity, page)
	case from == fromDesk, from == fromDock:
		session.Redirect(w, p.deskAt(from == fromDock, "refused"))
		return nil
	}
	page.Problem = session.Say(r, "dash.timer.refused")
	return s.showTimer(w, r, http.StatusConflict, page)
}
