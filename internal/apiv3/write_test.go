package apiv3_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestSubmittedModelsAreCheckedAsAWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 10*fault.MaxEcho)
	cut := long[:fault.MaxEcho] + "…"
	d := newDesk(t)
	poll := d.make(t, fmt.Sprintf("/campaigns/%d/polls", d.campaign), `{"name":"P","options":[{"name":"A"}]}`)
	here := strings.NewReplacer("{campaign}", fmt.Sprint(d.campaign), "{cause}", fmt.Sprint(d.Cause.LegacyID),
		"{yen}", fmt.Sprint(d.yen.LegacyID), "{event}", fmt.Sprint(d.Event.LegacyID), "{poll}", fmt.Sprint(poll), "{team}", fmt.Sprint(d.team))
	for _, test := range []struct{ who, method, path, body, want string }{
		{"owner", "PATCH", "/campaigns/{campaign}", `{"campaign":{"name":""}}`, `{"campaign":{"name":"name cannot be blank"}}`},
		{"owner", "PATCH", "/campaigns/{campaign}", `{"name":" ","goal":"abc","ends_at":"x"}`,
			`{"campaign":{"name":"name cannot be blank","goal":"goal is not a number","ends_at":"ends_at is not a date"}}`},
		{"owner", "PATCH", "/users/owner/campaigns/marathon", `{"fundraiserGoalAmount":-1}`,
			`{"campaign":{"fundraiserGoalAmount":"fundraiserGoalAmount cannot be negative"}}`},
		{"owner", "PATCH", "/campaigns/{campaign}", `{"goal":1.001}`, `{"campaign":{"goal":"goal has more decimals than USD allows"}}`},
		{"owner", "PATCH", "/campaigns/{campaign}", `{"startsAt":2000000000000,"endsAt":1000000000000}`, `{"campaign":{"endsAt":"endsAt must be after startsAt"}}`},
		{"owner", "PATCH", "/campaigns/{campaign}", `{"starts_at":2000000000000,"ends_at":1000000000000}`, `{"campaign":{"ends_at":"ends_at must be after starts_at"}}`},
		{"owner", "PATCH", "/campaigns/{campaign}", `{"livestream":{"type":"vhs","channel":""},"status":"gone","supportable":"maybe"}`,
			`{"campaign":{"livestream":{"type":"type is not one of the allowed values","channel":"channel cannot be blank"},
			"status":"status is not one of the allowed values","supportable":"supportable is not one of the allowed values"}}`},
		{"owner", "PATCH", "/campaigns/{campaign}", `{"causeId":{yen}}`, `{"campaign":{"causeId":"causeId cannot be changed"}}`},
		{"owner", "POST", "/campaigns", `{}`, `{"campaign":{"causeId":"causeId cannot be blank","name":"name cannot be blank"}}`},
		{"owner", "POST", "/campaigns", `{"name":"Marathon","slug":"marathon","cause_id":{cause},"fundraisingEventId":9999,"supportingCampaignId":9999,"teamId":9999}`,
			`{"campaign":{"slug":"slug is already taken","fundraisingEventId":"fundraisingEventId does not exist",
			"supportingCampaignId":"supportingCampaignId does not exist","teamId":"teamId does not exist"}}`},
		{"owner", "POST", "/campaigns", `{"name":"Yen","causeId":{yen},"goal":"10.5"}`, `{"campaign":{"goal":"goal has more decimals than JPY allows"}}`},
		{"owner", "POST", "/teams/team/campaigns", `{"campaign":{"name":1,"causeId":{cause}}}`, `{"campaign":{"name":"name is not a text"}}`},

		{"owner", "POST", "/campaigns/{campaign}/challenges", `{}`, `{"challenge":{"name":"name cannot be blank","amount":"amount cannot be blank"}}`},
		{"owner", "POST", "/campaigns/{campaign}/challenges", `{"name":"C","amount":0,"activatesOn":2000000000000,"endsAt":1000000000000}`,
			`{"challenge":{"amount":"amount must be more than zero","endsAt":"endsAt must be after activatesOn"}}`},
		{"owner", "POST", "/campaigns/{campaign}/polls", `{"name":"P","options":[{"name":""},{"name":"B"},{"name":1}]}`,
			`{"poll":{"options":{"0":{"name":"name cannot be blank"},"2":{"name":"name is not a text"}}}}`},
		{"owner", "POST", "/campaigns/{campaign}/polls", `{"name":""}`, `{"poll":{"name":"name cannot be blank","options":"options cannot be blank"}}`},
		{"owner", "PATCH", "/polls/{poll}", `{"poll":{"options":[{"id":9999,"name":"X"}]}}`, `{"poll":{"options":{"0":{"id":"id does not exist"}}}}`},
		{"owner", "POST", "/campaigns/{campaign}/rewards", `{"name":"R","amount":"ten","quantity":-1,"fair_market_value":"x","kind":"magic"}`,
			`{"reward":{"amount":"amount is not a number","quantity":"quantity cannot be negative",
			"fair_market_value":"fair_market_value is not a number","kind":"kind is not one of the allowed values"}}`},
		{"owner", "POST", "/campaigns/{campaign}/milestones", `{"milestone":{"amount":false}}`,
			`{"milestone":{"name":"name cannot be blank","amount":"amount is not a number"}}`},
		{"owner", "POST", "/campaigns/{campaign}/schedule", `{"schedule":{"endsAt":"soon"}}`,
			`{"schedule":{"name":"name cannot be blank","startsAt":"startsAt cannot be blank","endsAt":"endsAt is not a date"}}`},
		{"cause", "POST", "/fundraising-events/{event}/schedule", `{"name":"S","starts_at":2000000000000,"ends_at":1000000000000}`,
			`{"schedule":{"ends_at":"ends_at must be after starts_at"}}`},
		{"owner", "POST", "/teams", `{"team":{"name":"","slug":"123"}}`,
			`{"team":{"name":"name cannot be blank","slug":"slug may only have the characters a-z, 0-9, - and _, and needs a letter"}}`},
		{"owner", "PATCH", "/teams/{team}", `{"social":{"twitch":7},"inviteOnly":"no"}`,
			`{"team":{"social":{"twitch":"twitch is not a text"},"inviteOnly":"inviteOnly is not true or false"}}`},
		{"owner", "PATCH", "/user", `{"user":{"email":"nobody","slug":"stranger"}}`,
			`{"user":{"email":"email is not an e-mail address","slug":"slug is already taken"}}`},
		{"owner", "POST", "/fundraising-events/{event}/registrations", `{"email":"x","phone_number":"abc","dateOfBirth":"soon","address":7}`,
			`{"registration":{"email":"email is not an e-mail address","phone_number":"phone_number is not a phone number",
			"dateOfBirth":"dateOfBirth is not a date (YYYY-MM-DD)","address":"address is not an object"}}`},
		{"cause", "PATCH", "/fundraising-events/{event}/registration-fields", `{"registrationFields":{"shirtSize":{"enabled":"x","position":-1},"shoe_size":{}}}`,
			`{"registrationFields":{"shirtSize":{"enabled":"enabled is not true or false","position":"position cannot be negative"},"shoe_size":"shoe_size is not a known name"}}`},
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"donate":{"visible":"no"},"donatee":{"visible":true},"teamLeaderboard":{"type":"?"}}`,
			`{"visibility_options":{"donate":{"visible":"visible is not true or false"},"donatee":"donatee is not a known name (did you mean donate?)",
			"teamLeaderboard":{"type":"type is not one of ALL, BOTH"}}}`},
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"` + long + `":{"visible":true}}`,
			`{"visibility_options":{"` + cut + `":"` + cut + ` is not a known name"}}`},
		{"cause", "PATCH", "/fundraising-events/{event}/visibility-options", `{"visibilityOptions":{"starts_at":1}}`,
			`{"visibilityOptions":{"starts_at":"starts_at is not an object"}}`},
		{"cause", "PATCH", "/causes/{cause}/permissions", `{"permissions":{"giftAid":1,"fly":true}}`,
			`{"permissions":{"giftAid":"giftAid is not true or false","fly":"fly is not a known name"}}`},
	} {
		got := d.ask(t, test.who, test.method, here.Replace(test.path), here.Replace(test.body))
		if got.status != http.StatusUnprocessableEntity || !sameJSON(t, string(got.Errors), test.want) || got.Error.Title != "" {
			t.Errorf("%s %s %s:\ngot  %d %s\nwant 422 with errors %s", test.method, test.path, test.body, got.status, got.text, test.want)
		}
	}
	if got := d.ask(t, "owner", "GET", fmt.Sprintf("/campaigns/%d", d.campaign), ""); got.Data["name"] != "Marathon" {
		t.Errorf("got %s after refused changes, want it unchanged", got.text)
	}
}

// TestAChangeOfMailDoesNotTellWhoHasAnAccount sends an address that is free, and one that somebody has.
func TestAChangeOfMailDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	free, have := d.ask(t, "owner", "PATCH", "/user", `{"email":"free@example.com"}`), d.ask(t, "owner", "PATCH", "/user", `{"user":{"email":"Stranger@example.com"}}`)
	if free.status != http.StatusOK || free.status != have.status || free.text != have.text || free.Data["email"] != "owner@example.com" {
		t.Errorf("got %d %s and %d %s, want the same with the present address", free.status, free.text, have.status, have.text)
	}
}

func sameJSON(t testing.TB, got, want string) bool {
	t.Helper()
	var a, b any
	must.Do(t, json.Unmarshal([]byte(want), &b))
	return json.Unmarshal([]byte(got), &a) == nil && reflect.DeepEqual(a, b)
}

func TestEveryModelIsMadeChangedAndDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	campaign, event := fmt.Sprintf("/campaigns/%d", d.campaign), fmt.Sprintf("/fundraising-events/%d", d.Event.LegacyID)
	for _, test := range []struct {
		who, list, body string
		// at is the path of the new thing, %d its id.
		at, patch, key string
		want           any
	}{
		{"owner", "/campaigns", fmt.Sprintf(`{"name":"Second","causeId":%d}`, d.Cause.LegacyID), "/campaigns/%d", `{"campaign":{"goal":"12.50"}}`, "fundraiserGoalAmount", 12.5},
		{"owner", "/teams/team/campaigns", fmt.Sprintf(`{"campaign":{"name":"Ours","causeId":%d}}`, d.Cause.LegacyID), "/teams/team/campaigns/%d", `{"supportable":false}`, "supportable", false},
		{"owner", campaign + "/challenges", `{"name":"C","amount":5}`, "/challenges/%d", `{"amount":6.5}`, "amount", 6.5},
		{"owner", campaign + "/polls", `{"name":"P","options":[{"name":"A"},{"name":"B"}]}`, "/polls/%d", `{"active":false}`, "active", false},
		{"owner", campaign + "/rewards", `{"name":"R","amount":5,"kind":"virtual"}`, "/rewards/%d", `{"shippingAddressRequired":"true"}`, "shippingAddressRequired", "true"},
		{"owner", campaign + "/milestones", `{"name":"M","amount":50}`, campaign + "/milestones/%d", `{"amount":"60"}`, "amount", 60.0},
		{"owner", campaign + "/schedule", `{"name":"S","startsAt":1000000000000}`, campaign + "/schedule/%d", `{"endsAt":2000000000000}`, "endsAt", 2e12},
		{"cause", event + "/schedule", `{"name":"S","startsAt":"2026-01-01T00:00:00Z"}`, event + "/schedule/%d", `{"description":"D"}`, "description", "D"},
		{"owner", event + "/registrations", `{"email":"me@example.com"}`, event + "/registrations/%d", `{"shirt_size":"XL"}`, "shirtSize", "XL"},
		{"owner", "/teams", `{"name":"Other"}`, "/teams/%d", `{"bio":"us","social":{"twitch":"t"}}`, "about", "us"},
	} {
		made := d.ask(t, test.who, "POST", test.list, test.body)
		id, _ := made.Data["id"].(float64)
		if made.status != http.StatusCreated || id == 0 || !strings.HasPrefix(made.header.Get("Location"), "/api/v3/") {
			t.Errorf("POST %s: got %d %s, want 201 with data and a Location", test.list, made.status, made.text)
			continue
		}
		at := fmt.Sprintf(test.at, int64(id))
		changed := d.ask(t, test.who, "PATCH", at, test.patch)
		if changed.status != http.StatusOK || changed.Data[test.key] != test.want {
			t.Errorf("PATCH %s %s: got %d %s, want %s %v", at, test.patch, changed.status, changed.text, test.key, test.want)
		}
		if a, b := slices.Sorted(maps.Keys(changed.Data)), slices.Sorted(maps.Keys(made.Data)); !reflect.DeepEqual(a, b) {
			t.Errorf("PATCH %s: got keys %v, want those of POST %v", at, a, b)
		}
		deleted := d.ask(t, test.who, "DELETE", at, "")
		if deleted.status != http.StatusOK || deleted.text != `{"meta":{"status":200},"data":{}}` {
			t.Errorf("DELETE %s: got %d %s, want 200 with empty data", at, deleted.status, deleted.text)
		}
		if again := d.ask(t, test.who, "PATCH", at, test.patch); again.status < 400 || again.status >= 500 {
			t.Errorf("PATCH %s after DELETE: got %d %s, want a refusal", at, again.status, again.text)
		}
	}
}

func TestOptionsAreMerged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	event := fmt.Sprintf("/fundraising-events/%d", d.Event.LegacyID)
	for _, test := range []struct{ path, body, want string }{
		{"/causes/usd/visibility-options", `{"donate":{"visible":false}}`, `"donate":{"visible":false}`},
		{"/causes/usd/visibility-options", `{"individual_leaderboard":{"visible":false}}`, `"individualLeaderboard":{"visible":false,"type":"ALL"}`},
		{"/causes/usd/visibility-options", `{"regions":{"visible":true}}`, `"donate":{"visible":false}`},
		{event + "/visibility-options", `{"visibility_options":{"fePageCampaigns":{"visible":false}}}`, `"fePageCampaigns":{"visible":false}`},
		{"/causes/usd/permissions", `{"gift_aid":true}`, `"giftAid":true`},
		{"/causes/usd/permissions", `{"adminApiEnabled":true}`, `"giftAid":true`},
		{event + "/registration-fields", `{"shirt_size":{"enabled":true,"position":3}}`, `"shirtSize":{"enabled":true,"position":3,"required":false}`},
		{event + "/registration-fields", `{"shirtSize":{"required":true}}`, `"shirt_size":{"enabled":true,"position":3,"required":true}`},
	} {
		got := d.ask(t, "cause", "PATCH", test.path, test.body)
		if got.status != http.StatusOK || !strings.Contains(got.text, test.want) {
			t.Errorf("PATCH %s %s: got %d %s, want 200 with %s", test.path, test.body, got.status, got.text, test.want)
		}
		if shown := d.ask(t, "cause", "GET", test.path, ""); shown.text != got.text {
			t.Errorf("PATCH %s: got %s, want what GET shows: %s", test.path, got.text, shown.text)
		}
	}
}

func TestAWholeObjectMayComeBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	campaign := fmt.Sprintf("/campaigns/%d", d.campaign)
	if got := d.ask(t, "owner", "PATCH", campaign, `{"supportable":"invite_only","livestream":{"type":"twitch","channel":"a"}}`); got.status != http.StatusOK {
		t.Fatal(got.text)
	}
	challenge := d.make(t, campaign+"/challenges", fmt.Sprintf(`{"name":"C","amount":5,"activatesOn":%d}`, deskTime.AddDate(0, 1, 0).UnixMilli()))
	poll := d.make(t, campaign+"/polls", `{"name":"P","options":[{"name":"A"},{"name":"B"}]}`)
	reward := d.make(t, campaign+"/rewards", `{"name":"R","amount":5,"kind":"physical","shippingAddressRequired":true,"fairMarketValue":"1.50"}`)
	item := d.make(t, campaign+"/schedule", `{"name":"S","startsAt":1000000000000}`)
	for _, test := range []struct {
		who, get, patch string
		pick            func(any) any
		set             map[string]any
	}{
		{"owner", campaign, campaign, nil, map[string]any{"name": "Renamed"}},
		{"owner", "/users/owner/campaigns", campaign, first, map[string]any{"goal": 250.0}},
		{"owner", fmt.Sprintf("/challenges/%d", challenge), fmt.Sprintf("/challenges/%d", challenge), nil, map[string]any{"amount": 7.0}},
		{"owner", fmt.Sprintf("/polls/%d", poll), fmt.Sprintf("/polls/%d", poll), nil, map[string]any{"name": "Q"}},
		{"owner", fmt.Sprintf("/rewards/%d", reward), fmt.Sprintf("/rewards/%d", reward), nil, map[string]any{"name": "S"}},
		{"owner", campaign + "/schedule", fmt.Sprintf("%s/schedule/%d", campaign, item), first, map[string]any{"name": "T"}},
		{"owner", "/teams/team", "/teams/team", nil, map[string]any{"inviteOnly": true}},
		{"owner", "/user", "/user", nil, map[string]any{"firstName": "Ada"}},
		{"cause", "/causes/usd/visibility-options", "/causes/usd/visibility-options", nil, map[string]any{"teamLeaderboard": map[string]any{"visible": false, "type": "ALL"}}},
		{"cause", "/causes/usd/permissions", "/causes/usd/permissions", nil, map[string]any{"regions": true}},
	} {
		before, object := d.object(t, test.who, test.get, test.pick)
		maps.Copy(object, test.set)
		body, err := json.Marshal(object)
		must.Do(t, err)
		if got := d.ask(t, test.who, "PATCH", test.patch, string(body)); got.status != http.StatusOK {
			t.Errorf("PATCH %s %s: got %d %s, want 200", test.patch, body, got.status, got.text)
			continue
		}
		_, after := d.object(t, test.who, test.get, test.pick)
		for key, want := range before {
			if set, changed := test.set[key]; changed {
				want = set
			}
			if shadows(test.set, key) {
				continue
			}
			if !reflect.DeepEqual(after[key], want) {
				t.Errorf("PATCH %s with %v: got %s %v, want %v", test.patch, test.set, key, after[key], want)
			}
		}
	}
	f, err := d.GetFact(t.Context(), app.System(), app.FactKey{Key: fund.Key{LegacyID: d.campaign}})
	must.Do(t, err)
	if f.Supportable != fund.SupportInviteOnly {
		t.Errorf("got %s after whole objects came back, want it to stay %s", f.Supportable, fund.SupportInviteOnly)
	}
	c, err := d.GetTarget(t.Context(), app.System(), fund.Key{LegacyID: challenge})
	must.Do(t, err)
	if !c.Enabled {
		t.Error("a challenge that is not active yet was switched off when it came back")
	}
}

func first(data any) any { return data.([]any)[0] }

// shadows reports whether the key shows something that another changed key shows too, or the
// time of the change. The image of a reward has the name of the reward for its alt.
func shadows(set map[string]any, key string) bool {
	_, goal := set["goal"]
	_, board := set["teamLeaderboard"]
	return key == "updatedAt" || key == "image" || goal && key == "fundraiserGoalAmount" || board && key == "team_leaderboard"
}

// object is a thing as GET shows it, twice.
func (d *desk) object(t testing.TB, who, path string, pick func(any) any) (one, another map[string]any) {
	t.Helper()
	got := d.ask(t, who, "GET", path, "")
	for _, to := range []*map[string]any{&one, &another} {
		var whole struct{ Data any }
		must.Do(t, json.Unmarshal([]byte(got.text), &whole))
		if pick != nil {
			whole.Data = pick(whole.Data)
		}
		var ok bool
		if *to, ok = whole.Data.(map[string]any); !ok {
			t.Fatalf("GET %s: got %d %s, want an object", path, got.status, got.text)
		}
	}
	return one, another
}

func TestWritesAskWhoBeforeWhat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	campaign, event := fmt.Sprintf("/campaigns/%d", d.campaign), fmt.Sprintf("/fundraising-events/%d", d.Event.LegacyID)
	poll := d.make(t, campaign+"/polls", `{"name":"P","options":[{"name":"A"}]}`)
	wrong, right := `{"name":1}`, `{"name":"X"}`
	for _, test := range []struct {
		who, method, path, body string
		want                    int
	}{
		{"", "PATCH", campaign, "", 401},
		{"", "PATCH", campaign, wrong, 401},
		{"application", "PATCH", campaign, wrong, 401},
		{"cause", "POST", "/campaigns", "", 401},
		{"stranger", "PATCH", campaign, right, 403},
		{"stranger", "PATCH", campaign, wrong, 403},
		{"stranger", "DELETE", campaign, "", 403},
		{"stranger", "PATCH", fmt.Sprintf("/polls/%d", poll), wrong, 403},
		{"stranger", "POST", campaign + "/polls", wrong, 403},
		{"stranger", "PATCH", "/teams/team", right, 403},
		{"stranger", "POST", "/teams/team/campaigns", right, 403},
		{"stranger", "PATCH", "/users/owner/campaigns/marathon", right, 403},
		{"application", "PATCH", "/causes/usd/permissions", `{}`, 403},
		{"other cause", "PATCH", "/causes/usd/visibility-options", `{"donate":1}`, 403},
		{"other cause", "POST", event + "/schedule", wrong, 403},
		{"owner", "PATCH", "/causes/usd/permissions", `{"fly":true}`, 403},
		{"cause", "POST", event + "/registrations", `{}`, 401},
		{"owner", "PATCH", "/campaigns/999999", right, 404},
		{"owner", "PATCH", "/campaigns/marathon", right, 404},
		{"owner", "PATCH", "/campaigns/0", right, 404},
		{"owner", "PATCH", "/users/owner/campaigns/nothing", right, 404},
		{"owner", "PATCH", "/users/stranger/campaigns/marathon", right, 404},
		{"owner", "DELETE", "/polls/999999", "", 404},
		{"owner", "PATCH", campaign + "/schedule/999999", right, 404},
		{"owner", "PATCH", event + "/registrations/999999", `{"email":"a@example.com"}`, 404},
		{"owner", "PATCH", campaign, "", 400},
		{"owner", "PATCH", campaign, "[]", 400},
		{"owner", "PATCH", campaign, `{"campaign":7}`, 400},
		{"owner", "PUT", campaign, right, 405},
	} {
		got := d.ask(t, test.who, test.method, test.path, test.body)
		if got.status != test.want || got.Error.Title == "" || got.Error.Detail == "" || got.Errors != nil {
			t.Errorf("%q %s %s %s: got %d %s, want %d with a title and a detail", test.who, test.method, test.path, test.body, got.status, got.text, test.want)
		}
	}
	got := d.ask(t, "owner", "POST", campaign+"/polls", " ")
	if want := `Send the poll as a JSON object, bare or as {"poll": {…}}.`; got.status != 400 || !strings.Contains(got.Error.Detail, want) {
		t.Errorf("got %d %q, want 400 with %q", got.status, got.Error.Detail, want)
	}
}

func TestWhatIsRetiredStays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	campaign := fmt.Sprintf("/campaigns/%d", d.campaign)
	if got := d.ask(t, "owner", "PATCH", campaign, `{"status":"retired"}`); got.status != http.StatusOK || got.Data["status"] != "retired" {
		t.Fatalf("got %d %s, want it retired", got.status, got.text)
	}
	got := d.ask(t, "owner", "PATCH", campaign, `{"name":"New"}`)
	want := `{"campaign":{"status":"status is retired: a retired campaign cannot be changed"}}`
	if got.status != http.StatusUnprocessableEntity || !sameJSON(t, string(got.Errors), want) {
		t.Errorf("got %d %s, want 422 %s", got.status, got.text, want)
	}
	got = d.ask(t, "owner", "DELETE", campaign, "")
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.Error.Detail, "retire") {
		t.Errorf("got %d %s, want 422 with an error", got.status, got.text)
	}
}
