package apiv5

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// activityPatch is exercise, as a caller submits it.
type activityPatch struct {
	user            fund.Opt[fund.Key]
	kind            fund.Opt[string]
	meters, seconds fund.Opt[*int64]
	at              fund.Opt[time.Time]
	invalid         fault.Fields
}

var activityModel = model[activityPatch]{
	invalid: func(p *activityPatch) *fault.Fields { return &p.invalid },
	fields: func(p *activityPatch) []submit.Field {
		return []submit.Field{
			submit.Text(&p.kind, "type", "type"),
			submit.Count(&p.meters, "meters", "meters"),
			submit.Count(&p.seconds, "seconds", "seconds"),
			referenceField(&p.user, "user", "user_id"),
			momentField(&p.at, "at", "completed_at"),
		}
	},
}

// input is the exercise in the words of the domain.
func (p activityPatch) input() fund.FitnessInput {
	in := fund.FitnessInput{User: keyOrNone(p.user), Type: p.kind.Value, At: p.at.Value, Invalid: p.invalid}
	if p.meters.Value != nil {
		in.Meters = *p.meters.Value
	}
	if p.seconds.Value != nil {
		in.Seconds = *p.seconds.Value
	}
	return in
}
