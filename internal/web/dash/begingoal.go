package dash

import (
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// goalPage is the third step: goal, dates and safety.
type goalPage struct {
	place

	Preview, Zone, Example string
	Goal, Starts, Ends     string
	Cards                  []safetyCard
	// WaitsUntil is when pages of somebody new may be public; the zero time for now.
	WaitsUntil                                               time.Time
	GoalProblem, DatesProblem, SafetyProblem, PublishProblem string
}

// Step is the number of the step that the page is.
func (goalPage) Step() int { return 3 }

func (g goalPage) wrong() bool {
	return g.GoalProblem+g.DatesProblem+g.SafetyProblem+g.PublishProblem != ""
}

// askGoal is GET /dashboard/{fact}/setup/goal.
func (s *Server) askGoal(w http.ResponseWriter, r *http.Request, p place) error {
	zone := fund.Zone(p.Fact.TimeZone)
	page := goalPage{place: p, Starts: localText(p.Fact.StartsAt, zone), Ends: localText(p.Fact.EndsAt, zone)}
	if p.Fact.Goal > 0 {
		page.Goal = text.Of(r).Amount(p.Fact.Goal, p.Fact.Currency)
	}
	return s.showGoal(w, r, page)
}

// localText is an instant as browsers take it in a form; "" for none.
func localText(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format(fund.LocalTime)
}

func (s *Server) showGoal(w http.ResponseWriter, r *http.Request, page goalPage) error {
	l := text.Of(r)
	g, err := s.app.GetDonationSettings(r.Context(), page.actor, page.key())
	if err != nil {
		return err
	}
	page.Cards = safetyCards(l, chosenOr(r, g.Safety()))
	page.Preview, page.Zone, page.Example = page.Base()+"/preview?", fund.Zone(page.Fact.TimeZone).String(), l.Example(page.Fact.Currency)
	if s.app.Now().Before(page.PublicAt) && page.Fact.User != nil && page.Fact.User.ID == page.actor.User {
		page.WaitsUntil = page.PublicAt
	}
	v := session.View{Template: "begin-goal.html", Title: session.Say(r, "dash.begin.title"), Data: page, Scripts: []*ui.Asset{ui.Preview, ui.Local}, Frames: true}
	if page.wrong() {
		v.Status, v.Title = http.StatusUnprocessableEntity, session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// setGoal saves the third step, and publishes the campaign where its button says so.
func (s *Server) setGoal(w http.ResponseWriter, r *http.Request, p place) error {
	l := text.Of(r)
	page := goalPage{place: p, Goal: strings.TrimSpace(r.PostForm.Get("goal")), Starts: r.PostForm.Get("starts"), Ends: r.PostForm.Get("ends")}
	patch := page.patch(l)
	safety := fund.Safety(r.PostForm.Get("safety"))
	if !safety.Known() {
		page.SafetyProblem = l.Text("dash.safety.wrong")
	}
	publish := r.PostForm.Get("then") == "publish"
	if !page.wrong() {
		if _, err := s.app.UpdateDonationSettings(r.Context(), p.actor, p.key(), safety.Patch()); err != nil {
			return err
		}
		if publish {
			patch.Status = fund.Some(fund.Published)
		}
		_, err := s.app.UpdateCampaign(r.Context(), p.actor, p.key(), patch)
		switch {
		case err == nil && publish:
			session.Redirect(w, p.Base()+"?said=published")
			return nil
		case err == nil:
			session.Redirect(w, p.Base())
			return nil
		case !fault.Is(err, fault.Invalid):
			return err
		}
		page.refused(l, err)
	}
	return s.showGoal(w, r, page)
}

// patch is what was typed, with what is wrong with it on the page.
func (g *goalPage) patch(l *text.Locale) (p fund.CampaignPatch) {
	goal, problem := l.Read(g.Goal, g.Fact.Currency)
	if problem != "" || goal == "" {
		g.GoalProblem = l.Text("dash.begin.goal.wrong")
	}
	p.Goal = fund.Some(goal)
	for typed, to := range map[*string]*fund.Opt[time.Time]{&g.Starts: &p.StartsAt, &g.Ends: &p.EndsAt} {
		*to = fund.Some(time.Time{})
		if *typed == "" {
			continue
		}
		at, problem := fund.ReadLocal(fund.LocalTime, *typed, fund.Zone(g.Fact.TimeZone))
		if problem != "" {
			g.DatesProblem = wrongText(l, fault.Field{Text: problem})
		}
		*to = fund.Some(at)
	}
	return p
}

// refused says on the page why the campaign could not be saved.
func (g *goalPage) refused(l *text.Locale, err error) {
	for _, wrong := range fault.From(err).Fields {
		switch wrong.Path {
		case "goal":
			g.GoalProblem = l.Text("dash.begin.goal.wrong")
		case "starts_at", "ends_at":
			g.DatesProblem = l.Text("dash.begin.dates.wrong")
		default:
			g.PublishProblem = l.Text("dash.begin.publish.wrong")
		}
	}
}
