package apiv5

import (
	"net/http"
	"reflect"
)

// WriteRow is a route below /api/private that changes what belongs to somebody.
type WriteRow struct {
	Method, Pattern string
	Scopes          []string
	// Keys are what a body may hold, without what says the same under another name.
	Keys []string
	// Lists are those of the keys that take a list.
	Lists []string
}

// String is the row as the tests name it: "PATCH /polls/{poll_id}".
func (r WriteRow) String() string { return r.Method + " " + r.Pattern }

// WriteRows are all of them, the reads left out.
func WriteRows() []WriteRow {
	var rows []WriteRow
	for _, one := range newVersion(Options{}).resources() {
		if one.Method == http.MethodGet {
			continue
		}
		row := WriteRow{Method: one.Method, Pattern: one.Pattern[len(privatePrefix):], Scopes: one.Doc.Scopes, Keys: keysOf(one.In)}
		if t := reflect.TypeOf(one.In); t != nil {
			for _, f := range reflect.VisibleFields(t) {
				if f.Type.Kind() == reflect.Slice {
					row.Lists = append(row.Lists, f.Tag.Get("json"))
				}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// ReadRows are the GET rows at the addresses of what is written.
func ReadRows() []string {
	var rows []string
	for _, one := range newVersion(Options{}).resources() {
		if one.Method == http.MethodGet {
			rows = append(rows, one.Pattern[len(privatePrefix):])
		}
	}
	return rows
}

// ModelKeys are the keys that the tables of the models read, by the name of the input that documents
// them.
func ModelKeys() map[string][2][]string {
	keys := map[string][2][]string{}
	note(keys, campaignModel, campaignInput{})
	note(keys, pollModel, pollInput{})
	note(keys, targetModel, targetInput{})
	note(keys, rewardModel, rewardInput{})
	note(keys, milestoneModel, milestoneInput{})
	note(keys, matchModel, matchInput{})
	note(keys, scheduleModel, scheduleInput{})
	note(keys, counterModel, counterInput{})
	note(keys, timerModel, timerInput{})
	note(keys, timerReasonModel, timerReasonInput{})
	note(keys, timerAddModel, timerAddInput{})
	note(keys, fitnessGoalModel, fitnessGoalInput{})
	note(keys, activityModel, activityInput{})
	note(keys, teamModel, teamInput{})
	note(keys, roleModel, roleInput{})
	note(keys, userModel, userInput{})
	note(keys, eventModel, eventInput{})
	note(keys, causeModel, causeInput{})
	note(keys, donationModel, donationInput{})
	note(keys, refundModel, refundInput{})
	note(keys, screeningModel, screeningInput{})
	note(keys, fulfillModel, fulfillInput{})
	note(keys, triggerModel, triggerInput{})
	note(keys, donationSettingsModel, donationSettingsInput{})
	note(keys, liveModel, liveInput{})
	return keys
}

func note[P any](keys map[string][2][]string, m model[P], in any) {
	var p P
	var read []string
	for _, f := range m.fields(&p) {
		read = append(read, f.Keys...)
		for _, inner := range f.Inner {
			for _, key := range inner.Keys {
				read = append(read, f.Keys[0]+"."+key)
			}
		}
	}
	keys[reflect.TypeOf(in).Name()] = [2][]string{read, deepKeysOf(in)}
}

// deepKeysOf are the keys of a struct and, behind a dot, those of the structs in it.
func deepKeysOf(in any) []string {
	var all []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(in)) {
		name := f.Tag.Get("json")
		all = append(all, name)
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct {
			for _, inner := range keysOf(reflect.Zero(t).Interface()) {
				all = append(all, name+"."+inner)
			}
		}
	}
	return all
}

// WorthKeeping is an answer as it is kept for its idempotency key.
var WorthKeeping = worthKeeping
