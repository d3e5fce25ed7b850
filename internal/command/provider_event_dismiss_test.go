package command_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/testnode"
)

func TestDismissAProviderEvent(t *testing.T) {
	t.Parallel()
	db, n := withNotice(t)
	h := terminal{TB: t, db: string(db)}
	if open := h.objects("provider-event", "list"); len(open) != 1 || open[0]["id"] != n.ID.String() || open[0]["payment"] != "nowhere" {
		t.Errorf("got %v, want the event", open)
	}
	if code, out, _ := h.run("provider-event", "apply", "--all", "--json"); code != 1 || !strings.Contains(out, `"applied":false,"problem":"No donation is known`) {
		t.Errorf("got %d, %s, want 1 and why", code, out)
	}
	if _, err := testnode.Do(t, command.Audit{DB: db}); err == nil {
		t.Error("got a clean audit, want the event named")
	}
	h.refused(1, "reason cannot be blank", "provider-event", "dismiss", "--id", n.ID.String(), "--reason", " \n")
	h.refused(1, "reason is too long", "provider-event", "dismiss", "--id", n.ID.String(), "--reason", strings.Repeat("é", 501))
	h.refused(2, "--reason", "provider-event", "dismiss", "--id", n.ID.String())
	h.refused(2, "--id must be", "provider-event", "dismiss", "--id", "x", "--reason", "x")
	h.refused(1, "There is no provider event", "provider-event", "dismiss", "--id", "0192f0a4-7c1e-7000-8000-000000000000", "--reason", "x")
	if out := h.must("provider-event", "dismiss", "--id", n.ID.String(), "--reason", strings.Repeat("é", 500)); out != n.ID.String()+" dismissed\n" {
		t.Errorf("got %q, want it dismissed", out)
	}
	h.refused(1, "was applied or dismissed already", "provider-event", "dismiss", "--id", n.ID.String(), "--reason", "again")
	if out, err := testnode.Do(t, command.Audit{DB: db}); err != nil {
		t.Errorf("got %v, want a clean audit:\n%s", err, out)
	}
	if out := h.must("provider-event", "list"); out != "" {
		t.Errorf("got %q, want no open event", out)
	}
	if kept := h.objects("provider-event", "list", "--dismissed"); len(kept) != 1 || kept[0]["dismissal"] != strings.Repeat("é", 500) {
		t.Errorf("got %v, want the event with its reason", kept)
	}
	if out := h.must("provider-event", "list", "--dismissed"); !strings.Contains(out, ", dismissed: éé") {
		t.Errorf("got %q, want the reason", out)
	}
}

// TestOldNamesOfCommands holds for one release, outside of the help.
func TestOldNamesOfCommands(t *testing.T) {
	t.Parallel()
	db, n := withNotice(t)
	h := terminal{TB: t, db: string(db)}
	h.must("user", "create", "--username", "Ada", "--email", "ada@example.org")
	for old, now := range map[string]string{
		"notices list": "provider-event list", "receipts list": "receipt list", "user session end --user ada": "user sessions end --user ada",
	} {
		if got, want := h.must(strings.Fields(old)...), h.must(strings.Fields(now)...); got != want {
			t.Errorf("%s: got %q, want %q as from %s", old, got, want, now)
		}
	}
	if code, out, _ := h.run("notices", "apply", "--id", n.ID.String()); code != 1 || !strings.Contains(out, " not applied: ") {
		t.Errorf("got %d, %q, want why it is not applied", code, out)
	}
	if code, _, complaint := h.run("receipts", "send", "--donation", n.ID.String()); code != 1 || !strings.Contains(complaint, "There is no receipt") {
		t.Errorf("got %d, %q, want that there is no receipt", code, complaint)
	}
}
