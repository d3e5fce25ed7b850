package command_test

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAddOperator(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	h.must("user", "create", "--username", "Inga", "--email", "inga@example.org")
	if code, _, complaint := h.run("operator", "add", "--email", "nobody@example.org"); code != 1 ||
		!strings.Contains(complaint, "There is no user with the e-mail address nobody@example.org") {
		t.Errorf("somebody unknown: got %d: %s, want 1 and why", code, complaint)
	}
	if out := h.must("operator", "add", "--email", " Inga@Example.org"); out != "Inga (inga@example.org) is an operator.\n" {
		t.Errorf("got %q, want who is an operator", out)
	}
	// A second time changes nothing.
	var got map[string]any
	if err := json.Unmarshal([]byte(h.must("operator", "add", "--email", "inga@example.org", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if got["slug"] != "inga" || got["email"] != "inga@example.org" || got["legacy_id"] != 1.0 || len(got) != 4 {
		t.Errorf("got %v, want the user", got)
	}
}
