package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// selectPolicy are the columns of alert settings a that say how alerts follow each other, all NULL where nobody set that up.
const selectPolicy = "a.rest, a.apart, a.together_below, a.jump_from, a.age"

// policyFields are what the columns of selectPolicy are scanned into. A policy stays as it is where they are NULL.
func policyFields(p *fund.AlertPolicy) []any {
	return []any{length{&p.Rest}, orKept{&p.Apart}, orKept{&p.Together}, orKept{&p.Jump}, length{&p.Age}}
}

// GetAlertSettings returns how the alerts of a stage sound; NotFound where nobody set that up.
func (q Queries) GetAlertSettings(ctx context.Context, key fund.StageKey) (fund.AlertSettings, error) {
	s := selecting(`SELECT g.fact_id, a.sound, a.volume, a.speak_name, a.speak_amount, a.speak_comment, a.least, a.updated_at, `+selectPolicy+", "+soundColumns+`
		FROM alert_settings a JOIN stages g ON g.id = a.stage_id LEFT JOIN stage_sounds f ON f.stage_id = g.id`).onStage("g", key)
	return one(ctx, q.db, s, func(r row) (a fund.AlertSettings, err error) {
		var own soundScan
		to := []any{&a.FactID, &a.Sound, &a.Volume, &a.SpeakName, &a.SpeakAmount, &a.SpeakComment, &a.Least, instant{&a.UpdatedAt}}
		to = append(append(to, policyFields(&a.Policy)...), own.fields(&a.Own)...)
		err = r.Scan(to...)
		own.done(&a.Own)
		return a, err
	}, thing{"alert settings of fact", key.Fact.String()})
}

// PutAlertSettings writes how the alerts of a stage sound, but for its file. It makes the first one of a fact with the id where there is none.
func (t *Tx) PutAlertSettings(ctx context.Context, key fund.StageKey, a fund.AlertSettings, stage fund.ID) error {
	what := thing{"alert settings of fact", a.FactID.String()}
	id, err := t.stageOf(ctx, key, stage, a.UpdatedAt)
	if err != nil {
		return what.refused(err)
	}
	s := inserting("alert_settings", columns{
		{"stage_id", id}, {"sound", string(a.Sound)}, {"volume", a.Volume}, {"speak_name", a.SpeakName}, {"speak_amount", a.SpeakAmount},
		{"speak_comment", a.SpeakComment}, {"least", a.Least}, {"updated_at", micros(a.UpdatedAt)}, {"rest", a.Policy.Rest.Microseconds()},
		{"apart", a.Policy.Apart}, {"together_below", a.Policy.Together}, {"jump_from", a.Policy.Jump}, {"age", a.Policy.Age.Microseconds()},
	}).then(`ON CONFLICT (stage_id) DO UPDATE SET sound = excluded.sound, volume = excluded.volume, speak_name = excluded.speak_name,
		speak_amount = excluded.speak_amount, speak_comment = excluded.speak_comment, least = excluded.least, updated_at = excluded.updated_at,
		rest = excluded.rest, apart = excluded.apart, together_below = excluded.together_below, jump_from = excluded.jump_from, age = excluded.age`)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return what.refused(err)
	}
	return nil
}
