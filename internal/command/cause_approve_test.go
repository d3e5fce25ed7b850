package command_test

import (
	"strings"
	"testing"
)

func TestTakeDownNamesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	for fact, want := range map[string]string{"run": "There is no fact run; name it by its UUID, @user/slug", "01a22274-6c6c-7640-a1be-4658fc73ce7d": "There is no fact 01a22274-6c6c-7640-a1be-4658fc73ce7d"} {
		if code, _, complaint := h.run("fact", "takedown", "--fact", fact, "--reason", "Fraud"); code != 1 || !strings.Contains(complaint, want) {
			t.Errorf("%s: got %d: %s, want 1 and %q", fact, code, complaint, want)
		}
	}
}

func TestApproveAndSuspendACause(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	if code, _, complaint := h.run("cause", "approve", "--cause", "nobody"); code != 1 || !strings.Contains(complaint, "There is no cause nobody") {
		t.Errorf("a cause that is not there: got %d: %s, want 1 and why", code, complaint)
	}
	h.cause("harbor")
	for _, c := range []struct {
		want  string
		words []string
	}{
		{"suspended", []string{"suspend", "--cause", "harbor", "--reason", "Not registered"}},
		{"approved", []string{"approve", "--cause", "harbor", "--yes"}},
	} {
		if out := h.must(append([]string{"cause"}, c.words...)...); out != "Harbor is "+c.want+".\n" {
			t.Errorf("got %q, want it %s", out, c.want)
		}
		got := h.object(append(append([]string{"cause"}, c.words...), "--json")...)
		if got["slug"] != "harbor" || got["approval"] != c.want || len(got) != 12 || (got["suspension"] == "Not registered") != (c.want == "suspended") {
			t.Errorf("got %v, want the cause as %s", got, c.want)
		}
	}
}

// TestWhatIsApprovedIsShown approves by a version, by an answer, and neither.
func TestWhatIsApprovedIsShown(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	h.must("user", "create", "--username", "Ada", "--email", "ada@example.org")
	h.must("cause", "create", "--name", "Well", "--legal-name", "Well Inc.", "--government-id", "7", "--owner", "ada")
	listed := h.object("cause", "list", "--approval", "pending", "--json")
	version, _ := listed["version"].(string)
	if listed["legal_name"] != "Well Inc." || listed["proposed"] != nil || version == "" {
		t.Errorf("got %v, want what is to be looked at", listed)
	}
	if got, want := h.must("cause", "list"), "well: Well, pending, version "+version+"\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := h.must("cause", "list", "--approval", "approved"); got != "" {
		t.Errorf("got %q, want no approved cause", got)
	}
	if code, _, complaint := h.run("cause", "approve", "--cause", "well", "--version", "other"); code != 1 || !strings.Contains(complaint, "has changed since you looked at it") {
		t.Errorf("another version: got %d %s, want 1 and why", code, complaint)
	}
	for _, answer := range []string{"", "no\n", "y\n"} {
		h.in = answer
		code, _, shown := h.run("cause", "approve", "--cause", "well")
		if code != 1 || !strings.Contains(shown, "legal name: Well Inc.\ntax number: 7\nreceipts: plain\nversion: "+version) || !strings.Contains(shown, "Nothing was changed") {
			t.Errorf("%q: got %d %s, want it shown and not approved", answer, code, shown)
		}
	}
	h.in = "yes\n"
	if got := h.must("cause", "approve", "--cause", "well"); got != "Well is approved.\n" {
		t.Errorf("got %q, want it approved", got)
	}
	if got := h.must("cause", "approve", "--cause", "well", "--version", version); got != "Well is approved.\n" {
		t.Errorf("got %q, want it approved still", got)
	}
	// Another one whose name reads the same is named.
	h.must("cause", "create", "--name", "WEII", "--slug", "other-well", "--owner", "ada")
	h.must("cause", "create", "--name", "Pond", "--owner", "ada")
	for slug, want := range map[string]bool{"other-well": true, "pond": false} {
		h.in = ""
		_, _, shown := h.run("cause", "approve", "--cause", slug)
		if got := strings.Contains(shown, `note: the cause well is called "Well" (approved)`); got != want {
			t.Errorf("%s: got %s, want the other one named: %t", slug, shown, want)
		}
	}
}
