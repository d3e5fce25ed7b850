package command_test

import (
	"encoding/json"
	"strings"
	"testing"
)

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
