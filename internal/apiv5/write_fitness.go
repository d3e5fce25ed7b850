package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// fitnessActivity is exercise that somebody did for a fact.
type fitnessActivity struct {
	ID          string `json:"id" format:"uuid"`
	Type        string `json:"type" enum:"Cycling,Dancing,Other,Running,Swimming,Walking,Workout,Rowing"`
	Meters      int64  `json:"meters"`
	Seconds     int64  `json:"seconds"`
	UserID      string `json:"user_id" format:"uuid"`
	CompletedAt string `json:"completed_at" format:"date-time"`
	InsertedAt  string `json:"inserted_at" format:"date-time"`
}

// fitnessRows make goals and exercise. Neither has an address of its own: the goals are in a list of
// their fact, and exercise is in its leaderboards.
func (v *version) fitnessRows() []route {
	goals := resourceOf(
		fitnessGoalModel, fitnessGoal{},
		shown(toFitnessGoal),
		func(g fund.FitnessGoal) string {
			return publicPrefix + "/facts/" + g.FactID.String() + "/fitness_goals"
		},
	)
	activities := resourceOf(activityModel, fitnessActivity{}, shown(toFitnessActivity), nil)
	return append(
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("fitness_goals"), tagFitness, "Add a fitness goal to "+h.noun, fitnessGoalInput{}, fitnessGoal{}, api.Creates(goals, h.key, v.app.CreateFitnessGoal))
		}),
		eachParent(func(h parentResource) route {
			return h.right.post(h.pattern("fitness_activities"), tagFitness, "Record exercise for "+h.noun, activityInput{}, fitnessActivity{}, api.Creates(activities, h.key, v.recordFitness))
		})...,
	)
}

// recordFitness needs somebody who did it: a token without a user has to say who.
func (v *version) recordFitness(ctx context.Context, actor app.Actor, key app.FactKey, patch activityPatch) (fund.FitnessActivity, error) {
	if actor.User.IsZero() && keyOrNone(patch.user) == nil {
		patch.invalid.Add("user", fund.Blank)
		return fund.FitnessActivity{}, patch.invalid.Err()
	}
	return v.app.RecordFitness(ctx, actor, key, patch.input())
}

func toFitnessActivity(a fund.FitnessActivity) fitnessActivity {
	return fitnessActivity{
		ID: a.ID.String(), Type: a.Type, Meters: a.Meters, Seconds: a.Seconds, UserID: a.UserID.String(),
		CompletedAt: seconds(a.At), InsertedAt: seconds(a.CreatedAt),
	}
}
