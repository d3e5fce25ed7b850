package command_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
)

func TestAddOperator(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "almoner.db")
	run := func(args ...string) (code int, out, complaint string) {
		var stdout, stderr bytes.Buffer
		code = command.Run(append(args, "--db", db), command.Terminal{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
		return code, stdout.String(), stderr.String()
	}
	must := func(args ...string) string {
		t.Helper()
		code, out, complaint := run(args...)
		if code != 0 {
			t.Fatalf("%s: got %d: %s", args, code, complaint)
		}
		return out
	}
	must("migrate")
	must("user", "create", "--username", "Inga", "--email", "inga@example.org")
	if code, _, complaint := run("operator", "add", "--email", "nobody@example.org"); code != 1 ||
		!strings.Contains(complaint, "There is no user with the e-mail address nobody@example.org") {
		t.Errorf("somebody unknown: got %d: %s, want 1 and why", code, complaint)
	}
	if out := must("operator", "add", "--email", " Inga@Example.org"); out != "Inga (inga@example.org) is an operator.\n" {
		t.Errorf("got %q, want who is an operator", out)
	}
	// A second time changes nothing.
	var got map[string]any
	if err := json.Unmarshal([]byte(must("operator", "add", "--email", "inga@example.org", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if got["slug"] != "inga" || got["email"] != "inga@example.org" || got["legacy_id"] != 1.0 || len(got) != 4 {
		t.Errorf("got %v, want the user", got)
	}
}
