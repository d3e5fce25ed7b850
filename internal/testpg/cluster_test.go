package testpg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testpg"
)

// childEnv marks the child process of this test binary that only starts one database.
const childEnv = "ALMONER_TESTPG_CHILD"

// TestPrivateServer runs this binary again without EnvURL, so that the private server is tested even if the test run shares one, and checks
// that nothing is left afterward.
func TestPrivateServer(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves PostgreSQL out")
	}
	if os.Getenv(childEnv) != "" {
		t.Log("url", testpg.Start(t))
		return
	}
	t.Parallel()
	out, err := child(t)
	if err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	_, rest, found := strings.Cut(out, "host=")
	escaped, _, _ := strings.Cut(rest, "&")
	folder := strings.ReplaceAll(escaped, "%2F", "/")
	if !found || !strings.HasPrefix(folder, "/tmp/almoner-pg-") {
		t.Fatalf("got no socket folder in %q", out)
	}
	if left, err := filepath.Glob(folder + "*"); err != nil || len(left) != 0 {
		t.Errorf("got %v left behind, %v; want nothing", left, err)
	}
}

func child(t *testing.T) (output string, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestPrivateServer$", "-test.v")
	cmd.Env = append(os.Environ(), childEnv+"=1", testpg.EnvURL+"=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
