package demo

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// workout is a goal for one kind of exercise, and the activities toward it.
type workout struct {
	kind string
	unit fund.DistanceUnit
	// goal is a decimal text in the unit; in seconds if that is "".
	goal string
	done []exercise
}

// exercise is one activity, that many days before Epoch.
type exercise struct {
	user            string
	meters, seconds int64
	ago             float64
}

// lenaLaps are for one person's campaign.
func lenaLaps() []workout {
	return []workout{
		{kind: "Cycling", unit: fund.Kilometer, goal: "1000", done: []exercise{
			{"lena", 42_195, 5_400, 8}, {"lena", 61_300, 7_980, 5}, {"lena", 12_050, 1_800, 2},
		}},
		{kind: "Workout", goal: "36000", done: []exercise{{"lena", 0, 2_700, 4}}},
	}
}

// lanternRounds are for a team.
func lanternRounds() []workout {
	return []workout{
		{kind: "Running", unit: fund.Mile, goal: "262.2", done: []exercise{
			{"mira", 5_000, 1_620, 6}, {"tomas", 21_097, 6_300, 5}, {"yuki", 3_200, 1_500, 3},
		}},
		{kind: "Dancing", goal: "86400", done: []exercise{{"priya", 0, 3_600, 2}, {"jonas", 0, 900, 2}}},
	}
}

// miraSteps are for a member's campaign for a team.
func miraSteps() []workout {
	return []workout{{kind: "Walking", unit: fund.Meter, goal: "100000.5", done: []exercise{
		{"mira", 8_400, 5_900, 7}, {"mira", 10_020, 7_100, 1.5},
	}}}
}

// winterSwims are for a whole event.
func winterSwims() []workout {
	return []workout{
		{kind: "Swimming", unit: fund.Meter, goal: "50000", done: []exercise{{"omar", 1_500, 2_400, 6}}},
		{kind: "Rowing", goal: "7200", done: []exercise{{"tomas", 4_000, 1_260, 4}}},
	}
}

// makeWorkouts sets the goals of the drives and of the first event, and records activities for them.
func (w *dataset) makeWorkouts(ctx context.Context) {
	w.clock.since(day(1.4))
	for _, d := range drives() {
		w.workOut(ctx, w.fact(d.slug), w.actor(d.user), d.fitness)
	}
	first := appeals()[0]
	w.workOut(ctx, w.events[first.event.Slug].Fact, w.causeActor(first.cause), winterSwims())
}

// workOut sets the goals of a fact as its editor; everybody records their own exercise.
func (w *dataset) workOut(ctx context.Context, fact fund.Fact, who app.Actor, workouts []workout) {
	for _, goal := range workouts {
		patch := fund.FitnessGoalPatch{Type: fund.Some(goal.kind), Goal: fund.Some(goal.goal), Unit: fund.Some(goal.unit)}
		w.did("fitness goal of "+fact.Slug, func() error {
			_, err := w.app.CreateFitnessGoal(ctx, who, factKey(fact), patch)
			return err
		})
		for _, e := range goal.done {
			w.did(goal.kind+" of "+e.user, func() error {
				_, err := w.app.RecordFitness(ctx, w.actor(e.user), factKey(fact), fund.FitnessInput{
					Type: goal.kind, Meters: e.meters, Seconds: e.seconds, At: day(e.ago),
				})
				return err
			})
		}
	}
}
