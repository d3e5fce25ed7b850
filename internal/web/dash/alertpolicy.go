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

// queuePath is below that of the fact: how alerts follow each other.
const queuePath = "/stage/queue"

// addAlertPolicy adds the page of how alerts follow each other.
func (s *Server) addAlertPolicy(routes session.Routes) {
	routes[factPath+queuePath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(stages, s.alertPolicy(s.askEdit)))), http.MethodPost: s.changeLong(s.at(may(stages, s.alertPolicy(s.edit)))),
	}
}

// policyFields are the fields of how alerts follow each other.
func policyFields(f *fields, p fund.AlertPolicy) {
	seconds, minutes := int64(p.Rest/time.Second), int64(p.Age/time.Minute)
	f.hint(f.count("rest", "dash.queue.rest", &seconds), "dash.queue.rest.hint", "Most", int(fund.MaxAlertRest/time.Second))
	f.hint(f.count("apart", "dash.queue.apart", &p.Apart), "dash.queue.apart.hint", "Least", fund.MinAlertsApart, "Most", fund.MaxAlertsApart)
	f.hint(f.amount("together", "dash.queue.together", p.Together), "dash.queue.together.hint").Optional = true
	f.hint(f.amount("jump", "dash.queue.jump", p.Jump), "dash.queue.jump.hint").Optional = true
	f.hint(f.count("age", "dash.queue.age", &minutes), "dash.queue.age.hint", "Least", int(fund.MinAlertAge/time.Minute), "Most", int(fund.DefaultAlertAge/time.Minute))
}

// alertPolicy serves the form of how alerts follow each other.
func (s *Server) alertPolicy(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.queue"), Back: p.On("/stage"), Action: p.On(queuePath), Submit: l.Text("dash.edit.save"),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				settings, err := a.GetAlertSettings(ctx, p.actor, p.key())
				f := fieldsFor(l, p.Fact)
				policyFields(f, settings.Policy)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateAlertSettings(ctx, actor, p.key(), fund.AlertSettingsPatch{Policy: fund.AlertPolicyPatch{
					Rest: in.length("rest", time.Second), Age: in.length("age", time.Minute), Apart: in.number("apart"), Together: in.text("together"), Jump: in.text("jump"),
				}})
				return err
			},
		})
	}
}
