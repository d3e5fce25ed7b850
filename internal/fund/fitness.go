package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// DistanceUnit is what a distance is told in; "" where a goal is about time.
type DistanceUnit string

// The units of distance.
const (
	Meter     DistanceUnit = "meter"
	Kilometer DistanceUnit = "kilometer"
	Mile      DistanceUnit = "mile"
)

// FitnessTypes are the kinds of exercise.
func FitnessTypes() []string {
	return []string{"Cycling", "Dancing", "Other", "Running", "Swimming", "Walking", "Workout", "Rowing"}
}

// FitnessGoal is how much exercise the people of a fact want to do.
type FitnessGoal struct {
	ID     ID
	FactID ID
	// Type is one of FitnessTypes.
	Type string
	// Unit is what Goal is told in: a distance, or seconds where it is "".
	Unit DistanceUnit
	// Goal is in thousandths of the unit.
	Goal int64
	// Meters and Seconds are what the fact's activities of the type add up to.
	Meters, Seconds      int64
	CreatedAt, UpdatedAt time.Time
}

// FitnessActivity is exercise that a user did for a fact.
type FitnessActivity struct {
	ID, FactID, UserID ID
	Type               string
	Meters, Seconds    int64
	At, CreatedAt      time.Time
}

// FitnessGoalPatch changes or makes a fitness goal.
type FitnessGoalPatch struct {
	Type Opt[string]
	Unit Opt[DistanceUnit]
	// Goal is a decimal text with at most three decimals.
	Goal    Opt[string]
	Invalid fault.Fields
}

// FitnessInput is exercise as somebody submits it.
type FitnessInput struct {
	// User did it; nil for the one who submits it.
	User *Key
	// Type is one of FitnessTypes.
	Type            string
	Meters, Seconds int64
	// At is when it was done; the zero time for now.
	At      time.Time
	Invalid fault.Fields
}
