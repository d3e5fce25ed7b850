// Package testgolden compares what the code answers with committed files, and writes them again with -update.
package testgolden

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

var update = flag.Bool("update", false, "write the golden files again")

// Test is a test, or whatever takes its place.
type Test interface {
	Helper()
	Fatal(args ...any)
	Errorf(format string, args ...any)
}

// Compare compares got with a file, byte for byte, and says where they part. With -update it writes the file instead.
func Compare(t Test, file string, got []byte) {
	t.Helper()
	if *update {
		if err := write(file, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(fmt.Errorf("%w; `make update` writes it", err))
		return
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %s", file, difference(string(got), string(want)))
	}
}

func write(file string, got []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	return os.WriteFile(file, got, 0o600)
}

// How much of two texts is shown: the first lines that differ, and the beginning of a long line from where it differs.
const (
	shownLines  = 12
	shownBefore = 40
	shownAfter  = 160
)

// difference shows two texts from the first line that is not the same to the last.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	first := 0
	for first < min(len(g), len(w)) && g[first] == w[first] {
		first++
	}
	g, w = g[first:], w[first:]
	for len(g) > 1 && len(w) > 1 && g[len(g)-1] == w[len(w)-1] {
		g, w = g[:len(g)-1], w[:len(w)-1]
	}
	if len(g) == len(w) {
		g, w = unlike(g, w), unlike(w, g)
	}
	return fmt.Sprintf("from line %d got\n%s\nwant\n%s", first+1, excerpt(g, w), excerpt(w, g))
}

// unlike are the lines that are not the same in other.
func unlike(lines, other []string) []string {
	var all []string
	for i, line := range lines {
		if line != other[i] {
			all = append(all, line)
		}
	}
	return all
}

// excerpt shows the first lines, each from shortly before where it differs from its line in other.
func excerpt(lines, other []string) string {
	var shown []string
	for i, line := range lines[:min(len(lines), shownLines)] {
		at := 0
		if i < len(other) {
			for at < min(len(line), len(other[i])) && line[at] == other[i][at] {
				at++
			}
		}
		from, to := max(0, at-shownBefore), min(len(line), at+shownAfter)
		part := strings.ToValidUTF8(line[from:to], "")
		if from > 0 {
			part = "…" + part
		}
		if to < len(line) {
			part += "…"
		}
		shown = append(shown, part)
	}
	if more := len(lines) - len(shown); more > 0 {
		shown = append(shown, fmt.Sprintf("(%d more lines)", more))
	}
	return strings.Join(shown, "\n")
}
