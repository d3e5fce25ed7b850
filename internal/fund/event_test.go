package fund_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestTopics pins what every topic means to readers of the log. The stored text of a topic never changes, because databases hold it.
func TestTopics(t *testing.T) {
	t.Parallel()
	want := map[fund.Topic]string{
		"donation.completed":      "public donation scores donations",
		"donation.ended":          "inner donation donations",
		"donation.refunded":       "public donation scores donations",
		"donation.disputed":       "public donation scores donations",
		"donation.restored":       "public donation scores donations",
		"donation.screened":       "public donation scores donations",
		"donation.changed":        "inner donation donations",
		"donation.read":           "inner donation donations",
		"fact.created":            "public fact forms",
		"fact.changed":            "public fact forms",
		"fact.published":          "public fact forms",
		"fact.unpublished":        "public fact forms",
		"fact.retired":            "public fact forms",
		"fact.removed":            "public fact forms",
		"fact.decided":            "public fact forms",
		"fact.goal_reached":       "public fact donations",
		"fact.live_started":       "public fact",
		"fact.live_ended":         "public fact",
		"fact.left":               "inner fact moves forms",
		"fact.joined":             "inner fact moves forms",
		"owners.left":             "inner fact moves forms",
		"owners.joined":           "inner fact moves forms",
		"cause.decided":           "public fact forms everything",
		"poll.created":            "public poll forms",
		"poll.changed":            "public poll forms",
		"poll.closed":             "public poll forms",
		"poll.removed":            "public poll forms",
		"poll_option.created":     "public poll_option forms",
		"poll_option.changed":     "public poll_option forms",
		"target.created":          "public target forms",
		"target.changed":          "public target forms",
		"target.met":              "public target donations",
		"target.ended":            "public target forms",
		"target.removed":          "public target forms",
		"reward.created":          "public reward forms",
		"reward.changed":          "public reward forms",
		"reward.ended":            "public reward forms",
		"reward.removed":          "public reward forms",
		"stock.changed":           "public reward donations",
		"reward.sold_out":         "public reward donations",
		"reward.restocked":        "public reward donations",
		"counter.created":         "public counter",
		"counter.changed":         "public counter",
		"counter.progressed":      "public counter donations",
		"counter.removed":         "public counter",
		"timer.created":           "public timer",
		"timer.changed":           "public timer",
		"timer.progressed":        "public timer donations",
		"timer.ended":             "public timer",
		"timer.removed":           "public timer",
		"milestone.created":       "public milestone forms",
		"milestone.changed":       "public milestone forms",
		"milestone.reached":       "public milestone donations",
		"milestone.next":          "public milestone donations",
		"milestone.removed":       "public milestone forms",
		"schedule_item.created":   "public schedule_item forms",
		"schedule_item.changed":   "public schedule_item forms",
		"schedule_item.removed":   "public schedule_item forms",
		"match.opened":            "public match forms",
		"match.changed":           "public match forms",
		"match.progressed":        "public match donations",
		"match.completed":         "public match forms",
		"auction_item.created":    "public auction_item forms",
		"auction_item.changed":    "public auction_item forms",
		"auction_item.completed":  "public auction_item forms",
		"bid.placed":              "public bid forms",
		"bid.changed":             "public bid forms",
		"bid.removed":             "public bid forms",
		"event_incentive.created": "public event_incentive forms",
		"fitness_goal.created":    "public fitness_goal forms",
		"fitness.recorded":        "public fitness_activity scores forms",
		"registration.created":    "inner registration forms",
		"registration.changed":    "inner registration forms",
		"registration.removed":    "inner registration forms",
		"user.changed":            "forms users",
		"team.changed":            "forms",
		"session.ended":           "",
		"token.revoked":           "tokens",
		"grant.changed":           "",
		"overlay.changed":         "",
		"stage.changed":           "",
		"application.changed":     "applications",
		"webhook.changed":         "",
		"setting.changed":         "forms settings everything",
		"donations.reset":         "forms settings everything",
	}
	for _, topic := range fund.Topics() {
		effects, known := want[topic]
		if !known {
			t.Errorf("got topic %s, want it in this table", topic)
		}
		if got := meaningOf(topic); got != effects {
			t.Errorf("%s: got %q, want %q", topic, got, effects)
		}
		delete(want, topic)
	}
	for topic := range want {
		t.Errorf("got no topic %s in Topics", topic)
	}
	if got := meaningOf("from.a.newer.version"); got != "forms" {
		t.Errorf("got %q for an unknown topic, want forms: forgetting too much is safe", got)
	}
}

func meaningOf(topic fund.Topic) string {
	var all []string
	switch {
	case topic.Public():
		all = append(all, "public", string(topic.Object()))
	case topic.Object() != "":
		all = append(all, "inner", string(topic.Object()))
	}
	for _, one := range []struct {
		name string
		has  bool
	}{
		{"scores", topic.ChangesScores()}, {"moves", topic.MovesScores()},
		{"forms", topic.ChangesDonateForms()}, {"tokens", topic.RevokesToken()},
		{"users", topic.ChangesUser()}, {"applications", topic.ChangesApplication()},
		{"settings", topic.ChangesSettings()}, {"everything", topic.ChangesEverything()},
		{"donations", slices.Contains(fund.DonationTopics(), topic)},
	} {
		if one.has {
			all = append(all, one.name)
		}
	}
	return strings.Join(all, " ")
}

// TestTopicsListsEveryConstant reads the source to find a declared topic that is not listed.
func TestTopicsListsEveryConstant(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "topic.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, topic := range fund.Topics() {
		listed[string(topic)] = true
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		value, is := n.(*ast.ValueSpec)
		if !is || !strings.HasPrefix(value.Names[0].Name, "Topic") {
			return true
		}
		declared++
		text, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
		if err != nil || !listed[text] {
			t.Errorf("got %s = %s not in Topics, want every topic listed (%v)", value.Names[0].Name, text, err)
		}
		return true
	})
	if declared != len(listed) {
		t.Errorf("got %d constants and %d topics, want as many", declared, len(listed))
	}
}
