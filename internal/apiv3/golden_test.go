package apiv3_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3/contract"
	"github.com/almoner/almoner/internal/testgolden"
)

// script is one read whose whole answer is pinned.
type script struct {
	// path is the row of the contract, target what is asked of the world.
	path, target string
	// token names the caller: "", "application", "ada", "bob", "cause".
	token string
	// name of the golden file; "" is made from path.
	name string
}

// scripts has at least one row for every GET row of the contract.
var scripts = []script{
	{path: "/campaigns/:id", target: "/campaigns/{campaign}", token: "application"},
	{path: "/campaigns/:id", target: "/campaigns/{teamCampaign}", token: "application", name: "campaign-of-a-team"},
	{path: "/campaigns/:id", target: "/campaigns/{empty}", token: "application", name: "campaign-empty"},
	{path: "/campaigns/:id", target: "/campaigns/{draft}", token: "ada", name: "campaign-unpublished-for-its-owner"},
	{path: "/campaigns/:id", target: "/campaigns/{retired}", token: "application", name: "campaign-retired"},
	{path: "/campaigns/:id/donations", target: "/campaigns/{campaign}/donations?count=25", token: "application"},
	{path: "/campaigns/:id/donations", target: "/campaigns/{empty}/donations", token: "application", name: "donations-none"},
	{path: "/campaigns/:id/rewards", target: "/campaigns/{campaign}/rewards", token: "application"},
	{path: "/campaigns/:id/polls", target: "/campaigns/{campaign}/polls", token: "application"},
	{path: "/campaigns/:id/polls", target: "/campaigns/{empty}/polls", token: "application", name: "polls-none"},
	{path: "/campaigns/:id/challenges", target: "/campaigns/{campaign}/challenges", token: "application"},
	{path: "/campaigns/:id/schedule", target: "/campaigns/{campaign}/schedule", token: "application"},
	{path: "/campaigns/:id/supporting-campaigns", target: "/campaigns/{teamCampaign}/supporting-campaigns", token: "application"},
	{path: "/campaigns/:id/supporting-campaigns", target: "/campaigns/{empty}/supporting-campaigns", token: "application", name: "supporting-campaigns-none"},
	{path: "/causes/:id", target: "/causes/{cause}", token: "application"},
	{path: "/causes/:id", target: "/causes/tiny", token: "application", name: "cause-with-nothing-set"},
	{path: "/causes/:id/campaigns", target: "/causes/{cause}/campaigns?count=2", token: "cause"},
	{path: "/causes/:id/fundraising-events", target: "/causes/{cause}/fundraising-events", token: "application"},
	{path: "/causes/:id/leaderboards", target: "/causes/{cause}/leaderboards", token: "application"},
	{path: "/causes/:id/permissions", target: "/causes/{cause}/permissions", token: "application"},
	{path: "/causes/:id/visibility-options", target: "/causes/{cause}/visibility-options", token: "application"},
	{path: "/causes/:id/visibility-options", target: "/causes/{tiny}/visibility-options", token: "application", name: "visibility-options-not-set"},
	{path: "/fundraising-events", target: "/fundraising-events", token: "application"},
	{path: "/fundraising-events/:id", target: "/fundraising-events/{event}", token: "application"},
	{path: "/fundraising-events/:id/campaigns", target: "/fundraising-events/{event}/campaigns", token: "cause"},
	{path: "/fundraising-events/:id/incentives", target: "/fundraising-events/{event}/incentives", token: "application"},
	{path: "/fundraising-events/:id/leaderboards", target: "/fundraising-events/{event}/leaderboards", token: "application"},
	{path: "/fundraising-events/:id/registrations", target: "/fundraising-events/{event}/registrations", token: "bob"},
	{path: "/fundraising-events/:id/registration-fields", target: "/fundraising-events/{event}/registration-fields", token: "application"},
	{path: "/fundraising-events/:id/schedule", target: "/fundraising-events/{event}/schedule", token: "application"},
	{path: "/fundraising-events/:id/visibility-options", target: "/fundraising-events/{event}/visibility-options", token: "application"},
	{path: "/teams", target: "/teams", token: "application"},
	{path: "/teams/:id", target: "/teams/{team}", token: "application"},
	{path: "/teams/:id", target: "/teams/gone", token: "application", name: "team-disbanded"},
	{path: "/teams/:id/campaigns", target: "/teams/night-owls/campaigns", token: "application"},
	{path: "/teams/:id/campaigns/:id", target: "/teams/night-owls/campaigns/all-night", token: "application"},
	{path: "/user", target: "/user", token: "ada"},
	{path: "/users/:id", target: "/users/ada"},
	{path: "/users/:id", target: "/users/{cleo}", name: "user-with-nothing-set"},
	{path: "/users/:id/campaigns", target: "/users/ada/campaigns"},
	{path: "/users/:id/campaigns", target: "/users/ada/campaigns?count=1", name: "user-campaigns-paged"},
	{path: "/users/:id/campaigns/:id", target: "/users/ada/campaigns/speedrun"},
	{path: "/users/:id/owned-teams", target: "/users/ada/owned-teams", token: "application"},
	{path: "/users/:id/teams", target: "/users/bob/teams", token: "application"},
	{path: "/challenges", target: "/challenges", token: "application"},
	{path: "/challenges/:id", target: "/challenges/1", token: "application"},
	{path: "/polls", target: "/polls", token: "application"},
	{path: "/polls/:id", target: "/polls/1", token: "application"},
	{path: "/rewards", target: "/rewards", token: "application"},
	{path: "/rewards/:id", target: "/rewards/1", token: "application"},
	{path: "/campaigns", target: "/campaigns", token: "application"},
	{path: "/causes", target: "/causes", token: "application"},
	{path: "/causes/:id/contact", target: "/causes/{cause}/contact", token: "cause"},
	{path: "/causes/:id/donations", target: "/causes/{cause}/donations?count=3", token: "cause"},
	{path: "/fundraising-events/:id/donations", target: "/fundraising-events/{event}/donations?count=3", token: "bob"},
	{path: "/users", target: "/users", token: "ada"},
	{path: "/campaigns/:id/milestones", target: "/campaigns/{campaign}/milestones", token: "application"},
	{path: "/campaign/:id/donations", target: "/campaign/{campaign}/donations?count=1", token: "application"},
}

func (s script) file() string {
	name := s.name
	if name == "" {
		name = strings.ReplaceAll(strings.Trim(strings.ReplaceAll(s.path, ":", ""), "/"), "/", "_")
	}
	return filepath.Join("testdata", "golden", name+".txt")
}

func (w *world) token(name string) string {
	return map[string]string{
		"application": w.appToken, "ada": w.adaToken, "bob": w.bobToken, "cleo": w.cleoToken, "cause": w.causeToken,
		"tiny": w.tinyToken, "revoked": w.revokedToken, "unknown": strings.Repeat("0", 64),
	}[name]
}

func TestAnswersAreAsPinned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, s := range scripts {
		answer := w.call("GET", w.path(s.target), w.token(s.token), "")
		var body bytes.Buffer
		fmt.Fprintf(&body, "GET /api/v3%s (%s)\n%d\n", w.path(s.target), s.token, answer.Code)
		if err := json.Indent(&body, answer.Body.Bytes(), "", "  "); err != nil {
			t.Errorf("%s: got %q, want JSON", s.target, answer.Body)
			continue
		}
		body.WriteByte('\n')
		testgolden.Compare(t, s.file(), body.Bytes())
	}
}

func TestAnswersKeepTheContract(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := map[string]contract.Endpoint{}
	for _, e := range contract.Endpoints() {
		if e.Method == "GET" {
			rows[e.Path] = e
		}
	}
	seen := map[string]bool{}
	for _, s := range scripts {
		e, ok := rows[s.path]
		if !ok {
			t.Errorf("%s: there is no such row in the contract", s.path)
		}
		seen[s.path] = true
		checkEnvelope(t, w, s, e)
	}
	for path := range rows {
		if !seen[path] {
			t.Errorf("%s: got no script, want one for every row", path)
		}
	}
}

func checkEnvelope(t *testing.T, w *world, s script, e contract.Endpoint) {
	t.Helper()
	answer := w.call("GET", w.path(s.target), w.token(s.token), "")
	var body map[string]any
	d := json.NewDecoder(answer.Body)
	d.UseNumber()
	if err := d.Decode(&body); err != nil || answer.Code != 200 {
		t.Errorf("%s: got %d and %v, want 200 and JSON", s.target, answer.Code, err)
		return
	}
	_, isList := body["data"].([]any)
	if isList != (e.Response == "list") {
		t.Errorf("%s: got data %T, want a %s", s.target, body["data"], e.Response)
	}
	if e.Item != "unknown" {
		for _, wrong := range contract.Check(e.Item, body["data"]) {
			t.Errorf("%s: %s", s.target, wrong)
		}
	}
	item := map[int]string{3: "Links", 5: "Links5"}[len(e.Links)]
	if links, there := body["links"]; there && item != "" {
		for _, wrong := range contract.Check(item, links) {
			t.Errorf("%s: links%s", s.target, wrong)
		}
	} else if there != e.Paginated && s.path != "/users/:id/campaigns" && s.path != "/campaign/:id/donations" {
		t.Errorf("%s: got links %t, want %t", s.target, there, e.Paginated)
	}
}

// TestEveryKnownKeyIsThere looks for each key that documents or real answers show, in all
// answers of its shape together: a reference that is left out of one is there in another.
func TestEveryKnownKeyIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	items := map[string]string{}
	for _, e := range contract.Endpoints() {
		items[e.Path] = e.Item
	}
	seen := keysSeen{}
	for _, s := range scripts {
		var body struct {
			Data any `json:"data"`
		}
		w.Must(json.Unmarshal(w.call("GET", w.path(s.target), w.token(s.token), "").Body.Bytes(), &body))
		all, isList := body.Data.([]any)
		if !isList {
			all = []any{body.Data}
		}
		for _, one := range all {
			seen.note(items[s.path], one)
		}
	}
	seen.wantAll(t)
}

// keysSeen are the keys that were in any answer, by the name of their schema.
type keysSeen map[string]map[string]bool

// note takes the keys of an item, and those of the objects in it that have a schema.
func (seen keysSeen) note(item string, value any) {
	object, ok := value.(map[string]any)
	if !ok {
		return
	}
	if seen[item] == nil {
		seen[item] = map[string]bool{}
	}
	inner := map[string]string{
		"CampaignFull.user": "CampaignUser", "CampaignFull.team": "CampaignTeam", "CampaignFull.livestream": "Livestream",
		"CampaignFull.avatar": "Image", "Cause.settings": "CauseSettings", "Cause.address": "CauseAddress", "Cause.social": "CauseSocial",
		"FundraisingEvent.settings": "FundraisingEventSettings", "FundraisingEvent.parent": "FundraisingEventParent",
		"User.social": "UserSocial", "Reward.custom": "RewardCustom",
	}
	for key, one := range object {
		seen[item][key] = true
		if name := inner[item+"."+key]; name != "" {
			seen.note(name, one)
		}
	}
}

func (seen keysSeen) wantAll(t *testing.T) {
	t.Helper()
	for item, keys := range seen {
		for _, key := range contract.Keys(item) {
			if !keys[key] {
				t.Errorf("%s: got no answer with the key %s, want one", item, key)
			}
		}
	}
}
