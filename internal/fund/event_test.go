package fund_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestTopics pins what every topic means to readers of the log. The stored text of a topic never changes, because databases hold it.
func TestTopics(t *testing.T) {
	t.Parallel()
	want := map[fund.Topic]string{
		"donation.completed": "scores", "donation.refunded": "scores", "donation.disputed": "scores",
		"donation.restored": "scores", "donation.screened": "scores", "donation.ended": "",
		"fact.changed": "forms", "match.changed": "forms", "auction.changed": "forms", "incentive.changed": "forms",
		"user.changed": "forms users", "team.changed": "forms", "fitness.recorded": "scores forms",
		"fact.left": "moves forms", "fact.joined": "moves forms", "owners.left": "moves forms", "owners.joined": "moves forms",
		"webhook.changed": "", "session.ended": "", "stock.changed": "", "token.revoked": "tokens", "cause.decided": "forms everything",
		"application.changed": "applications",
		"setting.changed":     "forms settings everything", "donations.reset": "forms settings everything",
	}
	for _, topic := range fund.Topics() {
		effects, known := want[topic]
		if !known {
			t.Errorf("got topic %s, want it in this table", topic)
		}
		if got := effectsOf(topic); got != effects {
			t.Errorf("%s: got %q, want %q", topic, got, effects)
		}
		delete(want, topic)
	}
	for topic := range want {
		t.Errorf("got no topic %s in Topics", topic)
	}
	if got := effectsOf("from.a.newer.version"); got != "forms" {
		t.Errorf("got %q for an unknown topic, want forms: forgetting too much is safe", got)
	}
}

func effectsOf(topic fund.Topic) string {
	var all []string
	for _, one := range []struct {
		name string
		has  bool
	}{
		{"scores", topic.ChangesScores()}, {"moves", topic.MovesScores()},
		{"forms", topic.ChangesDonateForms()}, {"tokens", topic.RevokesToken()},
		{"users", topic.ChangesUser()}, {"applications", topic.ChangesApplication()},
		{"settings", topic.ChangesSettings()}, {"everything", topic.ChangesEverything()},
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
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
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
