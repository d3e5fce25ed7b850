package apiv5_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// answered says which of our answers stands beside each real one.
var answered = map[string]struct{ target, caller string }{
	"get_campaign.json":                            {"/api/public/campaigns/{campaign}", "application"},
	"get_campaign_donation_matches.json":           {"/api/public/team_campaigns/{teamCampaign}/donation_matches", "application"},
	"get_campaign_donations.json":                  {"/api/public/campaigns/{campaign}/donations?limit=100", "application"},
	"get_campaign_polls_empty.json":                {"/api/public/campaigns/{empty}/polls", "application"},
	"get_campaign_rewards.json":                    {"/api/public/campaigns/{campaign}/rewards", "application"},
	"get_campaign_schedules.json":                  {"/api/public/campaigns/{campaign}/schedules", "application"},
	"get_campaign_targets_empty.json":              {"/api/public/campaigns/{empty}/targets", "application"},
	"get_cause.json":                               {"/api/public/causes/{cause}", "application"},
	"get_cause_fundraising_events.json":            {"/api/public/causes/{cause}/fundraising_events", "application"},
	"get_current_user_application_token.json":      {"/api/public/current-user", "application"},
	"get_fundraising_event.json":                   {"/api/public/fundraising_events/{event}", "application"},
	"get_fundraising_event_donor_leaderboard.json": {"/api/public/fundraising_events/{event}/donor_leaderboard?time_type=all", "application"},
	"get_fundraising_event_user_leaderboard.json":  {"/api/public/fundraising_events/{event}/user_leaderboard?time_type=all", "application"},
	"get_team.json":                                {"/api/public/teams/{team}", "application"},
	"get_team_team_campaigns.json":                 {"/api/public/teams/{team}/team_campaigns", "application"},
	"get_user.json":                                {"/api/public/users/{cleo}", "application"},
	"get_user_campaigns.json":                      {"/api/public/users/{ada}/campaigns", "application"},
	"get_user_teams_empty.json":                    {"/api/public/users/{cleo}/teams", "application"},
}

// elsewhere are real answers whose counterparts other tests look at.
var elsewhere = map[string]string{
	"error_401.json": "TestErrorsAreTheDocumentedOnes", "error_403.json": "TestErrorsAreTheDocumentedOnes",
	"error_404.json": "TestErrorsAreTheDocumentedOnes", "error_422.json": "TestErrorsAreTheDocumentedOnes",
	"get_webhook_relay_key.json":                  "TestARelayKeyOnTheWire",
	"post_webhook_endpoint_activate.partial.json": "TestAnEndpointOnTheWire",
	"webhook_request_headers.json":                "TestASampleIsARequest",
	"webhook_signature_vector.json":               "fund.TestSign",
}

// told says which of our webhook messages stands beside each real one: its event type, and the fact
// that it is about.
var told = map[string][2]string{
	"webhook_donation_updated_public_test.json":      {"public:direct:donation_updated", "campaign"},
	"webhook_donation_updated_public_test_team.json": {"public:direct:donation_updated", "teamCampaign"},
	"webhook_donation_updated_private_test.json":     {"private:direct:donation_updated", ""},
	"webhook_fact_updated_public.keys.json":          {"public:direct:fact_updated", "campaign"},
}

// otherForms are values of real messages that are not as they came.
var otherForms = map[string]string{
	"webhook_donation_updated_private_test.json .data.id":           "edited by its author",
	"webhook_donation_updated_private_test.json .data.campaign_id":  "edited by its author",
	"webhook_donation_updated_private_test.json .data.created_at":   "edited by its author: real ones have microseconds",
	"webhook_donation_updated_private_test.json .meta.attempted_at": "edited by its author: real ones have microseconds",
	"webhook_donation_updated_private_test.json .meta.generated_at": "edited by its author: real ones have microseconds",
}

// ours is the reason for what callers write here.
const ours = "what is written is shown; the original writes no campaigns"

// moreKeys are keys of ours that a real answer lacks, with the reason.
var moreKeys = map[string]string{
	"get_campaign_donations.json .data[].facts":                             "added in 2026; the answer is of 2024",
	"get_campaign_donations.json .data[].donation_matches[].match_type":     "added later; get_campaign_donation_matches.json has it",
	"get_fundraising_event.json .data.total_amount_raised.value":            "masked in the source",
	"get_cause_fundraising_events.json .data[].total_amount_raised":         "masked in the source",
	"get_team.json .data.total_amount_raised":                               "masked in the source",
	"get_team_team_campaigns.json .data[].total_amount_raised":              "masked in the source",
	"get_team_team_campaigns.json .data[].supporting_amount_raised":         "masked in the source",
	"get_team_team_campaigns.json .data[].parent_facts":                     "added in 2026; the answer is of 2024",
	"get_user_campaigns.json .data[].parent_facts":                          "added in 2026; the answer is of 2024",
	"get_user_campaigns.json .data[].campaign_id":                           "a later answer, get_campaign.json, has it",
	"get_user_campaigns.json .data[].team_campaign_id":                      "a later answer, get_campaign.json, has it",
	"get_campaign.json .data.starts_at":                                     ours,
	"get_campaign.json .data.ends_at":                                       ours,
	"get_team_team_campaigns.json .data[].starts_at":                        ours,
	"get_team_team_campaigns.json .data[].ends_at":                          ours,
	"get_user_campaigns.json .data[].starts_at":                             ours,
	"get_user_campaigns.json .data[].ends_at":                               ours,
	"webhook_fact_updated_public.keys.json .data.starts_at":                 ours,
	"webhook_fact_updated_public.keys.json .data.ends_at":                   ours,
	"webhook_donation_updated_public_test.json .data.cause_id":              "later messages have it",
	"webhook_donation_updated_public_test.json .data.facts":                 "added in 2026",
	"webhook_donation_updated_public_test.json .data.reward_claims":         "later messages have it",
	"webhook_donation_updated_public_test.json .data.donation_matches":      "the answers about donations have it",
	"webhook_donation_updated_public_test.json .data.is_match":              "the answers about donations have it",
	"webhook_donation_updated_public_test_team.json .data.cause_id":         "later messages have it",
	"webhook_donation_updated_public_test_team.json .data.facts":            "added in 2026",
	"webhook_donation_updated_public_test_team.json .data.reward_claims":    "later messages have it",
	"webhook_donation_updated_public_test_team.json .data.donation_matches": "the answers about donations have it",
	"webhook_donation_updated_public_test_team.json .data.is_match":         "the answers about donations have it",
	"webhook_donation_updated_private_test.json .data.reward_claims":        "null in it",
	"webhook_donation_updated_private_test.json .data.facts":                "added in 2026",
	"webhook_donation_updated_private_test.json .data.donation_matches":     "the answers about donations have it",
	"webhook_donation_updated_private_test.json .data.is_match":             "the answers about donations have it",
	"webhook_fact_updated_public.keys.json .data.parent_facts":              "added in 2026",
	"webhook_fact_updated_public.keys.json .data.campaign_id":               "the answers about campaigns have it",
	"webhook_fact_updated_public.keys.json .data.team_campaign_id":          "added in 2026",
}

func TestAnswersHaveTheKeysAndFormsOfRealOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files, err := filepath.Glob("testdata/real/*.json")
	if want := len(answered) + len(told) + len(elsewhere); err != nil || len(files) != want {
		t.Fatalf("got %d real answers (%v), want %d", len(files), err, want)
	}
	w.hooks()
	for _, file := range files {
		name := filepath.Base(file)
		if of, ok := told[name]; ok {
			compareForms(t, name, []byte(sampleOf(t, w.sample(of[0], of[1]).Body.Bytes()).Body))
			continue
		}
		ask, ok := answered[name]
		if !ok {
			if elsewhere[name] == "" {
				t.Errorf("%s: nothing of ours stands beside it", name)
			}
			continue
		}
		answer := w.get(ask.target, ask.caller)
		compareForms(t, name, answer.Body.Bytes())
	}
}

// compareForms compares one of our answers with a real one.
func compareForms(t *testing.T, name string, body []byte) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "real", name))
	if err != nil {
		t.Fatal(err)
	}
	theirs, ours := formsOf(t, withValues(content)), formsOf(t, body)
	for path, forms := range theirs {
		if ours[path] == nil {
			t.Errorf("%s %s: got nothing, want %v", name, path, forms)
		}
	}
	for path, forms := range ours {
		if path == ".metadata" || strings.HasPrefix(path, ".metadata.") {
			continue // the source had no metadata
		}
		where := name + " " + path
		if theirs[path] == nil && !moreThanReal(where) && !belowNull(theirs, path) {
			t.Errorf("%s: got a key that the real answer lacks", where)
		}
		if theirs[path] == nil || otherForms[where] != "" {
			continue
		}
		for _, form := range forms {
			if !slices.Contains(theirs[path], form) && !alike(form, theirs[path]) {
				t.Errorf("%s: got %s, want one of %v", where, form, theirs[path])
			}
		}
	}
}

// withValues puts a value in the place of each type in a list of keys, and leaves real answers alone.
func withValues(content []byte) []byte {
	return []byte(strings.NewReplacer(
		`"url": "string"`, `"url": "/@ada/speedrun"`, `"donate_url": "string"`, `"donate_url": "https://a.example/"`,
		`goal": "Money"`, `goal": {"currency":"USD","value":"1"}`, `: "Money"`, `: {"currency":"USD","value":"1.00"}`,
		`: "uuid"`, `: "c5a3cf2c-9f0b-4a34-8f0b-3d3a4d4f7a10"`, `: "uuid|null"`, `: null`,
		`: "date-time"`, `: "2024-09-01T12:00:00.123456Z"`, `: "date-time|null"`, `: null`,
		`: "object|null"`, `: {"type":"twitch","channel":"a"}`, `: "boolean"`, `: true`, `: "integer"`, `: 1`, `: "string"`, `: "a text"`,
		`: "Image"`, `: {"alt":"alt","height":64,"src":"https://a.example/","width":64}`,
		`: "User"`, `: null`, // get_user.json is compared with ours
	).Replace(string(content)))
}

// belowNull reports whether the real value that the path is in was null in all items.
func belowNull(theirs map[string][]string, path string) bool {
	for at := strings.LastIndex(path, "."); at > 0; at = strings.LastIndex(path[:at], ".") {
		if slices.Equal(theirs[path[:at]], []string{"null"}) {
			return true
		}
	}
	return false
}

// moreThanReal reports whether the key, or one that it is in, may be more than a real answer has.
func moreThanReal(where string) bool {
	for known := range moreKeys {
		if where == known || strings.HasPrefix(where, known+".") || strings.HasPrefix(where, known+"[") {
			return true
		}
	}
	return ownDonationKey(where)
}

// alike tells of forms that say the same of a value as the real ones.
func alike(form string, theirs []string) bool {
	switch form {
	case "null": // where the real answer happens to have a value in all of its few items
		return !slices.Contains(theirs, "list") && !slices.ContainsFunc(theirs, func(r string) bool { return strings.HasPrefix(r, "amount") })
	case "empty list": // where it is null for none, it is never empty
		return slices.Contains(theirs, "list") && !slices.Contains(theirs, "null")
	case "true", "false":
		return slices.Contains(theirs, "true") || slices.Contains(theirs, "false")
	case "text", "":
		return slices.ContainsFunc(theirs, func(r string) bool { return r == "text" || r == "" }) || slices.Equal(theirs, []string{"null"})
	default: // the real value was null in all of its few items
		return slices.Equal(theirs, []string{"null"})
	}
}

// forms are the forms of texts, the special ones first.
var forms = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"uuid", regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)},
	{"instant in microseconds", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)},
	{"instant in seconds", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)},
	{"date", regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
	{"address", regexp.MustCompile(`^https://`)},
	{"path of a user", regexp.MustCompile(`^/@[^/]+$`)},
	{"path below a user", regexp.MustCompile(`^/@[^/]+/[^/]+$`)},
	{"currency", regexp.MustCompile(`^[A-Z]{3}$`)},
	{"literal alt", regexp.MustCompile(`^alt$`)},
	{"amount in full", regexp.MustCompile(`^\d+\.\d\d$`)},
	{"amount as stored", regexp.MustCompile(`^\d+(\.\d+)?$`)},
	{"", regexp.MustCompile(`^$`)},
	{"text", regexp.MustCompile(`(?s).`)},
}

// asStored are amounts that are written in their shortest form, whatever that looks like.
var asStored = regexp.MustCompile(`goal\.value$`)

// freeText are keys of texts that people write.
var freeText = regexp.MustCompile(`\.(name|description|short_description|slug|username|donor_name|donor_comment|matched_by|channel|type|government_id|address_line[12]|city|region|country|postal_code|email|discord|facebook|instagram|snapchat|tiktok|twitch|twitter|website|youtube|status|supportable|supporting_type|usage_type|match_type|legal)$`)

// formsOf are the forms of all values of an answer by their path.
func formsOf(t *testing.T, body []byte) map[string][]string {
	t.Helper()
	var whole any
	if err := json.Unmarshal(body, &whole); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	found := map[string][]string{}
	var look func(path string, value any)
	look = func(path string, value any) {
		note := func(form string) {
			if !slices.Contains(found[path], form) {
				found[path] = append(found[path], form)
			}
		}
		switch value := value.(type) {
		case nil:
			note("null")
		case bool:
			note(map[bool]string{true: "true", false: "false"}[value])
		case float64:
			note("number")
		case string:
			note(formOf(path, value))
		case []any:
			note(map[bool]string{true: "list", false: "empty list"}[len(value) > 0])
			for _, one := range value {
				look(path+"[]", one)
			}
		case map[string]any:
			note("object")
			for key, one := range value {
				look(path+"."+key, one)
			}
		}
	}
	look("", whole)
	return found
}

func formOf(path, text string) string {
	if freeText.MatchString(path) {
		return "text"
	}
	for _, form := range forms {
		if !form.pattern.MatchString(text) {
			continue
		}
		if form.name == "amount in full" && asStored.MatchString(path) && !strings.HasSuffix(text, "0") {
			return "amount as stored"
		}
		return form.name
	}
	return "text"
}

func TestErrorsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for file, ask := range map[string]struct{ target, caller string }{
		"error_401.json": {"/api/public/campaigns/{campaign}", ""},
		"error_403.json": {"/api/public/campaigns/{campaign}", "none"},
		"error_404.json": {"/api/public/campaigns/00000000-0000-4000-8000-000000000000", "application"},
		"error_422.json": {"/api/public/campaigns/not-an-id", "application"},
	} {
		var want, got any
		content, err := os.ReadFile(filepath.Join("testdata", "real", file))
		w.Must(err)
		w.Must(json.Unmarshal(content, &want))
		answer := w.get(ask.target, ask.caller)
		w.Must(json.Unmarshal(answer.Body.Bytes(), &got))
		if wanted, _ := json.Marshal(want); string(wanted) != mustMarshal(t, got) {
			t.Errorf("%s: got %s, want %s", ask.target, answer.Body, wanted)
		}
	}
}

func mustMarshal(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
