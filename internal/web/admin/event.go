package admin

import (
	"net/http"
	"net/url"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

const (
	// eventsPath is the list of events of payment providers that are stuck, with one below it.
	eventsPath = Path + "/events"
	// dismissedPath is the list of those that were dismissed.
	dismissedPath = eventsPath + "/dismissed"
)

// eventRow is an event of a payment provider in a list.
type eventRow struct {
	Link, Provider, Topic, Why string
	ReceivedAt                 time.Time
}

type eventsPage struct {
	operator

	Events []eventRow
	// Next leads on; "" at the end. Dismissed reports whether these are those that were dismissed.
	Next      string
	Dismissed bool
}

// events is GET /admin/events.
func (s *Server) events(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.listEvents(w, r, eventsPage{operator: by}, func(page fund.Page) ([]fund.ProviderEvent, error) {
		return s.app.ListStuckProviderEvents(r.Context(), by.actor, page)
	})
}

// dismissedEvents is GET /admin/events/dismissed.
func (s *Server) dismissedEvents(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.listEvents(w, r, eventsPage{operator: by, Dismissed: true}, func(page fund.Page) ([]fund.ProviderEvent, error) {
		return s.app.ListDismissedProviderEvents(r.Context(), by.actor, page)
	})
}

func (s *Server) listEvents(w http.ResponseWriter, r *http.Request, page eventsPage, list func(fund.Page) ([]fund.ProviderEvent, error)) error {
	after, err := afterID(r)
	if err != nil {
		return err
	}
	events, err := list(fund.Page{Limit: atOnce + 1, After: after})
	if err != nil {
		return err
	}
	if len(events) > atOnce {
		events = events[:atOnce]
		page.Next = page.Here + "?" + url.Values{"after": {events[atOnce-1].ID.String()}}.Encode()
	}
	l := text.Of(r)
	page.Title = l.Text("admin.events")
	for _, e := range events {
		row := eventRow{Link: eventPath(e.ID), Provider: e.Provider, Topic: e.Topic, Why: e.Problem, ReceivedAt: e.ReceivedAt}
		if page.Dismissed {
			row.Why = e.Dismissal
		}
		page.Events = append(page.Events, row)
	}
	s.render(w, r, http.StatusOK, "events.html", page.operator, page)
	return nil
}

func eventPath(id fund.ID) string { return eventsPath + "/" + id.String() }

type eventPage struct {
	operator

	Event fund.ProviderEvent
	// State says how it stands, Donation is the id of the donation that it is about, and Tries how often it was tried; "" for none.
	State, Donation, Tries string
	// Open reports whether there is something to decide.
	Open                  bool
	Reason, ReasonProblem string
}

// event is GET /admin/events/{event}.
func (s *Server) event(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.showEvent(w, r, http.StatusOK, eventPage{operator: by})
}

// showEvent shows what the journal has of an event, but for what it says of people.
func (s *Server) showEvent(w http.ResponseWriter, r *http.Request, status int, page eventPage) error {
	id, err := subject(r, "event")
	if err != nil {
		return err
	}
	e, err := s.app.GetProviderEvent(r.Context(), page.actor, id)
	if err != nil {
		return err
	}
	l := text.Of(r)
	page.Title, page.Event, page.Tries, page.Open = l.Text("admin.event"), e, l.Count(int64(e.Tries)), e.AppliedAt.IsZero()
	if !e.DonationID.IsZero() {
		page.Donation = e.DonationID.String()
	}
	state := text.ID("admin.event.applied")
	switch {
	case e.Dismissal != "":
		state = "admin.event.dismissed"
	case page.Open && e.Tries > 0 && e.DueAt.IsZero():
		state = "admin.event.given_up"
	case page.Open && e.Tries > 0:
		state = "admin.event.failing"
	case page.Open:
		state = "admin.event.waits"
	}
	page.State = l.Text(state)
	s.render(w, r, status, "event.html", page.operator, page)
	return nil
}

// decideOnEvent applies an event now, or dismisses it.
func (s *Server) decideOnEvent(w http.ResponseWriter, r *http.Request, by operator) error {
	id, err := subject(r, "event")
	if err != nil {
		return err
	}
	switch r.PostForm.Get("do") {
	case "apply":
		return s.applyEvent(w, r, by, id)
	case "dismiss":
		return s.dismissEvent(w, r, by, id)
	default:
		return errNoChoice
	}
}

func (s *Server) applyEvent(w http.ResponseWriter, r *http.Request, by operator, id fund.ID) error {
	before, err := s.app.GetProviderEvent(r.Context(), by.actor, id)
	if err != nil {
		return err
	}
	err = s.app.ApplyProviderEvent(r.Context(), by.actor, id)
	if err == nil {
		return finish(w, by.Here, "applied")
	}
	// What went wrong with the provider, and not here, is noted with the event.
	if now, failed := s.app.GetProviderEvent(r.Context(), by.actor, id); failed != nil || now.Tries == before.Tries {
		return err
	}
	by.Problem = text.Of(r).Text("admin.event.failed")
	return s.showEvent(w, r, http.StatusConflict, eventPage{operator: by})
}

func (s *Server) dismissEvent(w http.ResponseWriter, r *http.Request, by operator, id fund.ID) error {
	l, page := text.Of(r), eventPage{operator: by, Reason: r.PostForm.Get("reason")}
	err := s.app.DismissProviderEvent(r.Context(), by.actor, id, page.Reason)
	switch {
	case err == nil:
		return finish(w, by.Here, "dismissed")
	case fault.Is(err, fault.Invalid):
		page.ReasonProblem = reasonProblem(l, page.Reason)
		return s.showEvent(w, r, http.StatusUnprocessableEntity, page)
	case fault.Is(err, fault.Conflict):
		page.Problem = l.Text("admin.event.late")
		return s.showEvent(w, r, http.StatusConflict, page)
	}
	return err
}
