package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// DistanceUnit is the unit of a distance; "" for a goal in time.
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

// FitnessGoal is how much exercise a fact's participants aim for.
type FitnessGoal struct {
	ID     ID
	FactID ID
	// Type is one of FitnessTypes.
	Type string
	// Unit is the unit of Goal: a distance, or "" for seconds.
	Unit DistanceUnit
	// Goal is in thousandths of the unit.
	Goal int64
	// Meters and Seconds are the totals of the fact's activities of the type.
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

// FitnessGoalPatch creates or changes a fitness goal.
type FitnessGoalPatch struct {
	Type Opt[string]
	Unit Opt[DistanceUnit]
	// Goal is a decimal text with at most three decimals.
	Goal    Opt[string]
	Invalid fault.Fields
}

// FitnessInput is a fitness activity as submitted.
type FitnessInput struct {
	// User is the participant; nil for the caller.
	User *Key
	// Type is one of FitnessTypes.
	Type            string
	Meters, Seconds int64
	// At is when the exercise took place; the zero time for now.
	At      time.Time
	Invalid fault.Fields
}
