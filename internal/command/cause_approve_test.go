package command_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTakeDownNamesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	for fact, want := range map[string]string{"run": "There is no fact run; name it by its UUID, @user/slug", "01a22274-6c6c-7640-a1be-4658fc73ce7d": "There is no fact 01a22274-6c6c-7640-a1be-4658fc73ce7d"} {
		if code, _, complaint := h.run("fact", "takedown", "--fact", fact); code != 1 || !strings.Contains(complaint, want) {
			t.Errorf("%s: got %d: %s, want 1 and %q", fact, code, complaint, want)
		}
	}
}

func TestApproveAndSuspendACause(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	if code, _, complaint := h.run("cause", "approve", "--cause", "nobody"); code != 1 || !strings.Contains(complaint, "There is no cause nobody.") {
		t.Errorf("a cause that is not there: got %d: %s, want 1 and why", code, complaint)
	}
	h.cause("harbor")
	for _, c := range []struct{ verb, want string }{{"suspend", "suspended"}, {"approve", "approved"}} {
		if out := h.must("cause", c.verb, "--cause", "harbor"); out != "Harbor is "+c.want+".\n" {
			t.Errorf("%s: got %q, want %s", c.verb, out, c.want)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(h.must("cause", c.verb, "--cause", "harbor", "--json")), &got); err != nil {
			t.Fatal(err)
		}
		if got["slug"] != "harbor" || got["approval"] != c.want || len(got) != 7 {
			t.Errorf("%s: got %v, want the cause as %s", c.verb, got, c.want)
		}
	}
}
