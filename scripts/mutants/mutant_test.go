package main

import (
	"os"
	"path/filepath"
	"testing"
)

const results = `{"files": [{"file_name": "a.go", "mutations": [
	{"type": "CONDITIONALS_BOUNDARY", "status": "LIVED", "line": 2, "column": 7},
	{"type": "ARITHMETIC_BASE", "status": "NOT VIABLE", "line": 2, "column": 7},
	{"type": "ARITHMETIC_BASE", "status": "TIMED OUT", "line": 3, "column": 4},
	{"type": "CONDITIONALS_NEGATION", "status": "NOT COVERED", "line": 1, "column": 3},
	{"type": "CONDITIONALS_NEGATION", "status": "KILLED", "line": 2, "column": 7}
]}]}`

func TestOnlyKilledMutantsCount(t *testing.T) {
	t.Parallel()
	all := parsed(t)
	if got := sum(all); got != (score{killed: 1, survived: 3}) || got.String() != "   1 of    4 killed,  25.0 %" {
		t.Errorf("got %s, want 1 of 4: what did not compile is left out, and the rest survived", got)
	}
	if got := (score{}).String(); got != "   0 of    0 killed,   0.0 %" {
		t.Errorf("got %q of nothing", got)
	}
	want := key{file: "internal/x/a.go", kind: "CONDITIONALS_BOUNDARY", offset: 6, text: "if a < b {"}
	if all[0].key != want {
		t.Errorf("got %+v, want %+v", all[0].key, want)
	}
}

func TestSurvivorsAreComparedWithTheList(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "survivors.txt")
	list := `# A comment.

internal/x/a.go CONDITIONALS_BOUNDARY 6
    if a < b {
    A reason
    of two lines.

internal/x/a.go CONDITIONALS_NEGATION 6
    if a < b {
    It is killed now.

internal/y/b.go CONDITIONALS_NEGATION 6
    if a < b {
    It was not looked at.
`
	if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	known, err := readSurvivors(path)
	if err != nil || len(known) != 3 {
		t.Fatalf("got %v, %v, want three", known, err)
	}
	strange, gone := compare(parsed(t), known)
	if len(strange) != 2 || strange[0].line != 3 || strange[1].line != 1 {
		t.Errorf("got %+v, want those of the lines 3 and 1", strange)
	}
	if len(gone) != 1 || gone[0].kind != "CONDITIONALS_NEGATION" || gone[0].file != "internal/x/a.go" {
		t.Errorf("got %+v, want the one that was killed", gone)
	}
}

func TestAListWithoutReasonsIsRefused(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"a.go KIND 6\n    x\n", "a.go KIND\n    x\n    y\n"} {
		path := filepath.Join(t.TempDir(), "survivors.txt")
		if err := os.WriteFile(path, []byte(list), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readSurvivors(path); err == nil {
			t.Errorf("%q: got nil, want an error", list)
		}
	}
}

func parsed(t *testing.T) []mutant {
	t.Helper()
	all, err := parseResults([]byte(results), "internal/x", func(string) ([]byte, error) {
		return []byte("\tif x {\n\tif a < b {\nx = y + 1\n"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
