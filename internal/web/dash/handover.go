package dash

import (
	"context"
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// handoverPath is where what one shift tells the next one is changed, below a fact.
const handoverPath = "/handover"

// handsOver reports whether somebody works in shifts.
func handsOver(r app.FactRights) bool { return r.Screen || r.Read || r.Desk }

// addHandover adds the page of what one shift tells the next one.
func (s *Server) addHandover(routes session.Routes) {
	routes[factPath+handoverPath] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.at(may(handsOver, s.handover(s.askEdit)))),
		http.MethodPost: s.changeLong(s.at(may(handsOver, s.handover(s.edit)))),
	}
}

// written is what somebody wrote for others, and who did.
type written struct {
	Text, By string
	At       time.Time
	// Link is where it is changed; "" where that is on the same page.
	Link string
}

func (p place) written(l *text.Locale, n fund.ScreeningNote) *written {
	return &written{Text: n.Text, By: l.Donor(n.By.Name), At: n.At.In(fund.Zone(p.Fact.TimeZone))}
}

// handoverOf is what one shift tells the next one.
func (s *Server) handoverOf(r *http.Request, p place) (*written, error) {
	n, err := s.app.HandoverOf(r.Context(), p.actor, p.key())
	if err != nil {
		return nil, err
	}
	return p.handedOver(text.Of(r), n), nil
}

// handedOver is that, with the link to where it is changed.
func (p place) handedOver(l *text.Locale, n fund.ScreeningNote) *written {
	w := p.written(l, n)
	w.Link = p.Base() + handoverPath
	return w
}

// handover serves the form of it.
func (s *Server) handover(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		back := p.Base()
		switch {
		case p.Rights.Screen:
			back += "/screening"
		case p.Rights.Read:
			back += "/read"
		default:
			back += "/desk"
		}
		return serve(w, r, p, subject{
			Title: l.Text("dash.handover"), Back: back, Action: p.Base() + handoverPath, Submit: l.Text("dash.edit.save"),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				n, err := a.HandoverOf(ctx, p.actor, p.key())
				f := fieldsFor(l, p.Fact)
				f.hint(f.lines("note", "dash.handover.label", n.Text), "dash.handover.hint", "Count", fund.MaxHandover).Optional = true
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				return s.app.HandOver(ctx, actor, p.key(), in.text("note").Value)
			},
		})
	}
}
