package command_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestMigratePlans says what would be done, makes no file, and changes nothing.
func TestMigratePlans(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	plan := command.Migrate{Store: command.Store{DB: db}, Plan: true}
	if _, err := testnode.Do(t, plan); err == nil {
		t.Error("got a plan of a file that is not there")
	}
	path, _ := db.File()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want no file", err)
	}
	must.Get(testnode.Do(t, command.Migrate{Store: command.Store{DB: db}}))(t)
	if out := must.Get(testnode.Do(t, plan))(t); !strings.HasPrefix(out, "The schema is at version ") || !strings.HasSuffix(out, " already.\n") {
		t.Errorf("got %q", out)
	}
	plan.JSON = true
	if out := must.Get(testnode.Do(t, plan))(t); !strings.Contains(out, `"migrations":[],"adds_only":true}`) {
		t.Errorf("got %q", out)
	}
	plan.Plan = false
	if err := plan.Validate(); err == nil {
		t.Error("got no refusal of --json without --plan")
	}
}
