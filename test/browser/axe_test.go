package browser_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var axe struct {
	once   sync.Once
	script string
	err    error
}

// checker is the script of axe-core, a published checker for accessibility, in the version of
// axe/package-lock.json.
func checker(t *testing.T) string {
	t.Helper()
	axe.once.Do(func() {
		folder := t.TempDir()
		for _, name := range []string{"package.json", "package-lock.json"} {
			var text []byte
			if text, axe.err = os.ReadFile(filepath.Join("axe", name)); axe.err != nil {
				return
			}
			if axe.err = os.WriteFile(filepath.Join(folder, name), text, 0o600); axe.err != nil {
				return
			}
		}
		install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
		install.Dir = folder
		if out, err := install.CombinedOutput(); err != nil {
			t.Logf("npm ci: %s", out)
			axe.err = err
			return
		}
		var text []byte
		text, axe.err = os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
		axe.script = string(text)
	})
	if axe.err != nil {
		t.Fatal(axe.err)
	}
	return axe.script
}

// accessible wants the checker to find nothing.
func (w window) accessible(name string) {
	w.t.Helper()
	if !ask[bool](w, "typeof axe !== 'undefined'") {
		ask[int](w, checker(w.t)+";0")
	}
	found := ask[[]string](w, `axe.run().then(r => r.violations.map(v => v.id + ": " + v.help + "\n    " + v.nodes.map(n => n.html).join("\n    ")))`)
	if len(found) > 0 {
		w.t.Errorf("%s: axe-core found\n  %s", name, strings.Join(found, "\n  "))
	}
}
