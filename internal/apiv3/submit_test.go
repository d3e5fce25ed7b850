package apiv3_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestWhatASubmittedValueMaySay has the values that clients send for good reasons, and the words
// for those that cannot be taken. Want is the errors, or a part of the answer of a change.
func TestWhatASubmittedValueMaySay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	reward := d.make(t, fmt.Sprintf("/campaigns/%d/rewards", d.campaign), `{"name":"R","amount":5}`)
	here := strings.NewReplacer("{campaign}", fmt.Sprintf("/campaigns/%d", d.campaign), "{reward}", fmt.Sprintf("/rewards/%d", reward),
		"{event}", fmt.Sprintf("/fundraising-events/%d", d.Event.LegacyID), "{cause}", fmt.Sprint(d.Cause.LegacyID))
	const notThis, unknown = "is not the currency of the cause (USD)", "is not a known currency"
	for _, test := range []struct{ who, method, path, body, want string }{
		// Currencies.
		{"owner", "PATCH", "{campaign}", `{"currency":"USD","causeCurrency":"USD"}`, `"causeCurrency":"USD"`},
		{"owner", "PATCH", "{campaign}", `{"currency":"EUR"}`, `{"campaign":{"currency":"currency ` + notThis + `"}}`},
		{"owner", "PATCH", "{campaign}", `{"causeCurrency":"XYZ"}`, `{"campaign":{"causeCurrency":"causeCurrency ` + unknown + `"}}`},
		{"owner", "POST", "/campaigns", `{"name":"C","causeId":{cause},"cause_currency":"JPY"}`, `{"campaign":{"cause_currency":"cause_currency ` + notThis + `"}}`},
		{"owner", "POST", "/campaigns", `{"name":"C","causeId":{cause},"currency":"usd"}`, `{"campaign":{"currency":"currency ` + unknown + `"}}`},
		{"owner", "PATCH", "{reward}", `{"currency":"JPY"}`, `{"reward":{"currency":"currency ` + notThis + `"}}`},
		{"owner", "PATCH", "{reward}", `{"currency":"?"}`, `{"reward":{"currency":"currency ` + unknown + `"}}`},
		{"owner", "POST", "{campaign}/rewards", `{"name":"R","amount":5,"currency":"EUR"}`, `{"reward":{"currency":"currency ` + notThis + `"}}`},
		// Pictures.
		{"owner", "PATCH", "{campaign}", `{"avatar":{"src":"https://cdn.test/a.png","width":1}}`, `"avatar":{"src":"https://cdn.test/a.png"`},
		{"owner", "PATCH", "{campaign}", `{"avatar":{"src":"https://cdn.test/a.png","alt":"other"}}`, `"avatar":{"src":"https://cdn.test/a.png"`},
		{"owner", "PATCH", "{campaign}", `{"avatar":null}`, `"avatar":{"src":"https://almoner.test/assets/default-avatar.png"`},
		{"owner", "PATCH", "{campaign}", `{"thumbnail":{"src":"/t.png"}}`, `"avatar":{"src":"https://almoner.test/t.png"`},
		{"owner", "PATCH", "{campaign}", `{"avatar":7}`, `{"campaign":{"avatar":"avatar is not a text"}}`},
		{"owner", "PATCH", "{campaign}", `{"avatar":{"src":7}}`, `{"campaign":{"avatar":{"src":"src is not a text"}}}`},
		{"owner", "PATCH", "{campaign}", `{"avatar":{"source":"x"}}`, `{"campaign":{"avatar":"avatar needs a src"}}`},
		{"owner", "PATCH", "{reward}", `{"image":{"src":"https://cdn.test/r.png"}}`, `"image":{"src":"https://cdn.test/r.png"`},
		{"owner", "PATCH", "/user", `{"thumbnail":{"src":"https://cdn.test/u.png"}}`, `"avatar":{"src":"https://cdn.test/u.png"`},
		// The custom part of a reward.
		{"owner", "PATCH", "{reward}", `{"custom":{"custom_question":{"enabled":"true"}}}`, `{"reward":{"customQuestion":"customQuestion cannot be blank"}}`},
		{"owner", "PATCH", "{reward}", `{"customQuestion":"Which?","custom":{"custom_question":{"enabled":"false"},"shipping_address":{"enabled":"false"}}}`, `"custom":{"custom_question":{"enabled":"true"},"shipping_address":{"enabled":"false"}}`},
		{"owner", "PATCH", "{reward}", `{"custom":{"custom_question":{"enabled":true},"shipping_address":{"enabled":true}}}`, `"custom":{"custom_question":{"enabled":"true"},"shipping_address":{"enabled":"true"}}`},
		{"owner", "PATCH", "{reward}", `{"custom":{"custom_question":{"enabled":false}}}`, `"custom":{"custom_question":{"enabled":"false"},"shipping_address":{"enabled":"true"}}`},
		{"owner", "PATCH", "{reward}", `{"custom":{"custom_question":{"enabled":"no"},"shipping_address":{"enabled":1}}}`,
			`{"reward":{"custom":{"custom_question":{"enabled":"enabled is not true or false"},"shipping_address":{"enabled":"enabled is not true or false"}}}}`},
		{"owner", "PATCH", "{reward}", `{"custom":7}`, `{"reward":{"custom":"custom is not an object"}}`},
		// Without a cause, the rest is looked at all the same.
		{"owner", "POST", "/campaigns", `{"name":"C","goal":-1}`, `{"campaign":{"causeId":"causeId cannot be blank","goal":"goal cannot be negative"}}`},
		{"owner", "POST", "/campaigns", `{"name":"","causeId":999,"goal":"ten","currency":"XYZ"}`,
			`{"campaign":{"causeId":"causeId does not exist","name":"name cannot be blank","goal":"goal is not a number","currency":"currency ` + unknown + `"}}`},
		// Numbers with exponents.
		{"owner", "PATCH", "{campaign}", `{"goal":1e2}`, `"fundraiserGoalAmount":100,`},
		{"owner", "PATCH", "{campaign}", `{"goal":1.0e6}`, `"fundraiserGoalAmount":1000000,`},
		{"owner", "PATCH", "{campaign}", `{"goal":1234.5E-1}`, `"fundraiserGoalAmount":123.45,`},
		{"owner", "PATCH", "{campaign}", `{"goal":25e-2}`, `"fundraiserGoalAmount":0.25,`},
		{"owner", "PATCH", "{campaign}", `{"goal":0e99}`, `"fundraiserGoalAmount":0,`},
		{"owner", "PATCH", "{campaign}", `{"goal":1e30}`, `{"campaign":{"goal":"goal is too large"}}`},
		{"owner", "PATCH", "{campaign}", `{"goal":1e99999999999999999999}`, `{"campaign":{"goal":"goal is too large"}}`},
		{"owner", "PATCH", "{campaign}", `{"goal":-1e2}`, `{"campaign":{"goal":"goal cannot be negative"}}`},
		{"owner", "PATCH", "{campaign}", `{"goal":1e-3}`, `{"campaign":{"goal":"goal has more decimals than USD allows"}}`},
		{"owner", "PATCH", "{campaign}", `{"goal":1e-99}`, `{"campaign":{"goal":"goal has more decimals than the currency allows"}}`},
		{"owner", "PATCH", "{campaign}", `{"goal":"1e2"}`, `{"campaign":{"goal":"goal is not a number"}}`},
		{"owner", "PATCH", "{reward}", `{"quantity":2e1}`, `"quantity":20,`},
		{"owner", "PATCH", "{reward}", `{"quantity":25e-1}`, `{"reward":{"quantity":"quantity is not a whole number"}}`},
		{"owner", "PATCH", "{reward}", `{"quantity":1e-99}`, `{"reward":{"quantity":"quantity is not a whole number"}}`},
		// Seconds instead of milliseconds.
		{"owner", "PATCH", "{campaign}", `{"startsAt":1700000000}`, `{"campaign":{"startsAt":"startsAt is too early: times are in milliseconds"}}`},
		{"owner", "PATCH", "{campaign}", `{"startsAt":1700000000000}`, `"startsAt":1700000000000,`},
		{"owner", "PATCH", "{campaign}", `{"startsAt":"1970-01-01T00:01:00Z"}`, `"startsAt":60000,`},
		// Options.
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"donate":null}`, `{"visibility_options":{"donate":"donate is not an object"}}`},
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"toolkit":null}`, `"toolkit":null`},
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"donate":{"type":"all"}}`, `{"visibility_options":{"donate":{"type":"type is not one of ALL, BOTH"}}}`},
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"donate":{"type":"BOTH"}}`, `"donate":{"visible":true,"type":"BOTH"}`},
		{"cause", "PATCH", "/causes/usd/visibility-options", `{"donate":{"type":null}}`, `"donate":{"visible":true}`},
		// An address without a country, and names that nobody sees.
		{"owner", "POST", "{event}/registrations", `{"email":"a@example.com","address":{"addressLine1":"1 Road","city":"York"}}`, `"city":"York"`},
		{"owner", "PATCH", "{campaign}", `{"name":"\u200b\u2060 \ufeff"}`, `{"campaign":{"name":"name cannot be blank"}}`},
		{"owner", "PATCH", "{campaign}", `{"name":"\u3000\u00a0\u2003"}`, `{"campaign":{"name":"name cannot be blank"}}`},
		{"owner", "PATCH", "{campaign}", `{"name":"👩\u200d🚀"}`, `"name":"👩` + "\u200d" + `🚀"`},
	} {
		got := d.ask(t, test.who, test.method, here.Replace(test.path), here.Replace(test.body))
		if refused := strings.HasPrefix(test.want, "{"); refused && (got.status != 422 || !sameJSON(t, string(got.Errors), test.want)) ||
			!refused && (got.status > 201 || !strings.Contains(got.text, test.want)) {
			t.Errorf("%s %s %s:\ngot  %d %s\nwant %s", test.method, test.path, test.body, got.status, got.text, test.want)
		}
	}
}

// TestEverySpellingOfAWrapping wraps a wrong value in each name; the error comes under that name.
func TestEverySpellingOfAWrapping(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	campaign, event := fmt.Sprintf("/campaigns/%d", d.campaign), fmt.Sprintf("/fundraising-events/%d", d.Event.LegacyID)
	for _, test := range []struct {
		who, method, path string
		names             []string
		inner             string
	}{
		{"owner", "PATCH", campaign, []string{"campaign", "team_campaign", "teamCampaign"}, `{"name":""}`},
		{"owner", "POST", "/teams/team/campaigns", []string{"campaign", "team_campaign", "teamCampaign"}, `{"name":""}`},
		{"owner", "POST", campaign + "/schedule", []string{"schedule", "scheduleItem", "schedule_item"}, `{"name":""}`},
		{"owner", "POST", "/teams", []string{"team"}, `{"name":""}`},
		{"cause", "PATCH", "/causes/usd/permissions", []string{"permissions", "permission"}, `{"fly":true}`},
		{"cause", "PATCH", "/causes/usd/visibility-options", []string{"visibilityOptions", "visibility_options", "visibilityOption"}, `{"donatee":{}}`},
		{"cause", "PATCH", event + "/registration-fields", []string{"registrationFields", "registration_fields", "registrationField"}, `{"shoe":{}}`},
	} {
		for _, name := range test.names {
			for _, body := range []string{`{"%s":%s}`, `{"token":"x","%s":%s,"name":"Beside","id":7}`} {
				body = fmt.Sprintf(body, name, test.inner)
				got := d.ask(t, test.who, test.method, test.path, body)
				if !strings.HasPrefix(string(got.Errors), `{"`+name+`":{`) || strings.Contains(got.text, "token") {
					t.Errorf("%s %s %s: got %d %s, want errors of %s", test.method, test.path, body, got.status, got.text, name)
				}
			}
		}
	}
	if got := d.ask(t, "owner", "PATCH", campaign, `{"campaign":"x","name":"Bare"}`); got.status != 200 || got.Data["name"] != "Bare" {
		t.Errorf("got %d %s, want a bare body with a strange key", got.status, got.text)
	}
}

// TestDraftsAreNotRetired also tries to make what is over from the start.
func TestDraftsAreNotRetired(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	draft := d.make(t, "/campaigns", fmt.Sprintf(`{"name":"Draft","causeId":%d}`, d.Cause.LegacyID))
	want := `{"campaign":{"status":"status cannot be retired before it was published: delete it instead"}}`
	for path, body := range map[string]string{
		fmt.Sprintf("PATCH /campaigns/%d", draft): `{"status":"retired"}`,
		"POST /campaigns":                         fmt.Sprintf(`{"name":"Over","status":"retired","causeId":%d}`, d.Cause.LegacyID),
	} {
		method, path, _ := strings.Cut(path, " ")
		if got := d.ask(t, "owner", method, path, body); got.status != 422 || !sameJSON(t, string(got.Errors), want) {
			t.Errorf("%s %s: got %d %s, want 422 %s", method, path, got.status, got.text, want)
		}
	}
}

// TestPartsOfWhatIsRetired are refused with one error; only the campaign itself has a field for it.
func TestPartsOfWhatIsRetired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spring := "2" // the event that is over
	want := map[string]string{
		w.path("POST /campaigns/{retired}/polls"):                      `{"name":"","options":[]}`,
		w.path("POST /campaigns/{retired}/challenges"):                 `{"name":"C","amount":5}`,
		w.path("POST /campaigns/{retired}/rewards"):                    `{"name":"R","amount":5}`,
		w.path("POST /campaigns/{retired}/milestones"):                 `{"name":"M","amount":5}`,
		w.path("POST /campaigns/{retired}/schedule"):                   `{"name":"S","startsAt":"2022-11-05"}`,
		"POST /fundraising-events/" + spring + "/schedule":             `{"name":"S","startsAt":"2022-11-05"}`,
		"POST /fundraising-events/" + spring + "/registrations":        `{"email":"x"}`,
		"PATCH /fundraising-events/" + spring + "/registration-fields": `{"address":{"enabled":true}}`,
		"PATCH /fundraising-events/" + spring + "/visibility-options":  `{"goal":{"visible":true}}`,
	}
	for row, body := range want {
		method, target, _ := strings.Cut(row, " ")
		token := w.adaToken
		if strings.HasPrefix(target, "/fundraising-events") {
			token = w.bobToken
		}
		if detail := wantError(t, row, w.call(method, target, token, body), 422); !strings.Contains(detail, "is retired") {
			t.Errorf("%s: got %q, want one error that says that it is retired", row, detail)
		}
	}
	answer := w.call("PATCH", w.path("/campaigns/{retired}"), w.adaToken, `{"name":"New"}`)
	if want := "status is retired: a retired campaign cannot be changed"; messageAt(answer.Body.String(), "status") != want {
		t.Errorf("got %d %s, want the field status: %s", answer.Code, answer.Body, want)
	}
}

func TestOnlyWordsOfThisVersionAreSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, want := range map[string]string{
		"/challenges/1": "Donations were made for challenge 1: it cannot be deleted, set its active to false instead.",
		"/polls/1":      "Donations were made for poll 1: it cannot be deleted, set its active to false instead.",
		"/rewards/1":    "Donations were made for reward 1: it cannot be deleted, set its active to false instead.",
	} {
		if detail := wantError(t, target, w.call("DELETE", target, w.adaToken, ""), 422); detail != want {
			t.Errorf("DELETE %s: got %q, want %q", target, detail, want)
		}
	}
}
