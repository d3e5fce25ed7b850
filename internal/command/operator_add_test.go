package command_test

import (
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
	if got := h.object("operator", "add", "--email", "inga@example.org"); got["slug"] != "inga" || got["email"] != "inga@example.org" || got["operator"] != true {
		t.Errorf("got %v, want the user", got)
	}
	h.must("user", "create", "--username", "Ole", "--email", "ole@example.org")
	if all := h.objects("operator", "list"); len(all) != 1 || all[0]["slug"] != "inga" {
		t.Errorf("got operators %v, want inga alone", all)
	}
	if out := h.must("operator", "remove", "--email", "inga@example.org"); out != "Inga (inga@example.org) is not an operator.\n" {
		t.Errorf("got %q, want who is no operator", out)
	}
	if got := h.object("operator", "remove", "--email", "inga@example.org"); got["operator"] != false {
		t.Errorf("got %v, want no operator", got)
	}
	if out := h.must("operator", "list"); out != "" {
		t.Errorf("got %q, want no operator left", out)
	}
}
