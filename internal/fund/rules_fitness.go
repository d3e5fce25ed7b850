package fund

import (
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// Apply changes a fitness goal.
func (p FitnessGoalPatch) Apply(g *FitnessGoal, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Type.To(&g.Type)
	p.Unit.To(&g.Unit)
	CheckOneOf(&wrong, "type", g.Type, FitnessTypes())
	if g.Unit != "" {
		CheckOneOf(&wrong, "unit", g.Unit, []DistanceUnit{Meter, Kilometer, Mile})
	}
	switch {
	case !p.Goal.Set && g.Goal != 0:
	case strings.TrimSpace(p.Goal.Value) == "":
		wrong.Add("goal", Blank)
	default:
		thousandths, problem := money.Parse(p.Goal.Value, goalDecimals)
		switch {
		case problem == money.TooPrecise:
			wrong.Add("goal", "has more than three decimals")
		case problem != "":
			wrong.Add("goal", problem)
		case thousandths == 0:
			wrong.Add("goal", NotPositive)
		}
		g.Goal = thousandths
	}
	g.UpdatedAt = now
	return wrong
}

// goalDecimals is how many decimals a fitness goal has.
const goalDecimals = 3

// Check returns the errors of an activity submitted at now, except those of its user.
func (in FitnessInput) Check(now time.Time) fault.Fields {
	wrong := begin(in.Invalid)
	CheckOneOf(&wrong, "type", in.Type, FitnessTypes())
	checkExercise(&wrong, "meters", in.Meters)
	checkExercise(&wrong, "seconds", in.Seconds)
	if in.Meters == 0 && in.Seconds == 0 {
		wrong.Add("meters", "or seconds must be more than zero")
	}
	if in.At.After(now) {
		wrong.Add("at", "cannot be in the future")
	}
	return wrong
}

func checkExercise(wrong *fault.Fields, path string, n int64) {
	switch {
	case n < 0:
		wrong.Add(path, money.Negative)
	case n > MaxExercise:
		wrong.Add(path, money.TooLarge)
	}
}
