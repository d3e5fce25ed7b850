package apiv5_test

import (
	"strconv"
	"strings"
	"testing"
)

// TestWhatASubmittedValueMaySay has the forms of values that clients send for good reasons, and the
// words for those that cannot be taken. Want is a part of the answer, or a field with its word.
func TestWhatASubmittedValueMaySay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const dollars, unknown = "is not the currency of the cause (USD)", "is not a known currency"
	d.names["legacy cause"] = d.ask(t, "owner", "GET", "/causes/{cause}", "").number(t, "legacy_id")
	d.names["legacy campaign"] = d.ask(t, "owner", "GET", "/campaigns/{campaign}", "").number(t, "legacy_id")
	for _, test := range []struct{ method, path, body, field, want string }{
		// Amounts.
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"12.50","currency":"USD"}}`, "", `"goal":{"value":"12.5","currency":"USD"}`},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":12.5}}`, "", `"goal":{"value":"12.5","currency":"USD"}`},
		{"PATCH", "/campaigns/{campaign}", `{"goal":"12.50"}`, "", `"goal":{"value":"12.5","currency":"USD"}`},
		{"PATCH", "/campaigns/{campaign}", `{"goal":1e2}`, "", `"goal":{"value":"100","currency":"USD"}`},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"1e2"}}`, "goal", "is not a number"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":1e30}`, "goal", "is too large"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"currency":"USD"}}`, "goal", "needs a value"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":null}}`, "goal", "cannot be blank"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":null}`, "goal", "cannot be blank"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":true}`, "goal", `is not an amount ({"value":"12.50","currency":"USD"} or "12.50")`},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"1","currency":"EUR"}}`, "goal.currency", dollars},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"1","currency":"usd"}}`, "goal.currency", unknown},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"1","currency":840}}`, "goal.currency", "is not a text"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"1","units":"cents"}}`, "goal.units", "is not a known field"},
		{"PATCH", "/targets/{target}", `{"amount":{"value":"1","currency":"JPY"}}`, "amount.currency", dollars},
		{"PATCH", "/milestones/{milestone}", `{"amount":{"value":"1","currency":"JPY"}}`, "amount.currency", dollars},
		{"PATCH", "/donation_matches/{match}", `{"pledged_amount":{"value":"1","currency":"JPY"}}`, "pledged_amount.currency", dollars},
		{"PATCH", "/fundraising_events/{event}", `{"goal":{"value":"1","currency":"JPY"}}`, "goal.currency", dollars},
		{"PATCH", "/causes/{cause}", `{"goal":{"value":"1","currency":"JPY"}}`, "goal.currency", dollars},
		{"PATCH", "/causes/{cause}", `{"currency_code":"JPY"}`, "currency_code", dollars},
		{"PATCH", "/causes/{cause}", `{"currency_code":"USD","goal":{"value":"1","currency":"JPY"}}`, "goal.currency", "is not USD, the currency of the other amount"},
		{"PATCH", "/rewards/{reward}", `{"fair_market_value":null}`, "", `"fair_market_value":null`},
		// Times.
		{"PATCH", "/schedules/{schedule}", `{"starts_at":"2026-03-14T21:00:00+09:00"}`, "", `"starts_at":"2026-03-14T12:00:00Z"`},
		{"PATCH", "/schedules/{schedule}", `{"starts_at":"2026-03-14T12:00:00"}`, "", `"starts_at":"2026-03-14T12:00:00Z"`},
		{"PATCH", "/schedules/{schedule}", `{"starts_at":"2026-03-14"}`, "", `"starts_at":"2026-03-14T00:00:00Z"`},
		{"PATCH", "/schedules/{schedule}", `{"starts_at":1773489600000}`, "starts_at", "is not a date (ISO 8601: 2026-03-14T12:00:00Z)"},
		{"PATCH", "/schedules/{schedule}", `{"starts_at":"1969-12-31T23:59:59Z"}`, "starts_at", "is not a date (ISO 8601: 2026-03-14T12:00:00Z)"},
		{"PATCH", "/schedules/{schedule}", `{"ends_at":null}`, "", `"ends_at":null`},
		// Ids.
		{"POST", "/campaigns", `{"name":"C","cause_id":{legacy cause}}`, "", `"cause_id":"{cause}"`},
		{"POST", "/campaigns", `{"name":"D","cause_id":"{legacy cause}"}`, "", `"cause_id":"{cause}"`},
		{"POST", "/campaigns", `{"name":"E","cause_id":"CAUSE"}`, "cause_id", "is not an id"},
		{"POST", "/campaigns", `{"name":"E","cause_id":""}`, "cause_id", "is not an id"},
		{"POST", "/campaigns", `{"name":"E","cause_id":"00000000-0000-0000-0000-000000000000"}`, "cause_id", "is not an id"},
		{"POST", "/campaigns", `{"name":"E","cause_id":-1}`, "cause_id", "is not an id"},
		{"PATCH", "/campaigns/{legacy campaign}", `{"name":"By its number"}`, "", `"name":"By its number"`},
		// What goes by two names.
		{"PATCH", "/campaigns/{campaign}", `{"campaign_id":null,"team_campaign_id":"{team campaign}"}`, "", `"team_campaign_id":"{team campaign}"`},
		{"PATCH", "/campaigns/{campaign}", `{"campaign_id":"{draft}","team_campaign_id":"{team campaign}"}`, "campaign_id", "says the same as team_campaign_id: send one of them"},
		{"PATCH", "/campaigns/{campaign}", `{"campaign_id":null,"team_campaign_id":null}`, "", `"team_campaign_id":null`},
		{"PATCH", "/campaigns/{campaign}", `{"supportable":"public"}`, "", `"supporting_type":"public"`},
		{"PATCH", "/team_campaigns/{team campaign}", `{"supporting_type":"private"}`, "", `"supportable":"private"`},
		// Pictures and livestreams.
		{"PATCH", "/campaigns/{campaign}", `{"avatar":{"src":"https://cdn.test/a.png","alt":"x","width":1,"height":1}}`, "", `"src":"https://cdn.test/a.png"`},
		{"PATCH", "/campaigns/{campaign}", `{"avatar":{"src":7}}`, "avatar.src", "is not a text"},
		{"PATCH", "/campaigns/{campaign}", `{"avatar":null}`, "", `default-avatar.png`},
		{"PATCH", "/campaigns/{campaign}", `{"livestream":{"type":"Twitch","channel":" c "}}`, "", `"livestream":{"type":"twitch","channel":"c"}`},
		{"PATCH", "/campaigns/{campaign}", `{"livestream":{"channel":"c"}}`, "livestream.type", "cannot be blank"},
		{"PATCH", "/campaigns/{campaign}", `{"livestream":null}`, "", `"livestream":null`},
		// Nothing at all is no change, and what GET shows is not written.
		{"PATCH", "/campaigns/{campaign}", `{}`, "", `"id":"{campaign}"`},
		{"PATCH", "/campaigns/{campaign}", "\ufeff{}", "", `"id":"{campaign}"`},
		{"PATCH", "/campaigns/{campaign}", `{"amount_raised":{"value":"1000000","currency":"USD"}}`, "amount_raised", "cannot be changed"},
		{"PATCH", "/polls/{poll}", `{"options":[{"id":1,"name":"By its number"}]}`, "", `"name":"By its number"`},
		{"PATCH", "/rewards/{reward}", `{"quantity":25e-1}`, "quantity", "is not a whole number"},
		{"PATCH", "/rewards/{reward}", `{"quantity":null}`, "", `"quantity":null`},
		{"POST", "/rewards/{reward}/retire", `{"now":true}`, "now", "is not a known field"},
		// A key that is no field's is reported as it was sent, also when it is another field's word in the domain.
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"1","name":"x"}`, "name", "is not a known field (did you mean donor_name?)"},
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"1","email":"x"}`, "email", "is not a known field (did you mean donor_email?)"},
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"1","comment":"x"}`, "comment", "is not a known field (did you mean donor_comment?)"},
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"1","rewards":[]}`, "rewards", "is not a known field (did you mean reward_claims?)"},
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"1","donorName":"x"}`, "donorName", "is not a known field (did you mean donor_name?)"},
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"5","reward_claims":[{"reward":1,"reward_id":"{reward}"}]}`, "reward_claims.0.reward", "is not a known field (did you mean reward_id?)"},
		{"PATCH", "/teams/{team}", `{"about":"x"}`, "about", "is not a known field (did you mean description?)"},
		{"PATCH", "/polls/{poll}", `{"enabled":true}`, "enabled", "is not a known field (did you mean active?)"},
		{"PATCH", "/campaigns/{campaign}", `{"parent":1}`, "parent", "is not a known field (did you mean team_campaign_id?)"},
		{"PATCH", "/campaigns/{campaign}", `{"goal":{"value":"1","curency":"USD"}}`, "goal.curency", "is not a known field (did you mean currency?)"},
		{"PATCH", "/campaigns/{campaign}", `{"livestream":{"type":"twitch","channel":"c","chanel":"d"}}`, "livestream.chanel", "is not a known field (did you mean channel?)"},
		{"PATCH", "/campaigns/{campaign}", `{"supporting_type":"none","supportable":"public"}`, "supportable", "says the same as supporting_type: send one of them"},
		{"PATCH", "/campaigns/{campaign}", `{"a.b":1}`, "a.b", "is not a known field"},
		{"POST", "/rewards/{reward}/retire", "\ufeff", "", `"id":"{reward}"`},
	} {
		got := d.ask(t, "owner", test.method, test.path, test.body)
		what := test.method + " " + test.path + " " + test.body
		if test.field == "" {
			if got.status > 201 || !strings.Contains(got.text, d.filled(test.want)) {
				t.Errorf("%s: got %d %s, want %s", what, got.status, got.text, d.filled(test.want))
			}
			continue
		}
		if words := got.Error.Fields[test.field]; got.status != 422 || len(words) != 1 || words[0] != test.want || len(got.Error.Fields) != 1 {
			t.Errorf("%s: got %d %s, want %s: %s", what, got.status, got.text, test.field, test.want)
		}
	}
}

// TestManyMistakesAreCut sends more than anybody could read.
func TestManyMistakesAreCut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	options := func(n int) string { return `{"options":[` + strings.TrimSuffix(strings.Repeat(`1,`, n), ",") + `]}` }
	// Of what could not be read 100 are told, of the others the rules say that they have no name.
	if got := d.ask(t, "owner", "PATCH", "/polls/{poll}", options(200)); got.status != 422 || len(got.Error.Fields) != 201 {
		t.Errorf("got %d with %d fields, want 201: of each item, and of the list", got.status, len(got.Error.Fields))
	}
	var keys strings.Builder
	for i := range 300 {
		keys.WriteString(`,"key` + strconv.Itoa(i) + `":1`)
	}
	if got := d.ask(t, "owner", "PATCH", "/polls/{poll}", `{"name":"P"`+keys.String()+`}`); got.status != 422 || len(got.Error.Fields) != 100 {
		t.Errorf("got %d with %d fields, want 100", got.status, len(got.Error.Fields))
	}
	if got := d.ask(t, "owner", "PATCH", "/polls/{poll}", options(201)); len(got.Error.Fields["options"]) != 1 || len(got.Error.Fields) != 1 {
		t.Errorf("got %s, want one word about the list", got.text)
	}
}
