package apiv5_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
)

// change is a write of a desk that works, for one row of the table of routes. Names in braces are
// those of the desk.
type change struct {
	target, body string
	// foreign is what the stranger is told: 403 by default, 404 where they may not even know of
	// it, and 0 where every user may.
	foreign int
	// hasNone tells that there is nothing to read at the address, and so no ETag.
	hasNone bool
}

const open = -1 // every user may

// changes has every row that writes.
var changes = map[string]change{
	"POST /campaigns":                                         {target: "/campaigns", body: `{"name":"Second","cause_id":"{cause}"}`, foreign: open},
	"PATCH /campaigns/{campaign_id}":                          {target: "/campaigns/{campaign}", body: `{"goal":{"value":"250.5","currency":"USD"}}`},
	"DELETE /campaigns/{campaign_id}":                         {target: "/campaigns/{draft}", foreign: 404},
	"POST /teams/{team_id}/team_campaigns":                    {target: "/teams/{team}/team_campaigns", body: `{"name":"Again","cause_id":"{cause}"}`},
	"PATCH /team_campaigns/{team_campaign_id}":                {target: "/team_campaigns/{team campaign}", body: `{"supportable":"none"}`},
	"DELETE /team_campaigns/{team_campaign_id}":               {target: "/team_campaigns/{team campaign}"},
	"PATCH /campaigns/{campaign_id}/giving":                   {target: "/campaigns/{campaign}/giving", body: `{"minimum":{"value":"5","currency":"USD"}}`},
	"PATCH /team_campaigns/{team_campaign_id}/giving":         {target: "/team_campaigns/{team campaign}/giving", body: `{"presets":["5","10"]}`},
	"PATCH /facts/{fact_id}/giving":                           {target: "/facts/{campaign}/giving", body: `{"maximum":"50"}`},
	"PATCH /fundraising_events/{fundraising_event_id}/giving": {target: "/fundraising_events/{event}/giving", body: `{"screening_mode":"comments"}`},
	"PATCH /causes/{cause_id}/giving":                         {target: "/causes/{cause}/giving", body: `{"screening_words":["spam"]}`},
	"POST /donations/{donation_id}/dispute/concede":           {target: "/donations/{disputed}/dispute/concede", foreign: 404},
	"PATCH /polls/{poll_id}":                                  {target: "/polls/{poll}", body: `{"active":false}`},
	"DELETE /polls/{poll_id}":                                 {target: "/polls/{poll}"},
	"PATCH /targets/{target_id}":                              {target: "/targets/{target}", body: `{"amount":12.5}`},
	"DELETE /targets/{target_id}":                             {target: "/targets/{target}"},
	"PATCH /rewards/{reward_id}":                              {target: "/rewards/{reward}", body: `{"quantity":5}`},
	"DELETE /rewards/{reward_id}":                             {target: "/rewards/{reward}"},
	"POST /rewards/{reward_id}/retire":                        {target: "/rewards/{reward}/retire"},
	"PATCH /milestones/{milestone_id}":                        {target: "/milestones/{milestone}", body: `{"amount":"75"}`},
	"DELETE /milestones/{milestone_id}":                       {target: "/milestones/{milestone}"},
	"PATCH /donation_matches/{donation_match_id}":             {target: "/donation_matches/{match}", body: `{"pledged_amount":{"value":"200","currency":"USD"}}`},
	"POST /donation_matches/{donation_match_id}/end":          {target: "/donation_matches/{match}/end"},
	"PATCH /schedules/{schedule_id}":                          {target: "/schedules/{schedule}", body: `{"ends_at":"2026-03-14T13:00:00Z"}`},
	"DELETE /schedules/{schedule_id}":                         {target: "/schedules/{schedule}"},
	"POST /facts/{fact_id}/counters":                          {target: "/facts/{campaign}/counters", body: `{"name":"This run"}`},
	"PATCH /counters/{counter_id}":                            {target: "/counters/{counter}", body: `{"ends_at":"2030-03-14T13:00:00Z"}`},
	"DELETE /counters/{counter_id}":                           {target: "/counters/{counter}"},
	"POST /facts/{fact_id}/timers":                            {target: "/facts/{campaign}/timers", body: `{"name":"Marathon","starting_seconds":60}`},
	"PATCH /timers/{timer_id}":                                {target: "/timers/{timer}", body: `{"seconds_per_unit":30}`},
	"DELETE /timers/{timer_id}":                               {target: "/timers/{timer}"},
	"POST /timers/{timer_id}/start":                           {target: "/timers/{paused timer}/start", body: `{"reason":"Again."}`},
	"POST /timers/{timer_id}/pause":                           {target: "/timers/{timer}/pause"},
	"POST /timers/{timer_id}/resume":                          {target: "/timers/{paused timer}/resume"},
	"POST /timers/{timer_id}/add":                             {target: "/timers/{timer}/add", body: `{"seconds":-90,"reason":"He slept."}`},
	"PATCH /donations/{donation_id}":                          {target: "/donations/{donation}", body: `{"screening":"hidden"}`},
	"POST /donations/{donation_id}/refund":                    {target: "/donations/{donation}/refund", body: `{"amount":{"value":"5","currency":"USD"}}`},
	"POST /donations/{donation_id}/fulfill":                   {target: "/donations/{claimed}/fulfill", body: `{"fulfilled":true}`, foreign: 403},
	"POST /donations/{donation_id}/receipts":                  {target: "/donations/{claimed}/receipts", body: `{"donor_name":"Dee Lovelace"}`},
	"POST /cases/{case_id}/refund":                            {target: "/cases/{case}/refund", body: `{"amount":{"value":"5","currency":"USD"}}`},
	"POST /cases/{case_id}/decline":                           {target: "/cases/{case}/decline", body: `{"reason":"It was spent."}`},
	"PATCH /causes/{cause_id}/receipt_profile":                {target: "/causes/{cause}/receipt_profile", body: `{"profile":"us"}`},
	"PATCH /facts/{fact_id}/live":                             {target: "/facts/{campaign}/live", body: `{"live":true}`},
	"POST /facts/{fact_id}/trigger":                           {target: "/facts/{campaign}/trigger", body: `{"event":"screening"}`, hasNone: true},
	"POST /teams":                                             {target: "/teams", body: `{"name":"Early Birds"}`, foreign: open},
	"PATCH /teams/{team_id}":                                  {target: "/teams/{team}", body: `{"description":"Up early.","social":{"twitch":"birds"}}`},
	"DELETE /teams/{team_id}":                                 {target: "/teams/{team}"},
	"PUT /teams/{team_id}/members/{user_id}":                  {target: "/teams/{team}/members/{stranger}", body: `{"role":"team_member"}`, hasNone: true},
	"DELETE /teams/{team_id}/members/{user_id}":               {target: "/teams/{team}/members/{friend}", hasNone: true},
	"PATCH /current-user":                                     {target: "/current-user", body: `{"description":"Runs.","newsletter":true}`, foreign: open},
	"POST /causes":                                            {target: "/causes", body: `{"name":"New Cause","currency_code":"EUR"}`, foreign: open},
	"PATCH /causes/{cause_id}":                                {target: "/causes/{cause}", body: `{"short_description":"Short."}`},
	"POST /causes/{cause_id}/fundraising_events":              {target: "/causes/{cause}/fundraising_events", body: `{"name":"Spring"}`},
	"PATCH /fundraising_events/{fundraising_event_id}":        {target: "/fundraising_events/{event}", body: `{"goal":"1000"}`},
}

// partChanges are what can be made below each kind of fact.
var partChanges = map[string]change{
	"polls":              {body: `{"name":"Next?","options":[{"name":"C"}]}`},
	"targets":            {body: `{"name":"Sing","amount":{"value":"10","currency":"USD"}}`},
	"rewards":            {body: `{"name":"Pin","amount":2}`},
	"milestones":         {body: `{"name":"All","amount":"100"}`},
	"donation_matches":   {body: `{"matched_by":"Friend","match_type":"all","ends_at":"2026-03-21"}`},
	"schedules":          {body: `{"name":"End","starts_at":"2026-03-15T12:00:00Z"}`},
	"donations":          {body: `{"amount":"2.50"}`},
	"fitness_goals":      {body: `{"type":"Running","distance_unit":"kilometer","goal":"42.195"}`},
	"fitness_activities": {body: `{"type":"Running","meters":5000,"seconds":1500}`},
}

// rows are the writes of the version with their changes, as they come in the table of routes.
func rows(t testing.TB) []row {
	t.Helper()
	all := map[string]change{}
	for name, one := range changes {
		all[name] = one
	}
	for home, id := range map[string]string{"campaigns": "{campaign_id}", "team_campaigns": "{team_campaign_id}", "facts": "{fact_id}"} {
		at := map[string]string{"campaigns": "{campaign}", "team_campaigns": "{team campaign}", "facts": "{campaign}"}[home]
		for part, one := range partChanges {
			one.target = "/" + home + "/" + at + "/" + part
			all["POST /"+home+"/"+id+"/"+part] = one
		}
	}
	var found []row
	for _, r := range apiv5.WriteRows() {
		one, ok := all[r.String()]
		if !ok {
			t.Errorf("%s: got no change in the tests, want one for every row that writes", r)
			continue
		}
		delete(all, r.String())
		found = append(found, row{WriteRow: r, change: one})
	}
	for name := range all {
		t.Errorf("%s: there is no such row", name)
	}
	return found
}

type row struct {
	apiv5.WriteRow
	change
}

// creates reports whether the row makes something.
func (r row) creates() bool { return r.Method == "POST" && !r.acts() }

// acts reports whether the row is an action on something.
func (r row) acts() bool {
	for _, action := range []string{"/retire", "/end", "/refund", "/decline", "/dispute/concede", "/fulfill", "/trigger", "/start", "/pause", "/resume", "/add"} {
		if strings.HasSuffix(r.Pattern, action) {
			return true
		}
	}
	return false
}

// address is where what the row changes can be read.
func (r row) address() string {
	if r.acts() {
		return r.target[:strings.LastIndexByte(r.target, '}')+1]
	}
	return r.target
}
