package authority_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// onPages are the operations of the API that write, by the form that does the same. spelledOut says what stands for several.
var onPages = map[string][]string{
	"POST /dashboard/new/name":                             {"POST /api/private/campaigns", "POST /api/v3/campaigns"},
	"POST /dashboard/{team}/team/campaign":                 {"POST /api/private/teams/{team_id}/team_campaigns", "POST /api/v3/teams/{id}/campaigns"},
	"POST /dashboard/{fact}/page":                          {"PATCH /api/private/campaigns/{campaign_id}", "PATCH /api/private/team_campaigns/{team_campaign_id}", "PATCH /api/private/fundraising_events/{fundraising_event_id}", "PATCH /api/v3/campaigns/{id}", "PATCH /api/v3/teams/{id}/campaigns/{campaign}", "PATCH /api/v3/users/{id}/campaigns/{campaign}"},
	"POST /dashboard/{fact}/page/delete":                   {"DELETE /api/private/campaigns/{campaign_id}", "DELETE /api/private/team_campaigns/{team_campaign_id}", "DELETE /api/v3/campaigns/{id}", "DELETE /api/v3/teams/{id}/campaigns/{campaign}", "DELETE /api/v3/users/{id}/campaigns/{campaign}"},
	"POST /dashboard/{fact}/page/pictures":                 {"* /api/private/campaigns/{campaign_id}/avatar", "* /api/private/campaigns/{campaign_id}/cover", "* /api/private/team_campaigns/{team_campaign_id}/avatar", "* /api/private/team_campaigns/{team_campaign_id}/cover", "* /api/private/fundraising_events/{fundraising_event_id}/avatar", "* /api/private/fundraising_events/{fundraising_event_id}/cover"},
	"POST /dashboard/{fact}/polls/new":                     {"POST {fact}/polls", "POST /api/v3/campaigns/{id}/polls"},
	"POST /dashboard/{fact}/polls/{poll}":                  {"PATCH /api/private/polls/{poll_id}", "PATCH /api/v3/polls/{id}"},
	"POST /dashboard/{fact}/polls/{poll}/delete":           {"DELETE /api/private/polls/{poll_id}", "DELETE /api/v3/polls/{id}"},
	"POST /dashboard/{fact}/targets/new":                   {"POST {fact}/targets", "POST /api/v3/campaigns/{id}/challenges"},
	"POST /dashboard/{fact}/targets/{target}":              {"PATCH /api/private/targets/{target_id}", "PATCH /api/v3/challenges/{id}"},
	"POST /dashboard/{fact}/targets/{target}/delete":       {"DELETE /api/private/targets/{target_id}", "DELETE /api/v3/challenges/{id}"},
	"POST /dashboard/{fact}/rewards/new":                   {"POST {fact}/rewards", "POST /api/v3/campaigns/{id}/rewards"},
	"POST /dashboard/{fact}/rewards/{reward}":              {"PATCH /api/private/rewards/{reward_id}", "PATCH /api/v3/rewards/{id}"},
	"POST /dashboard/{fact}/rewards/{reward}/delete":       {"DELETE /api/private/rewards/{reward_id}", "DELETE /api/v3/rewards/{id}"},
	"POST /dashboard/{fact}/rewards/{reward}/retire":       {"POST /api/private/rewards/{reward_id}/retire"},
	"POST /dashboard/{fact}/milestones/new":                {"POST {fact}/milestones", "POST /api/v3/campaigns/{id}/milestones"},
	"POST /dashboard/{fact}/milestones/{milestone}":        {"PATCH /api/private/milestones/{milestone_id}", "PATCH /api/v3/campaigns/{id}/milestones/{milestone}"},
	"POST /dashboard/{fact}/milestones/{milestone}/delete": {"DELETE /api/private/milestones/{milestone_id}", "DELETE /api/v3/campaigns/{id}/milestones/{milestone}"},
	"POST /dashboard/{fact}/schedule/new":                  {"POST {fact}/schedules", "POST /api/v3/campaigns/{id}/schedule", "POST /api/v3/fundraising-events/{id}/schedule"},
	"POST /dashboard/{fact}/schedule/{item}":               {"PATCH /api/private/schedules/{schedule_id}", "PATCH /api/v3/campaigns/{id}/schedule/{item}", "PATCH /api/v3/fundraising-events/{id}/schedule/{item}"},
	"POST /dashboard/{fact}/schedule/{item}/delete":        {"DELETE /api/private/schedules/{schedule_id}", "DELETE /api/v3/campaigns/{id}/schedule/{item}", "DELETE /api/v3/fundraising-events/{id}/schedule/{item}"},
	"POST /dashboard/{fact}/counters/new":                  {"POST /api/private/facts/{fact_id}/counters"},
	"POST /dashboard/{fact}/counters/{counter}":            {"PATCH /api/private/counters/{counter_id}"},
	"POST /dashboard/{fact}/counters/{counter}/delete":     {"DELETE /api/private/counters/{counter_id}"},
	"POST /dashboard/{fact}/timers/new":                    {"POST /api/private/facts/{fact_id}/timers"},
	"POST /dashboard/{fact}/timers/{timer}":                {"PATCH /api/private/timers/{timer_id}"},
	"POST /dashboard/{fact}/timers/{timer}/delete":         {"DELETE /api/private/timers/{timer_id}"},
	"POST /dashboard/{fact}/desk/timers/{timer}": {
		"POST /api/private/timers/{timer_id}/start", "POST /api/private/timers/{timer_id}/pause", "POST /api/private/timers/{timer_id}/resume", "POST /api/private/timers/{timer_id}/add",
	},
	"POST /dashboard/{fact}/matches/new":         {"POST {fact}/donation_matches"},
	"POST /dashboard/{fact}/matches/{match}":     {"PATCH /api/private/donation_matches/{donation_match_id}"},
	"POST /dashboard/{fact}/matches/{match}/end": {"POST /api/private/donation_matches/{donation_match_id}/end"},
	"POST /dashboard/{fact}/exercise/new":        {"POST {fact}/fitness_goals"},
	"POST /dashboard/{fact}/exercise/record":     {"POST {fact}/fitness_activities"},
	"POST /dashboard/{fact}/desk":                {"POST /api/desk/{act}"},
	"POST /dashboard/{fact}/offline":             {"POST {fact}/donations"},
	"POST /dashboard/{fact}/settings":            {"PATCH {fact}/giving", "PATCH /api/private/fundraising_events/{fundraising_event_id}/giving"},
	"POST /dashboard/{fact}/on-air":              {"PATCH /api/private/facts/{fact_id}/live", "POST /api/private/facts/{fact_id}/trigger"},
	"POST /dashboard/{fact}/gifts/{donation}":    {"PATCH /api/private/donations/{donation_id}", "POST /api/private/donations/{donation_id}/fulfill", "POST /api/private/donations/{donation_id}/refund", "POST /api/private/donations/{donation_id}/dispute/concede", "POST /api/private/donations/{donation_id}/receipts"},
	"POST /dashboard/{cause}/events/new":         {"POST /api/private/causes/{cause_id}/fundraising_events"},
	"POST /dashboard/{event}/registration":       {"PATCH /api/v3/fundraising-events/{id}/registration-fields"},
	"POST /dashboard/{event}/visibility":         {"PATCH /api/v3/fundraising-events/{id}/visibility-options", "PATCH /api/v3/causes/{id}/visibility-options"},
	"POST /dashboard/{event}/register":           {"POST /api/v3/fundraising-events/{id}/registrations", "PATCH /api/v3/fundraising-events/{id}/registrations/{registration}"},
	"POST /dashboard/{event}/register/delete":    {"DELETE /api/v3/fundraising-events/{id}/registrations/{registration}"},
	"POST /dashboard/{cause}/cases":              {"POST /api/private/cases/{case_id}/refund", "POST /api/private/cases/{case_id}/decline"},
	"POST /dashboard/{cause}/profile":            {"PATCH /api/private/causes/{cause_id}"},
	"POST /dashboard/{cause}/profile/pictures":   {"* /api/private/causes/{cause_id}/avatar", "* /api/private/causes/{cause_id}/cover"},
	"POST /dashboard/{cause}/legal":              {"PATCH /api/private/causes/{cause_id}/receipt_profile"},
	"POST /dashboard/{cause}/permissions":        {"PATCH /api/private/causes/{cause_id}/giving"},
	"POST /dashboard/teams":                      {"POST /api/private/teams", "POST /api/v3/teams"},
	"POST /dashboard/{team}/team/edit":           {"PATCH /api/private/teams/{team_id}", "PATCH /api/v3/teams/{id}"},
	"POST /dashboard/{team}/team/disband":        {"DELETE /api/private/teams/{team_id}", "DELETE /api/v3/teams/{id}"},
	"POST /dashboard/{team}/team/pictures":       {"* /api/private/teams/{team_id}/avatar", "* /api/private/teams/{team_id}/cover"},
	"POST /dashboard/{team}/team/role":           {"PUT /api/private/teams/{team_id}/members/{user_id}"},
	"POST /dashboard/{team}/team/remove":         {"DELETE /api/private/teams/{team_id}/members/{user_id}"},
	"POST /dashboard/profile":                    {"PATCH /api/private/current-user", "PATCH /api/v3/user"},
	"POST /dashboard/profile/pictures":           {"* /api/private/current-user/avatar", "* /api/private/current-user/cover"},
	"POST /account/apps/{app}/webhooks":          {"POST /api/private/webhook_endpoints"},
	"POST /account/apps/{app}/webhooks/{webhook}": {
		"DELETE /api/private/webhook_endpoints/{webhook_endpoint_id}", "POST /api/private/webhook_endpoints/{webhook_endpoint_id}/activate", "POST /api/private/webhook_endpoints/{webhook_endpoint_id}/signing_key",
		"POST /api/private/webhook_endpoints/{webhook_endpoint_id}/test", "POST /api/private/webhook_endpoints/{webhook_endpoint_id}/resend",
		"POST /api/private/webhook_endpoints/{webhook_endpoint_id}/deliveries/{webhook_delivery_id}/resend", "DELETE /api/private/webhook_endpoints/{webhook_endpoint_id}/webhook_subscriptions/{event_id}",
	},
	"POST /account/apps/{app}/webhooks/{webhook}/edit":         {"PATCH /api/private/webhook_endpoints/{webhook_endpoint_id}"},
	"POST /account/apps/{app}/webhooks/{webhook}/facts/{fact}": {"PUT /api/private/webhook_endpoints/{webhook_endpoint_id}/webhook_subscriptions/{event_id}", "POST /api/private/webhook_endpoints/{webhook_endpoint_id}/webhook_subscriptions/{event_id}", "PUT /api/private/webhook_enpdoints/{webhook_endpoint_id}/webhook_subscriptions/{event_id}"},
	"POST /account/apps/{app}/relays":                          {"POST /api/private/webhook_relays"},
	"POST /account/apps/{app}/relays/{relay}":                  {"PATCH /api/private/webhook_relays/{webhook_relay_id}", "DELETE /api/private/webhook_relays/{webhook_relay_id}", "POST /api/private/webhook_relays/{webhook_relay_id}/webhook_relay_keys"},
}

// onNoPage are the operations that no page does, with why.
var onNoPage = map[string]string{
	"PATCH /api/v3/causes/{id}/permissions":                             "they are the switches of a plan that charities have elsewhere: nothing on this server follows them, and programs read them back",
	"POST /api/private/webhook_endpoints/{webhook_endpoint_id}/samples": "it writes nothing: it signs a sample for who tries out a receiver, and the page shows what would be sent",
	"POST /api/private/causes":                                          "a charity comes here by an invitation, or an operator makes it by command; the API founds one where the setting open_causes lets it",
}

// everyFact are what the operations are below that are the same for campaigns, for campaigns of teams and for all facts.
var everyFact = []string{"/api/private/campaigns/{campaign_id}", "/api/private/team_campaigns/{team_campaign_id}", "/api/private/facts/{fact_id}"}

// spelledOut are the operations that a row stands for: "{fact}" is each of everyFact, and "*" the two ways to change a picture.
func spelledOut(row string) []string {
	method, path, _ := strings.Cut(row, " ")
	methods, paths := []string{method}, []string{path}
	if method == "*" {
		methods = []string{http.MethodPut, http.MethodDelete}
	}
	if below, is := strings.CutPrefix(path, "{fact}"); is {
		paths = nil
		for _, fact := range everyFact {
			paths = append(paths, fact+below)
		}
	}
	var all []string
	for _, m := range methods {
		for _, p := range paths {
			all = append(all, m+" "+p)
		}
	}
	return all
}

// TestWhatTheAPIWritesIsOnAPage wants each operation that writes to have a form that does the same, or a reason why there is none.
func TestWhatTheAPIWritesIsOnAPage(t *testing.T) {
	t.Parallel()
	routes := map[string]bool{}
	for _, r := range newWorld(t).Routes() {
		routes[r.String()] = true
	}
	done := map[string]string{}
	for page, rows := range onPages {
		if !routes[page] {
			t.Errorf("%s: is in the table, and no page", page)
		}
		for _, row := range rows {
			for _, operation := range spelledOut(row) {
				if other := done[operation]; other != "" {
					t.Errorf("%s: is done by %s and by %s", operation, page, other)
				}
				done[operation] = page
			}
		}
	}
	for operation, why := range onNoPage {
		if page := done[operation]; page != "" {
			t.Errorf("%s: is done by %s, and not %q", operation, page, why)
		}
		done[operation] = why
	}
	for operation := range done {
		if !routes[operation] {
			t.Errorf("%s: is in the table, and no operation", operation)
		}
	}
	var left []string
	for route := range routes {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodGet && strings.HasPrefix(path, "/api/") && done[route] == "" {
			left = append(left, route)
		}
	}
	slices.Sort(left)
	for _, operation := range left {
		t.Errorf("%s: no page does it: name the form that does, or say why there is none", operation)
	}
}
