package dash

import (
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// latest is how many donations the overview has.
	latest = 10
	// heldAtOnce is how many held donations the page of the screening has, decidedAtOnce how many of the last ones.
	heldAtOnce, decidedAtOnce = 50, 20
)

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
}

// list is GET /dashboard.
func (s *Server) list(w http.ResponseWriter, r *http.Request, by who) error {
	l, shown := text.Of(r), listPage{who: by}
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

// screenedDonation is a donation as screeners see it.
type screenedDonation struct {
	ID, Name, Comment, Amount, State string
	At                               time.Time
	// Shown and Hidden report whether there is no button for that.
	Shown, Hidden bool
}

type screeningPage struct {
	place

	Held, Latest []screenedDonation
	// More is set where there are more held ones than the page has.
	More bool
	// Barred is set after somebody tried to show what is never shown.
	Barred bool
	// Pins is set after somebody tried to pin more than can be, or what is not shown.
	Pins bool
}

var screeningTexts = map[fund.Screening]text.ID{
	fund.ScreeningShown: "dash.screening.shown", fund.ScreeningCommentHeld: "dash.screening.comment_held", fund.ScreeningHeld: "dash.screening.held",
	fund.ScreeningHidden: "dash.screening.hidden", fund.ScreeningHostOnly: "dash.screening.host_only",
}

// screening is GET /dashboard/{fact}/screening.
func (s *Server) screening(w http.ResponseWriter, r *http.Request, p place) error {
	l, zone := text.Of(r), fund.Zone(p.Fact.TimeZone)
	shown := screeningPage{place: p}
	held, err := s.app.HeldDonations(r.Context(), p.actor, p.key(), heldAtOnce+1)
	if err != nil {
		return err
	}
	if shown.More = len(held) > heldAtOnce; shown.More {
		held = held[:heldAtOnce]
	}
	last, err := s.app.LatestDonations(r.Context(), p.actor, p.key(), decidedAtOnce)
	if err != nil {
		return err
	}
	to := func(d fund.Donation) screenedDonation {
		one := screenedDonation{
			ID: d.ID.String(), Name: l.Donor(d.Name), Comment: d.Comment, Amount: l.Amount(d.Net(), d.Currency), At: d.CompletedAt.In(zone),
			Shown: d.Screening.CommentRead(), Hidden: d.Screening == fund.ScreeningHidden,
		}
		if state := screeningTexts[d.Screening]; state != "" {
			one.State = l.Text(state)
		}
		return one
	}
	for _, d := range held {
		shown.Held = append(shown.Held, to(d))
	}
	for _, d := range last {
		if !d.Screening.Waits() {
			shown.Latest = append(shown.Latest, to(d))
		}
	}
	shown.Barred, shown.Pins = r.URL.Query().Has("barred"), r.URL.Query().Has("pins")
	s.Show(w, r, session.View{
		Template: "screening.html", Title: session.Say(r, "dash.screening.title", "Name", p.Fact.Name), Data: shown, Scripts: []*ui.Asset{ui.Screening}, Fetches: true,
	})
	return nil
}

// screen decides about a donation, and shows the page again.
func (s *Server) screen(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no donation.")
	}
	to := p.Base() + "/screening"
	switch err := s.decide(r, p, fund.Key{ID: id}); {
	case fault.Is(err, fault.Invalid):
		to += "?barred=yes"
	case fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound) && arranges(r):
		to += "?pins=yes"
	case err != nil:
		return err
	default:
		to += toNext
	}
	session.Redirect(w, to)
	return nil
}

// What a screener does with a donation that is shown, besides hiding it: it is read aloud next, or stays in view of those who read.
const (
	toReader = "read"
	toPin    = "pin"
)

// arranges reports whether a form is about what is read aloud.
func arranges(r *http.Request) bool {
	to := r.PostForm.Get("to")
	return to == toReader || to == toPin
}

// decide does what the button of a form says about a donation.
func (s *Server) decide(r *http.Request, p place, key fund.Key) (err error) {
	switch to := fund.Screening(strings.TrimSpace(r.PostForm.Get("to"))); to {
	case fund.ScreeningShown:
		_, err = s.app.ApproveDonation(r.Context(), p.actor, key)
	case toReader:
		err = s.app.SendToReader(r.Context(), p.actor, key)
	case toPin:
		err = s.app.PinReading(r.Context(), p.actor, key)
	default:
		_, err = s.app.ScreenDonation(r.Context(), p.actor, key, to)
	}
	return err
}
