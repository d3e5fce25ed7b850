package dash

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// latest is how many donations the overview has.
const latest = 10

// statusTexts say whether others see a fact.
var statusTexts = map[fund.Status]text.ID{
	fund.Published: "dash.status.published", fund.Unpublished: "dash.status.unpublished", fund.Retired: "dash.status.retired",
}

// listed is a fact of the list.
type listed struct{ Name, Owner, Link, Status, Raised string }

type listPage struct {
	who

	Form  string
	Facts []listed
	// Causes are those that who is here acts for.
	Causes []listed
	// Done says what a form did that led here; "" for none.
	Done string
	// Operator reports whether who is here runs the server.
	Operator bool
}

// list is GET /dashboard.
func (s *Server) list(w http.ResponseWriter, r *http.Request, by who) error {
	l, shown := text.Of(r), listPage{who: by, Operator: by.actor.Operator}
	shown.Done = done(r)
	facts, err := s.app.DashboardFacts(r.Context(), by.actor)
	if err != nil {
		return err
	}
	if shown.Form, err = s.form(r, by); err != nil {
		return err
	}
	if shown.Causes, err = s.causesOf(r, by); err != nil {
		return err
	}
	shown.Facts = listOf(l, facts)
	s.Show(w, r, session.View{Template: "list.html", Title: session.Say(r, "dash.title"), Data: shown})
	return nil
}

type overviewPage struct {
	place

	Status, Total, Today, Watchers string
	Goal                           *ui.Goal
	GoalText                       string
	Roles                          []string
	Latest                         []ui.Donation
	// Chart is what came since the streamer is live, or else today, hour by hour; nil for nothing. ChartText heads it.
	Chart     *ui.Chart
	ChartText string
	// Done says what a form did that led here; "" for none.
	Done string
	// Listeners are the live connections to the fact, for those who change it.
	Listeners []listenerLine
	// Air is how ready the campaign is for a show; nil for those who do not make it ready.
	Air *onAir
	// Desk is what there is about a cause; nil for anything else.
	Desk *causeDesk
}

// overview is GET /dashboard/{fact}.
func (s *Server) overview(w http.ResponseWriter, r *http.Request, p place) error {
	l, f := text.Of(r), p.Fact
	shown := overviewPage{
		place: p, Status: l.Text(statusTexts[f.Status]), Total: l.Amount(f.Total(), f.Currency), Roles: roleNames(l, p.Rights.Grants), Done: done(r),
	}
	if f.Goal > 0 {
		shown.GoalText = l.Amount(f.Goal, f.Currency)
		shown.Goal = &ui.Goal{Total: min(f.Total(), f.Goal), Aim: f.Goal, Text: l.Text("dash.of_goal", "Raised", shown.Total, "Goal", shown.GoalText)}
	}
	now := s.app.Now().In(fund.Zone(f.TimeZone))
	if err := s.raised(r, &shown, now); err != nil {
		return err
	}
	donations, err := s.app.NewestDonations(r.Context(), p.seen, latest)
	if err != nil {
		return err
	}
	for _, d := range donations {
		shown.Latest = append(shown.Latest, ui.Donation{
			Name: l.Donor(d.Name), Comment: d.Comment, Amount: l.Amount(d.Amount, d.Currency), At: d.CompletedAt.In(now.Location()),
			Portrait: ui.NewPortrait(d.Name, d.Name, ""),
		})
	}
	counts := s.listeners(f.ID)
	watchers := 0
	for _, n := range counts {
		watchers += n
	}
	shown.Watchers = l.Count(int64(watchers))
	if shown.Listeners, err = s.listening(r, p, counts); err != nil {
		return err
	}
	if shown.Air, err = s.onAir(r, p, overlaysAmong(counts)); err != nil {
		return err
	}
	if shown.Desk, err = s.desk(r, p); err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "overview.html", Title: f.Name, Data: shown})
	return nil
}

// raised adds what came today, and its chart.
func (s *Server) raised(r *http.Request, page *overviewPage, now time.Time) error {
	l, f := text.Of(r), page.Fact
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	from := midnight
	page.ChartText = l.Text("dash.chart.today")
	if f.Live(now) {
		from, page.ChartText = f.LiveFrom, l.Text("dash.chart.live")
	}
	since := midnight
	if from.Before(since) {
		since = from
	}
	points, err := s.app.RaisedSince(r.Context(), page.seen, since)
	if err != nil {
		return err
	}
	last := points[len(points)-1].Total
	page.Today = l.Amount(last-raisedAt(points, midnight), f.Currency)
	base := raisedAt(points, from)
	var chart []ui.ChartPoint
	for _, one := range points {
		if one.At.Before(from.Truncate(time.Hour)) {
			continue
		}
		chart = append(chart, ui.ChartPoint{At: one.At.In(now.Location()), Total: l.Amount(one.Total-base, f.Currency), Minor: one.Total - base})
	}
	if last != base {
		page.Chart = ui.NewChart(chart)
	}
	return nil
}

// raisedAt is what had been raised at the beginning of the hour of an instant.
func raisedAt(points []app.RaisedPoint, at time.Time) (total int64) {
	for _, one := range points {
		if !one.At.After(at.Truncate(time.Hour)) {
			total = one.Total
		}
	}
	return total
}
