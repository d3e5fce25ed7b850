package archtest_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/archtest"
)

// TestClientPullsInLittle compiles what strangers import: one module beside the standard library, and nothing of the server.
func TestClientPullsInLittle(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{$.ImportPath}}{{end}}", "./client")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var modules []string
	for line := range strings.Lines(string(out)) {
		module, imported, _ := strings.Cut(strings.TrimSpace(line), " ")
		if module == archtest.Module && imported != archtest.Module+"/client" {
			t.Errorf("got %s, want nothing of the server", imported)
		}
		modules = append(modules, module)
	}
	slices.Sort(modules)
	if got := slices.Compact(modules); !slices.Equal(got, []string{archtest.Module, "github.com/coder/websocket"}) {
		t.Errorf("got %s, want github.com/coder/websocket alone", got)
	}
}
