package fund

import "time"

// LocalTime is how browsers send the time of a form: without a zone.
const LocalTime = "2006-01-02T15:04"

// The errors of times that people type.
const (
	NotTime     = "is no time like 2026-12-31 18:00"
	SkippedTime = "does not exist: clocks go forward past it"
)

// ReadLocal reads a time that has no zone, or its own, as the layout has it. The problem is NotTime, or SkippedTime where the clocks of the zone go forward past
// it; "" for none. A time that comes twice, because they go back, is the first of the two.
func ReadLocal(layout, text string, zone *time.Location) (at time.Time, problem string) {
	at, err := time.ParseInLocation(layout, text, zone)
	if err != nil {
		return time.Time{}, NotTime
	}
	if said, err := time.Parse(layout, text); err != nil || clock(said) != clock(at) {
		return time.Time{}, SkippedTime
	}
	if began, _ := at.ZoneBounds(); !began.IsZero() {
		_, before := began.Add(-time.Second).Zone()
		_, now := at.Zone()
		if first := at.Add(time.Duration(now-before) * time.Second); first.Before(began) {
			return first, ""
		}
	}
	return at, ""
}

// clock is what the clocks of the zone of an instant show.
func clock(at time.Time) string { return at.Format(time.DateTime) }
