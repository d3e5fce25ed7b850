package command_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testnode"
)

// TestTheLogOfActsInTheTerminal lists what commands did, as lines and as JSON.
func TestTheLogOfActsInTheTerminal(t *testing.T) {
	t.Parallel()
	h := terminal{TB: t, db: string(testnode.Database(t))}
	h.must("migrate")
	h.must("user", "create", "--username", "Ada", "--email", "ada@example.org")
	h.must("operator", "add", "--email", "ada@example.org")
	if out := h.must("act", "list"); strings.Count(out, "\n") != 2 || !strings.Contains(out, " user.create system on ") || !strings.Contains(out, " operator.add system on ") {
		t.Errorf("got %q, want both acts", out)
	}
	if all := h.objects("act", "list", "--act", "operator.add"); len(all) != 1 || all[0]["role"] != "system" || all[0]["actor"] != nil || all[0]["number"] != 2.0 {
		t.Errorf("got %v, want one act", all)
	}
	if out := h.must("act", "list", "--user", "ada"); out != "" {
		t.Errorf("got %q, want nothing that ada did", out)
	}
	h.refused(1, "There is no act nothing", "act", "list", "--act", "nothing")
	h.refused(1, "no user", "act", "list", "--user", "nobody")
}
