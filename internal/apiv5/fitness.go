package apiv5

import (
	"strconv"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// fitnessGoal counts exercise: in its unit, or in seconds where it has none.
type fitnessGoal struct {
	ID           string  `json:"id" format:"uuid"`
	Type         string  `json:"type" enum:"Cycling,Dancing,Other,Running,Swimming,Walking,Workout,Rowing"`
	DistanceUnit *string `json:"distance_unit" enum:"meter,kilometer,mile"`
	Goal         string  `json:"goal"`
	CurrentValue string  `json:"current_value"`
}

// measured is an amount of exercise on a leaderboard.
type measured struct {
	Value string `json:"value"`
	Unit  string `json:"unit" enum:"seconds,kilometer,mile"`
}

// The precision of distances: thousandths of their unit.
const (
	thousandths = 3
	// A mile is 1,609.344 meters.
	millimetersPerMile = 1_609_344
)

func toFitnessGoal(g fund.FitnessGoal) fitnessGoal {
	return fitnessGoal{
		ID: g.ID.String(), Type: g.Type, DistanceUnit: textOrNull(string(g.Unit)),
		Goal: money.Short(g.Goal, thousandths), CurrentValue: progress(g),
	}
}

// progress is what was done, in the unit of the goal.
func progress(g fund.FitnessGoal) string {
	switch g.Unit {
	case fund.Meter:
		return strconv.FormatInt(g.Meters, 10)
	case fund.Kilometer:
		return money.Short(g.Meters, thousandths)
	case fund.Mile:
		return money.Short((g.Meters*1_000_000+millimetersPerMile/2)/millimetersPerMile, thousandths)
	default:
		return strconv.FormatInt(g.Seconds, 10)
	}
}

func kilometers(meters int64) measured {
	return measured{Value: money.Short(meters, thousandths), Unit: string(fund.Kilometer)}
}

func inSeconds(n int64) measured { return measured{Value: strconv.FormatInt(n, 10), Unit: "seconds"} }
