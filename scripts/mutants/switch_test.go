package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program prints "ok" unless a change is made, and another word for each change.
const program = `package main

import "fmt"

const size = 2 - 1

func count(all []int) (n int) {
	for i := 0; i < len(all) && // a comment
		all[i] != 9; i++ {
		n++
	}
	return n - size
}

func main() {
	if n := count([]int{1, 2, 9}); (n == 1) == (size > 0) {
		fmt.Println("ok")
	}
}
`

func TestChangesHaveTheirSwitch(t *testing.T) {
	t.Parallel()
	for from, c := range map[string]struct{ to, want string }{
		"i < len":  {"i <= len", "a.go 2 <="},
		"i < len(": {"i >= len(", "a.go 2 >="},
		"] != 9":   {"] == 9", "a.go 3 =="},
		"i++":      {"i--", "a.go 4 --"},
		"n++":      {"n--", "a.go 5 --"},
		"(n == 1)": {"(n != 1)", "a.go 8 !="},
		") == (":   {") != (", "a.go 7 !="},
		"n - size": {"n + size", ""}, // arithmetic
		"2 - 1":    {"2 + 1", ""},    // of a constant
		"&&":       {"||", ""},
	} {
		changed := strings.Replace(program, from, c.to, 1)
		folder := t.TempDir()
		original := save(t, filepath.Join(folder, "a.go"), program)
		if got, err := which(original, save(t, filepath.Join(folder, "b.go"), changed)); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", from, got, err, c.want)
		}
	}
}

// TestSwitchesMakeTheirChange builds the program with its switches, and runs it with each.
func TestSwitchesMakeTheirChange(t *testing.T) {
	t.Parallel()
	dir, folder := t.TempDir(), t.TempDir()
	save(t, filepath.Join(dir, "a.go"), program)
	save(t, filepath.Join(dir, "go.mod"), "module x\n")
	if err := writeSwitches(folder, dir, []string{"a.go"}); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "x")
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", filepath.Join(folder, "overlay.json"), "-o", binary, ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, want := range map[string]bool{
		"": true, "a.go 2 <=": true, "a.go 2 >=": false, "a.go 3 ==": false, "a.go 4 --": false, "a.go 5 --": false, "a.go 8 !=": false, "a.go 7 !=": false,
	} {
		run := exec.CommandContext(t.Context(), binary)
		run.Env = append(os.Environ(), "MUTANTS_SWITCH="+name)
		out, err := run.Output()
		if got := err == nil && string(out) == "ok\n"; got != want {
			t.Errorf("%q: got %q, %v, want the program to be as it was: %v", name, out, err, want)
		}
	}
}

func TestWhatIsNotGoHasNoSwitches(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	save(t, filepath.Join(dir, "a.go"), "no")
	for _, name := range []string{"a.go", "b.go"} {
		if err := writeSwitches(t.TempDir(), dir, []string{name}); err == nil {
			t.Errorf("%s: got nil, want an error", name)
		}
	}
	if _, err := which(filepath.Join(dir, "a.go"), filepath.Join(dir, "a.go")); err == nil {
		t.Error("got nil, want an error")
	}
}

func TestTheOverlayNamesEachFile(t *testing.T) {
	t.Parallel()
	dir, folder := t.TempDir(), t.TempDir()
	save(t, filepath.Join(dir, "a.go"), program)
	if err := writeSwitches(folder, dir, []string{"a.go"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "overlay.json"))
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(text, &overlay); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.go", "mutants_switch.go"} {
		if got := overlay.Replace[filepath.Join(dir, name)]; got != filepath.Join(folder, name) {
			t.Errorf("%s: got %q, want the file of the folder", name, got)
		}
	}
}

func save(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
