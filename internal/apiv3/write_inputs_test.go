package apiv3

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/submit"
)

// TestInputsAreWhatTheTablesRead compares the documented inputs with the tables of the models.
func TestInputsAreWhatTheTablesRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		input  any
		fields []submit.Field
	}{
		{campaignInput{}, tableOf(campaignModel)},
		{challengeInput{}, tableOf(challengeModel)},
		{pollInput{}, tableOf(pollModel)},
		{rewardInput{}, tableOf(rewardModel)},
		{milestoneInput{}, tableOf(milestoneModel)},
		{scheduleInput{}, tableOf(scheduleModel)},
		{teamInput{}, tableOf(teamModel)},
		{userInput{}, tableOf(userModel)},
		{registrationInput{}, tableOf(registrationModel)},
	} {
		documented := reflect.TypeOf(test.input)
		var want, got []string
		for i := range documented.NumField() {
			key, _, _ := strings.Cut(documented.Field(i).Tag.Get("json"), ",")
			want = append(want, key)
		}
		for _, f := range test.fields {
			got = append(got, f.Keys[0])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s documents %v, but the table reads %v", documented.Name(), want, got)
		}
	}
}

func tableOf[P any](m model[P]) []submit.Field {
	var p P
	return m.fields(&p, &submission{})
}

// TestNoKeyMeansTwoFields checks that the keys and paths of a table are its own.
func TestNoKeyMeansTwoFields(t *testing.T) {
	t.Parallel()
	for name, fields := range map[string][]submit.Field{
		"campaign": tableOf(campaignModel), "challenge": tableOf(challengeModel), "poll": tableOf(pollModel),
		"reward": tableOf(rewardModel), "milestone": tableOf(milestoneModel), "schedule": tableOf(scheduleModel),
		"team": tableOf(teamModel), "user": tableOf(userModel), "registration": tableOf(registrationModel),
	} {
		seen := map[string]bool{}
		for _, f := range fields {
			for _, key := range append(slices.Clone(f.Keys), "path "+f.Path) {
				if seen[key] {
					t.Errorf("%s: %s is there twice", name, key)
				}
				seen[key] = true
			}
		}
	}
}
