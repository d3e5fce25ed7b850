package apiv3_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/testgolden"
)

// writing is a write whose request and whole answer are pinned: once right, and once with every
// field wrong.
type writing struct {
	// name is that of the golden file.
	name               string
	method, target, by string
	right, wrong       string
	// model is the one whose keys must all be wrong; "" where the keys are names of options.
	model string
}

// writings has one row for every model, and for every place where it means something else.
var writings = []writing{
	{
		name: "campaign", method: "POST", target: "/campaigns", by: "ada", model: "campaign",
		right: `{"name":"Second Run","description":"*Once* more.","avatar":"https://cdn.example.org/run.png","fundraiserGoalAmount":250.5,
			"startsAt":1667746800000,"endsAt":"2022-12-01T00:00:00Z","status":"published","supportable":true,
			"livestream":{"type":"twitch","channel":"ada"},"causeId":{cause},"fundraisingEventId":{event},"supportingCampaignId":{teamCampaign},"teamId":{team}}`,
		wrong: `{"name":"","slug":"7","description":7,"avatar":"javascript:alert(1)","fundraiserGoalAmount":"-1","currency":"XYZ","startsAt":"soon","endsAt":true,
			"status":"gone","supportable":"maybe","livestream":{"type":"vhs","channel":" "},"causeId":999999,"fundraisingEventId":0,
			"supportingCampaignId":"x","teamId":1.5}`,
	},
	{
		name: "campaign-changed", method: "PATCH", target: "/campaigns/{campaign}", by: "ada", model: "campaign",
		right: `{"campaign":{"name":"Speedrun for Better","goal":"600","ends_at":null,"livestream":{"channel":"ada2"},"supportingCampaignId":null}}`,
		wrong: `{"campaign":{"name":" ","slug":"draft","description":[],"avatar":"//x","goal":1.234,"cause_currency":"USD","starts_at":"2022-02-30","ends_at":1000000000000,
			"status":"on air","supportable":7,"livestream":7,"cause_id":{tiny},"fundraising_event_id":999999,"supporting_campaign_id":{campaign},"team_id":999999}}`,
	},
	{
		name: "team-campaign", method: "POST", target: "/teams/night-owls/campaigns", by: "ada",
		right: `{"campaign":{"name":"Owls Again","causeId":{cause},"goal":10}}`,
		wrong: `{"campaign":{"name":7,"causeId":null,"goal":"ten","teamId":1}}`,
	},
	{
		name: "challenge", method: "POST", target: "/campaigns/{campaign}/challenges", by: "ada", model: "challenge",
		right: `{"name":"Dance","amount":12.5,"active":true,"activatesOn":1667649600000,"endsAt":1667736000000}`,
		wrong: `{"name":null,"amount":0,"active":1,"activatesOn":"2022-13-01","endsAt":-1}`,
	},
	{
		name: "challenge-changed", method: "PATCH", target: "/challenges/1", by: "ada",
		right: `{"challenge":{"amount":"300.00","ends_at":null}}`,
		wrong: `{"challenge":{"amount":"1e3","enabled":"yes","activates_on":2000000000000,"ends_at":1000000000000}}`,
	},
	{
		name: "poll", method: "POST", target: "/campaigns/{campaign}/polls", by: "ada", model: "poll",
		right: `{"name":"Next?","active":true,"endsAt":1667736000000,"options":[{"name":"A"},{"name":"B"}]}`,
		wrong: `{"name":"","active":"x","endsAt":[],"options":[{"name":""},{"name":1},7,{"id":1,"name":"C"},{"id":"x"}]}`,
	},
	{
		name: "poll-changed", method: "PATCH", target: "/polls/1", by: "ada",
		right: `{"options":[{"id":2,"name":"Hades II"},{"name":"Doom"}]}`,
		wrong: `{"options":[{"id":999999,"name":"X"},{"id":2,"name":""}],"name":7}`,
	},
	{
		name: "reward", method: "POST", target: "/campaigns/{campaign}/rewards", by: "ada", model: "reward",
		right: `{"name":"Mug","description":"Warm.","image":"/media/mug.png","amount":"7.50","kind":"physical","quantity":3,"fairMarketValue":2,
			"shippingAddressRequired":"true","shippingNote":"EU only","customQuestion":"Color?","active":true,"alwaysActive":false,
			"startsAt":1667649600000,"endsAt":1667736000000}`,
		wrong: `{"name":"\u0000","description":1,"image":"ftp://x","amount":-5,"currency":"EUR","kind":"magic","quantity":1.5,"fairMarketValue":"x",
			"shippingAddressRequired":"yes","shippingNote":{},"customQuestion":7,"custom":{"custom_question":{"enabled":7}},"active":null,"alwaysActive":"x","startsAt":"x","endsAt":253402300800000}`,
	},
	{
		name: "milestone", method: "POST", target: "/campaigns/{campaign}/milestones", by: "ada", model: "milestone",
		right: `{"name":"All of it","amount":500.5,"active":true}`,
		wrong: `{"name":"","amount":0.001,"active":"true"}`,
	},
	{
		name: "schedule", method: "POST", target: "/campaigns/{campaign}/schedule", by: "ada", model: "schedule",
		right: `{"schedule":{"name":"Break","description":"Tea.","startsAt":1667660400000,"endsAt":"2022-11-05T16:00:00Z"}}`,
		wrong: `{"schedule":{"name":"","description":false,"startsAt":null,"endsAt":"x"}}`,
	},
	{
		name: "schedule-of-an-event", method: "POST", target: "/fundraising-events/{event}/schedule", by: "cause", model: "schedule",
		right: `{"name":"Closing","startsAt":1669852800000}`,
		wrong: `{"name":7,"description":7,"starts_at":true,"ends_at":"12:00"}`,
	},
	{
		name: "team", method: "POST", target: "/teams", by: "ada", model: "team",
		right: `{"team":{"name":"Early Birds","slug":"birds","bio":"Up early.","avatar":"/media/birds.png","inviteOnly":false,"social":{"twitch":"birds"}}}`,
		wrong: `{"team":{"name":"","slug":"night-owls","about":7,"avatar":7,"inviteOnly":"no","social":{"twitch":7,"website":[]}}}`,
	},
	{
		name: "user", method: "PATCH", target: "/user", by: "cleo", model: "user",
		right: `{"username":"Cleo","slug":"cleo-plays","email":"CLEO@example.org","firstName":"Cleo","lastName":"Of Egypt","about":"Hi.",
			"avatar":"https://cdn.example.org/cleo.png","newsletter":true,"social":{"twitter":"cleo"}}`,
		wrong: `{"username":"","slug":"ada","email":"cleo@","firstName":1,"lastName":{},"about":1,"avatar":"x","newsletter":"no","social":"cleo"}`,
	},
	{
		name: "registration", method: "POST", target: "/fundraising-events/{event}/registrations", by: "bob", model: "registration",
		right: `{"email":"bob@example.org","subscribed":false,"address":{"addressLine1":"3 Mid Street","addressLine2":"","city":"York","state":"YRK","postalCode":"YO1","country":"GB"},
			"shirtSize":"XL","serviceHours":true,"phoneNumber":"+44 1632 960000","dateOfBirth":"1990-02-28"}`,
		wrong: `{"email":"","subscribed":"x","address":{"addressLine1":"3 Mid Street","city":7,"country":""},"shirtSize":7,"serviceHours":"x","phoneNumber":"call me","dateOfBirth":"2990-01-01"}`,
	},
	{
		name: "registration-fields", method: "PATCH", target: "/fundraising-events/{event}/registration-fields", by: "cause",
		right: `{"registration_fields":{"shirt_size":{"enabled":true,"required":true,"position":4},"dateOfBirth":{"enabled":true}}}`,
		wrong: `{"registration_fields":{"shirt_size":{"enabled":1,"required":"x","position":-1},"shoeSize":{"enabled":true},"phoneNumber":{"enabled":false,"required":true},"address":7}}`,
	},
	{
		name: "visibility-options-of-an-event", method: "PATCH", target: "/fundraising-events/{event}/visibility-options", by: "bob",
		right: `{"visibilityOptions":{"goal":{"visible":true},"individual_leaderboard":{"heat":false}}}`,
		wrong: `{"visibilityOptions":{"goal":{"visible":"x"},"individual_leaderboard":{"heat":1,"type":"all"},"nothing":{},"startsAt":[]}}`,
	},
	{
		name: "visibility-options-of-a-cause", method: "PATCH", target: "/causes/{cause}/visibility-options", by: "cause",
		right: `{"donate":{"visible":false},"toolkit":{"visible":true,"url":"https://example.org/new"}}`,
		wrong: `{"donate":{"visible":null},"toolkit":{"url":"javascript:alert(1)"},"donatee":{"visible":true}}`,
	},
	{
		name: "permissions", method: "PATCH", target: "/causes/{cause}/permissions", by: "bob",
		right: `{"permissions":{"giftAid":false,"admin_api_enabled":true}}`,
		wrong: `{"permissions":{"giftAid":"no","fly":true,"activated":null}}`,
	},
	{
		name: "milestone-changed", method: "PATCH", target: "/campaigns/{campaign}/milestones/1", by: "ada",
		right: `{"milestone":{"name":"Half of it","active":false}}`,
		wrong: `{"milestone":{"amount":-1}}`,
	},
	{
		name: "schedule-changed", method: "PATCH", target: "/campaigns/{campaign}/schedule/2", by: "ada",
		right: `{"schedule":{"name":"Kick-off","endsAt":null}}`,
		wrong: `{"schedule":{"name":""}}`,
	},
	{
		name: "registration-changed", method: "PATCH", target: "/fundraising-events/{event}/registrations/1", by: "cause",
		right: `{"registration":{"subscribed":false,"shirtSize":"M"}}`,
		wrong: `{"registration":{"email":""}}`,
	},
	{
		name: "reward-changed", method: "PATCH", target: "/rewards/1", by: "ada",
		right: `{"reward":{"description":"Thank you!"}}`,
		wrong: `{"reward":{"amount":0}}`,
	},
	{name: "milestone-deleted", method: "DELETE", target: "/campaigns/{campaign}/milestones/1", by: "ada", right: `{}`},
}

func TestWritesAreAsPinned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// The wrong ones first: they leave the world as it is.
	for _, one := range writings {
		if one.wrong != "" {
			w.pin(t, one, one.name+"-wrong", one.wrong)
		}
	}
	for _, one := range writings {
		w.pin(t, one, one.name, one.right)
	}
}

// pin makes one write and compares request and answer with the golden file.
func (w *world) pin(t *testing.T, one writing, file, body string) {
	t.Helper()
	target, body := w.path(one.target), w.path(body)
	answer := w.call(one.method, target, w.token(one.by), body)
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s /api/v3%s (%s)\n", one.method, target, one.by)
	w.Must(json.Indent(&text, []byte(body), "", "  "))
	fmt.Fprintf(&text, "\n\n%d\n", answer.Code)
	if at := answer.Header().Get("Location"); at != "" {
		fmt.Fprintf(&text, "Location: %s\n", at)
	}
	if err := json.Indent(&text, answer.Body.Bytes(), "", "  "); err != nil {
		t.Errorf("%s: got %q, want JSON", file, answer.Body)
		return
	}
	text.WriteByte('\n')
	want := map[string]int{"POST": 201, "PATCH": 200, "DELETE": 200}[one.method]
	if strings.HasSuffix(file, "-wrong") {
		want = 422
		wantWrong(t, one, answer.Body.Bytes())
	}
	if answer.Code != want {
		t.Errorf("%s: got %d %s, want %d", file, answer.Code, answer.Body, want)
	}
	testgolden.Compare(t, filepath.Join("testdata", "golden", "write", file+".txt"), text.Bytes())
}

// wantWrong checks the shape of an answer with errors, and that every key of the model is there
// in one of its spellings.
func wantWrong(t *testing.T, one writing, text []byte) {
	t.Helper()
	var body struct {
		Meta   map[string]int            `json:"meta"`
		Errors map[string]map[string]any `json:"errors"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil || len(body.Errors) != 1 || body.Meta["status"] != 422 || len(body.Meta) != 1 {
		t.Errorf("%s: got %s (%v), want the errors of one model", one.name, text, err)
	}
	for _, fields := range body.Errors {
		for _, key := range apiv3.Keys()[one.model] {
			if !slices.ContainsFunc(spellings(key), func(s string) bool { return fields[s] != nil }) {
				t.Errorf("%s: got no error about %s, want every field wrong: %s", one.name, key, text)
			}
		}
	}
}

// spellings are the names that a key may be sent by.
func spellings(key string) []string {
	var snake strings.Builder
	for _, r := range key {
		if 'A' <= r && r <= 'Z' {
			snake.WriteByte('_')
			r += 'a' - 'A'
		}
		snake.WriteRune(r)
	}
	switch key {
	case "fundraiserGoalAmount":
		return []string{key, "goal"}
	case "causeCurrency":
		return []string{key, snake.String(), "currency"}
	}
	return []string{key, snake.String()}
}
