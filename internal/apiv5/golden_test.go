package apiv5_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/testgolden"
)

// script is one read whose whole answer is pinned.
type script struct {
	// pattern is the row, target what is asked of the world, caller who asks.
	pattern, target, caller string
	// name of the golden file.
	name string
}

// wildcards are what stands at the wildcards of rows in the world.
var wildcards = strings.NewReplacer(
	"{campaign_id}", "{campaign}", "{team_campaign_id}", "{teamCampaign}", "{personal_campaign_id}", "{personal}",
	"{fact_id}", "{campaign}", "{fundraising_event_id}", "{event}", "{cause_id}", "{cause}", "{auction_house_id}", "{house}",
	"{auction_item_id}", "{item}", "{user_id}", "{ada}", "{team_id}", "{team}", "{user_slug}/{campaign_slug}", "ada/speedrun",
	"{team_slug}/{team_campaign_slug}", "night-owls/all-night", "{slug}/{fact_slug}", "ada/speedrun",
	"{user_slug}/{auction_house_slug}", "ada/attic", "{cause_slug}/{auction_house_slug}", "game-aid/gala",
)

// partAtEnd is the wildcard of one part of a fact, below the list of all: polls/{poll_id}.
var partAtEnd = regexp.MustCompile(`/(\w+)s/\{(\w+)_id\}$`)

// partOf puts a part of the fact at a pattern's wildcard for one; the world names it after its kind and its fact:
// {Poll}, {teamPoll}.
func partOf(pattern string) string {
	at := partAtEnd.FindStringSubmatch(pattern)
	if at == nil || at[1] != at[2] {
		return pattern
	}
	kind := strings.ToUpper(at[1][:1]) + at[1][1:]
	switch {
	case strings.Contains(pattern, "/personal-campaigns/"):
		kind = "personal" + kind
	case strings.Contains(pattern, "/team_campaigns/"):
		kind = "team" + kind
	}
	return strings.TrimSuffix(pattern, "{"+at[2]+"_id}") + "{" + kind + "}"
}

// targetOf is what a row is asked for in the world.
func targetOf(pattern string) string {
	target := partOf(wildcards.Replace(pattern))
	slug := "ada"
	if strings.Contains(pattern, "/teams/") {
		slug = "night-owls"
	}
	target = strings.ReplaceAll(target, "{slug}", slug)
	switch {
	case strings.Contains(pattern, "/facts/") && strings.HasSuffix(pattern, "/contributions"):
		target = strings.ReplaceAll(target, "{campaign}", "{personal}")
	case strings.HasSuffix(pattern, "/facts/{fact_id}/supporting_facts"):
		target = strings.ReplaceAll(target, "{campaign}", "{teamCampaign}")
	case strings.Contains(pattern, "fitness") && !strings.Contains(pattern, "goals"), strings.Contains(pattern, "/facts/{fact_id}/team"):
		target = strings.ReplaceAll(target, "{campaign}", "{event}")
	}
	return target
}

// callerOf may read the row.
func callerOf(pattern string) string {
	switch {
	case strings.HasPrefix(pattern, "/api/cause"), strings.HasSuffix(pattern, "/fundraising_events/{fundraising_event_id}/donations"):
		return "cause"
	case strings.HasSuffix(pattern, "/current-user"):
		return "ada"
	default:
		return "application"
	}
}

// scripts have one for every row of reads, and the special cases.
func scripts() []script {
	var all []script
	for _, row := range apiv5.Reads() {
		name := strings.NewReplacer("/api/", "", "/", ".", "{", "", "}", "").Replace(row.Pattern)
		all = append(all, script{row.Pattern, targetOf(row.Pattern), callerOf(row.Pattern), name})
	}
	const at = "/api/public"
	for _, s := range []script{
		{"/campaigns/{campaign_id}", "/campaigns/{campaign#}", "application", "by-legacy-id"},
		{"/campaigns/{campaign_id}", "/campaigns/{empty}", "application", "in-yen"},
		{"/campaigns/{campaign_id}", "/campaigns/{draft}", "ada", "unpublished-for-its-owner"},
		{"/campaigns/{campaign_id}", "/campaigns/{retired}", "application", "retired"},
		{"/campaigns/{campaign_id}/donations", "/campaigns/{empty}/donations", "application", "none"},
		{"/campaigns/{campaign_id}/donations", "/campaigns/{campaign}/donations?limit=100", "application", "all"},
		{"/campaigns/{campaign_id}/polls", "/campaigns/{empty}/polls", "application", "none"},
		{"/campaigns/{campaign_id}/targets", "/campaigns/{empty}/targets", "application", "none"},
		{"/campaigns/{campaign_id}/milestones", "/campaigns/{campaign}/milestones?include_disabled=true", "application", "with-disabled"},
		{"/team_campaigns/{team_campaign_id}/donations", "/team_campaigns/{teamCampaign#}/donations", "application", "by-legacy-id"},
		{"/team_campaigns/{team_campaign_id}/donation_matches", "/team_campaigns/{teamCampaign}/donation_matches?status=completed", "application", "completed"},
		{"/causes/{cause_id}", "/causes/{tiny}", "application", "nothing-set"},
		{"/users/{user_id}", "/users/{cleo}", "application", "nothing-set"},
		{"/users/{user_id}/teams", "/users/{cleo}/teams", "application", "none"},
		{"/current-user", "/current-user", "application", "application-token"},
		{"/facts/{fact_id}", "/facts/{event}", "application", "event"},
		{"/facts/{fact_id}", "/facts/{cause}", "application", "cause"},
		{"/facts/{fact_id}", "/facts/{house}", "application", "auction-house"},
		{"/facts/{fact_id}", "/facts/{teamCampaign}", "application", "team-campaign"},
	} {
		name := strings.NewReplacer("/api/", "", "/", ".", "{", "", "}", "").Replace(at + s.pattern)
		all = append(all, script{at + s.pattern, at + s.target, s.caller, name + "." + s.name})
	}
	return all
}

// secrets are what comes of the keys of an installation: cursors, and the ids of donors, who have
// no page, no picture and no address.
var secrets = map[*regexp.Regexp]string{
	regexp.MustCompile(`"(after|before)": "[^"]*"`):                         `"$1": "(a cursor)"`,
	regexp.MustCompile(`"id": "[^"]*"(,\s+"name": "[^"]*",\s+"url": null)`): `"id": "(a donor)"$1`,
}

func TestAnswersAreAsPinned(t *testing.T) {
	t.Parallel()
	w, f := newWorld(t), loadFacts(t)
	for _, s := range scripts() {
		answer := w.get(s.target, s.caller)
		f.check(t, apiv5.Row{Method: "GET", Pattern: s.pattern}, s.target, answer)
		var body bytes.Buffer
		fmt.Fprintf(&body, "GET %s (%s)\n%d\n", s.target, s.caller, answer.Code)
		if err := json.Indent(&body, answer.Body.Bytes(), "", "  "); err != nil || answer.Code != 200 {
			t.Errorf("%s: got %d %q, want 200 and JSON", s.target, answer.Code, answer.Body)
			continue
		}
		body.WriteByte('\n')
		for masked, with := range secrets {
			body = *bytes.NewBuffer(masked.ReplaceAll(body.Bytes(), []byte(with)))
		}
		testgolden.Compare(t, filepath.Join("testdata", "golden", s.name+".txt"), body.Bytes())
	}
}
