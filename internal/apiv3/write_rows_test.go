package apiv3_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
)

// change is a write of the world that works, for one row of the table of routes.
type change struct {
	// target is the path; {new} is the id of what the row from made.
	target, from string
	// by is who may do it, needs the kind of token: "user", or "cause" for a cause's own and
	// those of its members too. foreign is a user who may not, "" where every user may.
	by, needs, foreign string
	// body is sent with it; a DELETE has none.
	body string
}

// changes has every row that writes.
var changes = map[string]change{
	"POST /campaigns":                                              {target: "/campaigns", by: "ada", needs: "user", body: `{"name":"Second","causeId":{cause}}`},
	"PATCH /campaigns/{id}":                                        {target: "/campaigns/{new}", from: "POST /campaigns", by: "ada", needs: "user", foreign: "cleo", body: `{"goal":12.5}`},
	"DELETE /campaigns/{id}":                                       {target: "/campaigns/{new}", from: "POST /campaigns", by: "ada", needs: "user", foreign: "cleo"},
	"POST /teams/{id}/campaigns":                                   {target: "/teams/night-owls/campaigns", by: "ada", needs: "user", foreign: "cleo", body: `{"campaign":{"name":"Ours","causeId":{cause},"status":"published"}}`},
	"PATCH /teams/{id}/campaigns/{campaign}":                       {target: "/teams/night-owls/campaigns/{new}", from: "POST /teams/{id}/campaigns", by: "ada", needs: "user", foreign: "bob", body: `{"supportable":false}`},
	"DELETE /teams/{id}/campaigns/{campaign}":                      {target: "/teams/{team}/campaigns/{new}", from: "POST /teams/{id}/campaigns", by: "ada", needs: "user", foreign: "bob"},
	"PATCH /users/{id}/campaigns/{campaign}":                       {target: "/users/ada/campaigns/speedrun", by: "ada", needs: "user", foreign: "bob", body: `{"description":"New."}`},
	"DELETE /users/{id}/campaigns/{campaign}":                      {target: "/users/{bob}/campaigns/empty", by: "bob", needs: "user", foreign: "ada"},
	"POST /campaigns/{id}/challenges":                              {target: "/campaigns/{campaign}/challenges", by: "ada", needs: "user", foreign: "cleo", body: `{"name":"Dance","amount":5}`},
	"PATCH /challenges/{id}":                                       {target: "/challenges/{new}", from: "POST /campaigns/{id}/challenges", by: "ada", needs: "user", foreign: "cleo", body: `{"challenge":{"amount":6.5}}`},
	"DELETE /challenges/{id}":                                      {target: "/challenges/{new}", from: "POST /campaigns/{id}/challenges", by: "ada", needs: "user", foreign: "bob"},
	"POST /campaigns/{id}/polls":                                   {target: "/campaigns/{campaign}/polls", by: "ada", needs: "user", foreign: "cleo", body: `{"name":"Next?","options":[{"name":"A"},{"name":"B"}]}`},
	"PATCH /polls/{id}":                                            {target: "/polls/{new}", from: "POST /campaigns/{id}/polls", by: "ada", needs: "user", foreign: "cleo", body: `{"active":false}`},
	"DELETE /polls/{id}":                                           {target: "/polls/{new}", from: "POST /campaigns/{id}/polls", by: "ada", needs: "user", foreign: "bob"},
	"POST /campaigns/{id}/rewards":                                 {target: "/campaigns/{campaign}/rewards", by: "ada", needs: "user", foreign: "cleo", body: `{"name":"Mug","amount":"7.50","kind":"physical"}`},
	"PATCH /rewards/{id}":                                          {target: "/rewards/{new}", from: "POST /campaigns/{id}/rewards", by: "ada", needs: "user", foreign: "cleo", body: `{"shippingAddressRequired":"true"}`},
	"DELETE /rewards/{id}":                                         {target: "/rewards/{new}", from: "POST /campaigns/{id}/rewards", by: "ada", needs: "user", foreign: "bob"},
	"POST /campaigns/{id}/milestones":                              {target: "/campaigns/{campaign}/milestones", by: "ada", needs: "user", foreign: "cleo", body: `{"name":"All","amount":500}`},
	"PATCH /campaigns/{id}/milestones/{milestone}":                 {target: "/campaigns/{campaign}/milestones/{new}", from: "POST /campaigns/{id}/milestones", by: "ada", needs: "user", foreign: "cleo", body: `{"amount":600}`},
	"DELETE /campaigns/{id}/milestones/{milestone}":                {target: "/campaigns/{campaign}/milestones/{new}", from: "POST /campaigns/{id}/milestones", by: "ada", needs: "user", foreign: "bob"},
	"POST /campaigns/{id}/schedule":                                {target: "/campaigns/{campaign}/schedule", by: "ada", needs: "user", foreign: "cleo", body: `{"name":"Break","startsAt":1667660400000}`},
	"PATCH /campaigns/{id}/schedule/{item}":                        {target: "/campaigns/{campaign}/schedule/{new}", from: "POST /campaigns/{id}/schedule", by: "ada", needs: "user", foreign: "cleo", body: `{"ends_at":"2022-11-05T16:00:00Z"}`},
	"DELETE /campaigns/{id}/schedule/{item}":                       {target: "/campaigns/{campaign}/schedule/{new}", from: "POST /campaigns/{id}/schedule", by: "ada", needs: "user", foreign: "cleo"},
	"POST /fundraising-events/{id}/schedule":                       {target: "/fundraising-events/{event}/schedule", by: "cause", needs: "cause", foreign: "ada", body: `{"name":"Closing","startsAt":1669852800000}`},
	"PATCH /fundraising-events/{id}/schedule/{item}":               {target: "/fundraising-events/{event}/schedule/{new}", from: "POST /fundraising-events/{id}/schedule", by: "bob", needs: "cause", foreign: "ada", body: `{"description":"Bye."}`},
	"DELETE /fundraising-events/{id}/schedule/{item}":              {target: "/fundraising-events/{event}/schedule/{new}", from: "POST /fundraising-events/{id}/schedule", by: "cause", needs: "cause", foreign: "cleo"},
	"POST /teams":                                                  {target: "/teams", by: "ada", needs: "user", body: `{"team":{"name":"Early Birds"}}`},
	"PATCH /teams/{id}":                                            {target: "/teams/{new}", from: "POST /teams", by: "ada", needs: "user", foreign: "bob", body: `{"about":"Up early.","social":{"twitch":"birds"}}`},
	"DELETE /teams/{id}":                                           {target: "/teams/{new}", from: "POST /teams", by: "ada", needs: "user", foreign: "cleo"},
	"PATCH /user":                                                  {target: "/user", by: "cleo", needs: "user", body: `{"firstName":"Cleo","newsletter":true}`},
	"POST /fundraising-events/{id}/registrations":                  {target: "/fundraising-events/{event}/registrations", by: "bob", needs: "user", body: `{"email":"bob@example.org","address":{"addressLine1":"3 Mid Street","city":"York","country":"GB"}}`},
	"PATCH /fundraising-events/{id}/registrations/{registration}":  {target: "/fundraising-events/{event}/registrations/{new}", from: "POST /fundraising-events/{id}/registrations", by: "bob", needs: "cause", foreign: "ada", body: `{"shirt_size":"XL"}`},
	"DELETE /fundraising-events/{id}/registrations/{registration}": {target: "/fundraising-events/{event}/registrations/{new}", from: "POST /fundraising-events/{id}/registrations", by: "cause", needs: "cause", foreign: "cleo"},
	"PATCH /fundraising-events/{id}/registration-fields":           {target: "/fundraising-events/{event}/registration-fields", by: "cause", needs: "cause", foreign: "ada", body: `{"shirt_size":{"enabled":true,"position":4}}`},
	"PATCH /fundraising-events/{id}/visibility-options":            {target: "/fundraising-events/{event}/visibility-options", by: "bob", needs: "cause", foreign: "ada", body: `{"visibility_options":{"fePageCampaigns":{"visible":false}}}`},
	"PATCH /causes/{id}/visibility-options":                        {target: "/causes/game-aid/visibility-options", by: "cause", needs: "cause", foreign: "ada", body: `{"donate":{"visible":false}}`},
	"PATCH /causes/{id}/permissions":                               {target: "/causes/{cause}/permissions", by: "bob", needs: "cause", foreign: "ada", body: `{"adminApiEnabled":true}`},
}

// rows are the writes of the version with their changes, whose targets are those of the world,
// as they come in the table of routes. Every POST was made once, for the others to change.
func (w *world) rows(t *testing.T) []row {
	t.Helper()
	known := map[string]bool{}
	var rows []row
	for _, r := range apiv3.Writes() {
		one, ok := changes[r.String()]
		if !ok {
			t.Errorf("%s: got no change in the tests, want one for every row that writes", r)
			continue
		}
		known[r.String()] = true
		one.target, one.body = w.path(one.target), w.path(one.body)
		rows = append(rows, row{Row: r, change: one})
	}
	for name := range changes {
		if !known[name] {
			t.Errorf("%s: there is no such row", name)
		}
	}
	made := map[string]string{}
	for _, r := range rows {
		if r.Method == "POST" {
			made[r.String()] = w.made(t, r)
		}
	}
	for i, r := range rows {
		rows[i].target = strings.ReplaceAll(r.target, "{new}", made[r.from])
	}
	return rows
}

type row struct {
	apiv3.Row
	change
}

// made makes the change of a POST and gives the id of what it made.
func (w *world) made(t *testing.T, r row) string {
	t.Helper()
	answer := w.call(r.Method, r.target, w.token(r.by), r.body)
	var body struct {
		Data struct{ ID json.Number }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != 201 || body.Data.ID == "" {
		t.Fatalf("%s by %s: got %d %s, want 201 and an id", r, r.by, answer.Code, answer.Body)
	}
	return body.Data.ID.String()
}

// everything is what GET shows of the whole world.
func (w *world) everything() map[string]string {
	all := map[string]string{}
	for _, s := range scripts {
		all[s.target+" by "+s.token] = w.call("GET", w.path(s.target), w.token(s.token), "").Body.String()
	}
	return all
}
