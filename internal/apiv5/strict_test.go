package apiv5_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// demand makes the facts read as the strictest clients do, which are generated from them: a key that is
// not known to be null must be there and have a value, or the whole answer is refused.
func (f *facts) demand() {
	for _, ref := range f.doc.Components.Schemas {
		schema := ref.Value
		for key, property := range schema.Properties {
			if _, some := property.Value.Extensions["x-only"]; some || property.Value.Nullable || slices.Contains(schema.Required, key) {
				continue
			}
			schema.Required = append(schema.Required, key)
		}
	}
}

// reads wants a value to be what the facts call by a name.
func (f *facts) reads(t *testing.T, what, name string, value json.RawMessage) {
	t.Helper()
	schema := f.doc.Components.Schemas[name]
	if schema == nil {
		t.Fatalf("%s: the facts have no schema %q", what, name)
	}
	var body any
	if err := json.Unmarshal(value, &body); err != nil {
		t.Errorf("%s: got %s: %v", what, value, err)
		return
	}
	if err := schema.Value.VisitJSON(body, openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.EnableFormatValidation()); err != nil {
		t.Errorf("%s as %s: %.1000v", what, name, err)
	}
}

// writtenAs are the schemas of what is written, by the folder of its address; "" has none in the facts.
var writtenAs = map[string]string{
	"campaigns": "Campaign", "team_campaigns": "TeamCampaign", "polls": "Poll", "targets": "Target", "rewards": "Reward",
	"milestones": "Milestone", "donation_matches": "DonationMatch", "schedules": "Schedule", "fitness_goals": "FitnessGoal",
	"fitness_activities": "", "donations": "Donation", "refund": "Donation", "concede": "Donation", "fulfill": "Donation", "trigger": "", "teams": "Team", "members": "TeamMember",
	"current-user": "User", "causes": "Cause", "fundraising_events": "FundraisingEvent", "giving": "", "live": "", "counters": "", "timers": "", "start": "", "pause": "", "resume": "", "add": "",
}

// readsWrite wants the answer of a write to be what the facts say of a read.
func (f *facts) readsWrite(t *testing.T, target string, got reply) {
	t.Helper()
	segments := slices.DeleteFunc(strings.Split(target, "/"), func(s string) bool { return s == "" || strings.HasPrefix(s, "{") })
	folder := segments[len(segments)-1]
	name, known := writtenAs[folder]
	if !known {
		t.Errorf("%s: got no schema for %s in the tests", target, folder)
	}
	if name == "" {
		return
	}
	var body struct{ Data json.RawMessage }
	if err := json.Unmarshal([]byte(got.text), &body); err != nil {
		t.Fatalf("%s: got %s: %v", target, got.text, err)
	}
	f.reads(t, target, name, body.Data)
}

// toldAs are the schemas of what messages say of the facts of the world; "" is a made-up one.
var toldAs = map[string]string{
	"": "Campaign", "campaign": "Campaign", "teamCampaign": "TeamCampaign", "personal": "PersonalCampaign", "event": "FundraisingEvent",
	"cause": "Cause", "house": "AuctionHouse",
}

// readsMessage wants a message of an event type about a fact to be what the facts say of such.
func (f *facts) readsMessage(t *testing.T, kind, fact string, message json.RawMessage) {
	t.Helper()
	name := toldAs[fact]
	switch {
	case strings.Contains(kind, ":relay:"):
		name = "RelayDonation"
	case strings.HasSuffix(kind, ":donation_updated"):
		name = "WebhookDonation"
	}
	var body struct{ Data json.RawMessage }
	if err := json.Unmarshal(message, &body); err != nil {
		t.Fatalf("%s: got %s: %v", kind, message, err)
	}
	f.reads(t, kind+" of "+fact, name, body.Data)
}
