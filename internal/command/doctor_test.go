package command_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/testnode"
)

// TestTheDoctor examines a database beside a server that runs, and one with a provider event that nobody can apply.
func TestTheDoctor(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	settings := command.Serve{DB: db, Addr: "127.0.0.1:0", Sandbox: true}
	testnode.Start(t, settings)
	out, err := testnode.Do(t, command.Doctor{Serve: settings})
	for _, want := range []string{"ok       payments", "ok       damage", "warning  mail             No mail server is set", "\n                          Set --mail-server and --mail-from.\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("got\n%s\nwant %q", out, want)
		}
	}
	if err != nil {
		t.Errorf("got %v, want warnings alone to be no failure", err)
	}
	stuck, _ := withNotice(t)
	if _, err := testnode.Do(t, command.ApplyProviderEvents{Store: command.Store{DB: stuck}, All: true}); !errors.Is(err, command.ErrProviderEvents) {
		t.Fatal(err)
	}
	out, err = testnode.Do(t, command.Doctor{Serve: command.Serve{DB: stuck, Addr: "127.0.0.1:0"}, JSON: true})
	if !errors.Is(err, command.ErrProblems) {
		t.Errorf("got %v, want a failure", err)
	}
	seen := map[string]string{}
	for line := range strings.Lines(out) {
		var f struct{ Check, Level, Text, Fix string }
		if err := json.Unmarshal([]byte(line), &f); err != nil || f.Text == "" {
			t.Errorf("got %q, %v", line, err)
		}
		seen[f.Check] = f.Level
	}
	for _, check := range ops.Checks() {
		if seen[check] == "" {
			t.Errorf("got nothing about %s", check)
		}
	}
	if seen["provider_events"] != "problem" || seen["payments"] != "warning" {
		t.Errorf("got %v", seen)
	}
}
