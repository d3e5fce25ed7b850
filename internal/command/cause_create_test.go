package command_test

import (
	"strings"
	"testing"
)

func TestCausesAndCampaignsFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	made := h.object("cause", "create", "--name", "Clean Water", "--owner", "ada", "--currency", "EUR", "--legal-name", "Clean Water e.V.", "--government-id", "7")
	if made["slug"] != "clean-water" || made["approval"] != "pending" || made["legal_name"] != "Clean Water e.V." || made["government_id"] != "7" {
		t.Errorf("got %v, want a cause that waits for approval", made)
	}
	h.refused(1, "is not approved", "campaign", "create", "--user", "bo", "--cause", "clean-water", "--name", "Run")
	h.must("cause", "approve", "--cause", "clean-water", "--yes")
	campaign := h.object("campaign", "create", "--user", "bo", "--cause", "clean-water", "--name", "Run for Water", "--goal", "1500.00")
	if campaign["path"] != "/@bo/run-for-water" || campaign["status"] != "published" {
		t.Errorf("got %v, want a campaign on air", campaign)
	}
	for _, c := range []struct{ want, words string }{
		{"Run for Water is taken down.", "takedown --reason Fraud"},
		{"Run for Water is shown again, to those who could see it before.", "putback"},
	} {
		words := strings.Fields("fact " + c.words + " --fact @bo/run-for-water")
		if out := h.must(words...); out != c.want+"\n" {
			t.Errorf("%s: got %q, want %q", words, out, c.want)
		}
	}
	if out := h.must("campaign", "create", "--user", "bo", "--cause", "clean-water", "--name", "x", "--slug", "second", "--status", "unpublished"); !strings.HasSuffix(out, "\nslug: second\nstatus: unpublished\npath: /@bo/second\n") {
		t.Errorf("got %q, want a draft", out)
	}
	h.refused(1, "goal", "campaign", "create", "--user", "bo", "--cause", "clean-water", "--name", "x", "--goal", "much")
	h.refused(1, "There is no cause fire", "campaign", "create", "--user", "bo", "--cause", "fire", "--name", "x")
	h.refused(1, "There is no user dora", "cause", "create", "--owner", "dora", "--name", "x")
	h.refused(1, "currency", "cause", "create", "--owner", "ada", "--name", "x", "--currency", "QQA")
}

func TestShippingFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	h.must("cause", "create", "--name", "Water", "--owner", "ada")
	h.must("cause", "approve", "--cause", "water", "--yes")
	h.must("campaign", "create", "--user", "bo", "--cause", "water", "--name", "Run")
	for _, fact := range []string{"water", "@bo/run"} {
		for by, want := range map[string]bool{"streamers": true, "cause": false} {
			if got := h.object("cause", "shipping", "--fact", fact, "--by", by); got["streamers_ship"] != want || got["name"] == "" {
				t.Errorf("%s by %s: got %v, want %v", fact, by, got, want)
			}
		}
	}
	if out := h.must("cause", "shipping", "--fact", "water", "--by", "cause"); out != "Rewards of Water are fulfilled by the cause.\n" {
		t.Errorf("got %q", out)
	}
	h.refused(2, "by", "cause", "shipping", "--fact", "water", "--by", "me")
	h.refused(1, "There is no fact fire", "cause", "shipping", "--fact", "fire", "--by", "cause")
}

func TestCauseMembersFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	h.must("cause", "create", "--name", "Water", "--owner", "ada")
	h.refused(1, "last owner", "cause", "member", "remove", "--cause", "water", "--user", "ada")
	h.refused(1, "last owner", "cause", "member", "add", "--cause", "water", "--user", "ada", "--role", "finance")
	if out := h.must("cause", "member", "add", "--cause", "water", "--user", "bo"); out != "Bo is member of Water.\n" {
		t.Errorf("got %q, want a member", out)
	}
	if m := h.object("cause", "member", "add", "--cause", "water", "--user", "bo", "--role", "owner"); m["role"] != "owner" {
		t.Errorf("got %v, want an owner", m)
	}
	if m := h.object("cause", "member", "remove", "--cause", "water", "--user", "ada"); m["role"] != nil {
		t.Errorf("got %v, want no role any more", m)
	}
	if all := h.objects("cause", "member", "list", "--cause", "water"); len(all) != 1 || all[0]["role"] != "owner" {
		t.Errorf("got %v, want the owner who is left", all)
	}
	if out := h.must("cause", "member", "list", "--cause", "water"); !strings.HasSuffix(out, "\tbo\tbo@example.org\towner\n") {
		t.Errorf("got %q, want a line for the owner", out)
	}
	h.refused(1, "There is no cause fire", "cause", "member", "list", "--cause", "fire")
	h.refused(1, "Ada is no member of Water.", "cause", "member", "remove", "--cause", "water", "--user", "ada")
	h.refused(2, "--role", "cause", "member", "add", "--cause", "water", "--user", "ada", "--role", "boss")
	h.refused(1, "There is no user dora", "cause", "member", "add", "--cause", "water", "--user", "dora")
}
