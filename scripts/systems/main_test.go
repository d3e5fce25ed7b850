package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachSystemSeesItsOwnFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":            "module example.org/a\n\ngo 1.26\n",
		"a.go":              "package a\n\nfunc here() int { return there }\n",
		"a_linux.go":        "package a\n\nconst there = 1\n",
		"a_freebsd.go":      "package a\n\nconst there = 1\n",
		"a_darwin.go":       "package a\n\nconst there = \"text\"\n",
		"a_freebsd_test.go": "package a_test\n\nfunc init() { missing() }\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for system, want := range map[string]string{
		"linux": "", "darwin": "a.go:3:", "freebsd": "a_freebsd_test.go:3:", "windows": "undefined: there",
	} {
		_, err := check(folder, system)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", system, err, want)
		}
	}
}
