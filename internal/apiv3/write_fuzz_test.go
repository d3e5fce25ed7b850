package apiv3_test

import (
	"fmt"
	"net/http"
	"testing"
)

// FuzzWriteBody sends any body to any write as somebody who may make it: there is never a 5xx
// and never a panic, and every answer is JSON with its status.
func FuzzWriteBody(f *testing.F) {
	d := newDesk(f)
	campaign, event := fmt.Sprintf("/campaigns/%d", d.campaign), fmt.Sprintf("/fundraising-events/%d", d.Event.LegacyID)
	challenge := d.make(f, campaign+"/challenges", `{"name":"C","amount":5}`)
	poll := d.make(f, campaign+"/polls", `{"name":"P","options":[{"name":"A"}]}`)
	reward := d.make(f, campaign+"/rewards", `{"name":"R","amount":5}`)
	item := d.make(f, campaign+"/schedule", `{"name":"S","startsAt":1000000000000}`)
	registration := d.make(f, event+"/registrations", `{"email":"a@example.com"}`)
	rows := []struct{ who, method, path string }{
		{"owner", "POST", "/campaigns"},
		{"owner", "PATCH", campaign},
		{"owner", "POST", "/teams/team/campaigns"},
		{"owner", "PATCH", "/users/owner/campaigns/marathon"},
		{"owner", "POST", campaign + "/challenges"},
		{"owner", "PATCH", fmt.Sprintf("/challenges/%d", challenge)},
		{"owner", "POST", campaign + "/polls"},
		{"owner", "PATCH", fmt.Sprintf("/polls/%d", poll)},
		{"owner", "POST", campaign + "/rewards"},
		{"owner", "PATCH", fmt.Sprintf("/rewards/%d", reward)},
		{"owner", "POST", campaign + "/milestones"},
		{"owner", "POST", campaign + "/schedule"},
		{"owner", "PATCH", fmt.Sprintf("%s/schedule/%d", campaign, item)},
		{"cause", "POST", event + "/schedule"},
		{"owner", "POST", "/teams"},
		{"owner", "PATCH", "/teams/team"},
		{"owner", "PATCH", "/user"},
		{"owner", "POST", event + "/registrations"},
		{"owner", "PATCH", fmt.Sprintf("%s/registrations/%d", event, registration)},
		{"cause", "PATCH", event + "/registration-fields"},
		{"cause", "PATCH", event + "/visibility-options"},
		{"cause", "PATCH", "/causes/usd/visibility-options"},
		{"cause", "PATCH", "/causes/usd/permissions"},
	}
	for i := range rows {
		for _, body := range []string{
			"", "{}", "null", `{"name":1,"amount":1e999999,"startsAt":9223372036854775807,"endsAt":-1}`,
			`{"name":"` + "\u202e\u2028<script>" + `","slug":"a","causeId":1,"goal":"999999999999999999999999","livestream":{}}`,
			`{"options":[{"id":1,"name":"x"},{},null,[]],"address":{"addressLine1":null},"social":{"twitch":"\u0000"}}`,
			`{"":{},"a.b":true,"a:b":{"visible":true},"_":null,"donate":{"visible":true,"type":"A_B","url":"javascript:1"}}`,
			`{"quantity":9223372036854775808,"position":-1,"dateOfBirth":"0000-00-00","phoneNumber":"+","email":"@"}`,
		} {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, row uint8, body string) {
		r := rows[int(row)%len(rows)]
		if got := d.ask(t, r.who, r.method, r.path, body); got.status >= http.StatusInternalServerError {
			t.Errorf("%s %s %q: got %d %s", r.method, r.path, body, got.status, got.text)
		}
	})
}
