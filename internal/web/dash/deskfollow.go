package dash

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/text"
)

// dockParam says in the address, and in the forms, of an alert desk that it is the page of a dock in a streaming program.
const dockParam = "dock"

// docked reports whether a request is for a dock, or comes from one.
func docked(r *http.Request) bool { return r.Form.Has(dockParam) || r.URL.Query().Has(dockParam) }

// deskAt is the address of the alert desk, or of its dock, with what it says.
func (p place) deskAt(dock bool, says ...string) string {
	asked := url.Values{}
	if dock {
		says = append(says, dockParam)
	}
	for _, one := range says {
		asked.Set(one, "yes")
	}
	return asking(p.On("/desk"), asked)
}

// followDesk shows over a WebSocket how the desk looks, for as long as who looks may run it. Who was looked for opened the page, which counts as a use of the
// session; that the page is open does not.
func (s *Server) followDesk(w http.ResponseWriter, r *http.Request, p place) error {
	l, dock := text.Of(r), docked(r)
	renew := func(ctx context.Context) (app.Actor, error) { return s.stillRuns(r.WithContext(ctx), p) }
	m := live.Mirror{
		Hub: s.hub, Log: s.Log(), Origin: s.Origin(), Fact: p.Fact.ID, Alerts: true,
		Joining: live.Joining{Kind: "desk", Receiver: live.Receiver{Actor: p.actor, Session: p.session, Role: p.Fact.ID, Renew: renew}, Address: s.Address(r)},
		Paint:   func(ctx context.Context) (live.Frame, error) { return s.deskFrame(ctx, l, p, dock) },
	}
	return m.Serve(w, r)
}

// stillRuns finds out who looks at a desk once more. If they may do less at the fact than p says, or more, it is Forbidden: the page finds out what is left.
func (s *Server) stillRuns(r *http.Request, p place) (app.Actor, error) {
	by, err := s.whoBy(r, s.Watch)
	if err != nil {
		return app.Actor{}, err
	}
	seen, err := s.app.See(r.Context(), by.actor, keyOf(p.Fact.ID))
	if fault.Is(err, fault.NotFound) {
		err = errNothing
	}
	if err != nil {
		return app.Actor{}, err
	}
	rights, err := s.app.RightsAt(r.Context(), by.actor, seen.Fact())
	if err == nil && (rights.Desk != p.Rights.Desk || rights.Stage != p.Rights.Stage) {
		err = errNothing
	}
	return by.actor, err
}

// deskFrame is what the page of a desk shows now. What there is is read once for all who look at the desk on this node, by the rights of one of them.
func (s *Server) deskFrame(ctx context.Context, l *text.Locale, p place, dock bool) (live.Frame, error) {
	d, err := s.desks.Get(ctx, fund.StageKey{Fact: p.Fact.ID, ID: p.stage}, func(ctx context.Context) (app.Desk, time.Time, error) {
		d, err := s.app.Desk(ctx, p.seen)
		return d, d.Until, err
	})
	if fault.Is(err, fault.Forbidden) {
		d, err = s.app.Desk(ctx, p.seen) // the one who read it has lost the role
	}
	if err != nil {
		return live.Frame{}, err
	}
	page := s.deskPage(l, p, d, dock)
	html, err := s.Part(l, "dash-desk", page)
	if err != nil {
		return live.Frame{}, err
	}
	return live.Painting(page.Build, html, d.Until)
}
