package dash

import (
	"context"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// addExercise adds the pages of goals for exercise, and of exercise that was done.
func (s *Server) addExercise(routes session.Routes) {
	at := factPath + "/exercise"
	routes[at] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.at(may(edits, s.exercise)))}
	for below, form := range map[string]func(form) func(http.ResponseWriter, *http.Request, place) error{"/new": s.newExerciseGoal, "/record": s.recordExercise} {
		routes[at+below] = map[string]http.HandlerFunc{
			http.MethodGet: s.show(s.at(may(edits, form(s.askEdit)))), http.MethodPost: s.change(s.at(may(edits, form(s.edit)))),
		}
	}
}

// exerciseTexts are the kinds of exercise in words.
var exerciseTexts = map[string]text.ID{
	"Cycling": "dash.exercise.cycling", "Dancing": "dash.exercise.dancing", "Other": "dash.exercise.other", "Running": "dash.exercise.running", "Swimming": "dash.exercise.swimming",
	"Walking": "dash.exercise.walking", "Workout": "dash.exercise.workout", "Rowing": "dash.exercise.rowing",
}

// unitTexts are the units of goals in words: what was done of how much. A goal without a distance is in seconds.
var unitTexts = map[fund.DistanceUnit]text.ID{fund.Kilometer: "dash.exercise.kilometer", fund.Mile: "dash.exercise.mile", fund.Meter: "dash.exercise.meter", "": "dash.exercise.second"}

// units are the units in the order of the form.
var units = []fund.DistanceUnit{fund.Kilometer, fund.Mile, fund.Meter, ""}

// doneIn is how much of a goal was done, in thousandths of its unit.
func doneIn(g fund.FitnessGoal) int64 {
	switch g.Unit {
	case fund.Kilometer:
		return g.Meters
	case fund.Mile:
		return g.Meters * thousand * thousand / metersPerThousandMiles
	case fund.Meter:
		return g.Meters * thousand
	default:
		return g.Seconds * thousand
	}
}

const (
	// thousand is how many thousandths one is, and decimals how many digits they have.
	thousand, decimals = 1000, 3
	// metersPerThousandMiles is how many meters a thousand miles are.
	metersPerThousandMiles = 1609344
)

type exercisePage struct {
	place

	Done  string
	Goals []partRow
}

// exercise is GET /dashboard/{fact}/exercise.
func (s *Server) exercise(w http.ResponseWriter, r *http.Request, p place) error {
	l := text.Of(r)
	goals, err := s.app.FitnessGoals(r.Context(), p.seen, everything)
	if err != nil {
		return err
	}
	page := exercisePage{place: p, Done: done(r)}
	number := func(thousandths int64) string {
		fixed := money.Fixed(thousandths, decimals)
		return l.Number(strings.TrimSuffix(strings.TrimRight(fixed, "0"), "."))
	}
	for _, g := range goals {
		page.Goals = append(page.Goals, partRow{
			ID: g.ID.String(), Name: l.Text(exerciseTexts[g.Type]), Text: l.Text("dash.exercise.of", "Done", number(doneIn(g)), "Goal", number(g.Goal), "Unit", l.Text(unitTexts[g.Unit])),
		})
	}
	s.Show(w, r, session.View{Template: "exercise.html", Title: l.Text("dash.exercise.title", "Name", p.Fact.Name), Data: page})
	return nil
}

// exercisePicks are the kinds of exercise to choose.
func exercisePicks(l *text.Locale) []pick {
	var all []pick
	for _, one := range fund.FitnessTypes() {
		all = append(all, pick{one, l.Text(exerciseTexts[one])})
	}
	return all
}

// exerciseForm is a form of the page of exercise.
func exerciseForm(l *text.Locale, p place, title, submit text.ID) subject {
	return subject{Title: l.Text(title), Back: p.Base() + "/exercise", Action: p.Here, Submit: l.Text(submit), made: true, Over: !p.Open()}
}

// newExerciseGoal serves the form of a new goal.
func (s *Server) newExerciseGoal(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		of := exerciseForm(l, p, "dash.exercise.add", "dash.edit.add")
		of.read = func(context.Context, *app.App) (*fields, error) {
			f := fieldsFor(l, p.Fact)
			f.choice("type", "dash.exercise.type", "Running", exercisePicks(l)...)
			var picks []pick
			for _, one := range units {
				picks = append(picks, pick{string(one), l.Text(unitTexts[one])})
			}
			f.choice("unit", "dash.exercise.unit", string(fund.Kilometer), picks...)
			f.hint(f.count("goal", "dash.exercise.goal", nil), "dash.exercise.goal.hint")
			return f, nil
		}
		of.save = func(ctx context.Context, actor app.Actor, in sent) error {
			_, err := s.app.CreateFitnessGoal(ctx, actor, p.key(), fund.FitnessGoalPatch{
				Type: in.text("type"), Unit: choiceOf[fund.DistanceUnit](in, "unit"), Goal: in.text("goal"),
			})
			return err
		}
		return serve(w, r, p, of)
	}
}

// secondsPerMinute turns what is typed in minutes into what is stored.
const secondsPerMinute = 60

// recordExercise serves the form of exercise that somebody did.
func (s *Server) recordExercise(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		of := exerciseForm(l, p, "dash.exercise.record", "dash.exercise.record")
		of.read = func(context.Context, *app.App) (*fields, error) {
			f := fieldsFor(l, p.Fact)
			f.choice("type", "dash.exercise.type", "Running", exercisePicks(l)...)
			f.count("meters", "dash.exercise.meters", nil).Optional = true
			f.count("seconds", "dash.exercise.minutes", nil).Optional = true
			at := f.moment("at", "dash.exercise.at", s.app.Now())
			at.Optional = true
			f.hint(f.line("user", "dash.exercise.user", ""), "dash.exercise.user.hint").Optional = true
			return f, nil
		}
		of.save = func(ctx context.Context, actor app.Actor, in sent) error {
			done := fund.FitnessInput{Type: in.plain["type"], At: in.moment("at").Value}
			if meters := in.count("meters"); meters.Value != nil {
				done.Meters = *meters.Value
			}
			if minutes := in.count("seconds"); minutes.Value != nil {
				done.Seconds = min(*minutes.Value, fund.MaxExercise) * secondsPerMinute
			}
			if slug := in.plain["user"]; slug != "" {
				done.User = &fund.Key{Slug: slug}
			}
			_, err := s.app.RecordFitness(ctx, actor, p.key(), done)
			return err
		}
		return serve(w, r, p, of)
	}
}
