package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// key names a mutant for as long as its line stays as it is, wherever in the file that is.
type key struct {
	// file is relative to the root of the module.
	file string
	// kind is one of the types of gremlins, offset where in the line the change is made.
	kind   string
	offset int
	// text is the line without the space around it.
	text string
}

// String is the key as the list of survivors has it.
func (k key) String() string {
	return fmt.Sprintf("%s %s %d\n    %s", k.file, k.kind, k.offset, k.text)
}

// mutant is one change of the code and what became of it.
type mutant struct {
	key
	line   int
	status string
}

func (m mutant) killed() bool { return m.status == "KILLED" }

// readResults reads what gremlins wrote. The name of each file of results is the folder that was looked at,
// with + for /, and a number after the last +. What did not compile is left out: no test can have seen it.
func readResults(paths []string) ([]mutant, error) {
	var all []mutant
	for _, path := range paths {
		name := filepath.Base(path)
		folder := strings.ReplaceAll(name[:strings.LastIndex(name, "+")], "+", "/")
		text, err := os.ReadFile(path) //nolint:gosec // named by the one who runs this
		if err != nil {
			return nil, fmt.Errorf("results: %w", err)
		}
		more, err := parseResults(text, folder, os.ReadFile)
		if err != nil {
			return nil, fmt.Errorf("results %s: %w", path, err)
		}
		all = append(all, more...)
	}
	return all, nil
}

func parseResults(text []byte, folder string, read func(string) ([]byte, error)) ([]mutant, error) {
	var result struct {
		Files []struct {
			Name      string `json:"file_name"`
			Mutations []struct {
				Type, Status string
				Line, Column int
			}
		}
	}
	if err := json.Unmarshal(text, &result); err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	var all []mutant
	for _, f := range result.Files {
		file := folder + "/" + f.Name
		source, err := read(file)
		if err != nil {
			return nil, fmt.Errorf("source: %w", err)
		}
		lines := strings.Split(string(source), "\n")
		for _, m := range f.Mutations {
			if m.Status == "NOT VIABLE" {
				continue
			}
			if m.Line > len(lines) {
				return nil, fmt.Errorf("%s has no line %d: it was changed meanwhile", file, m.Line)
			}
			line := lines[m.Line-1]
			trimmed := strings.TrimLeft(line, "\t ")
			k := key{file: file, kind: m.Type, offset: m.Column - (len(line) - len(trimmed)), text: strings.TrimSpace(trimmed)}
			all = append(all, mutant{key: k, line: m.Line, status: m.Status})
		}
	}
	return all, nil
}

// score is how many mutants were killed, and how many were not.
type score struct{ killed, survived int }

func (s score) all() int { return s.killed + s.survived }

func (s score) String() string {
	return fmt.Sprintf("%4d of %4d killed, %5.1f %%", s.killed, s.all(), 100*float64(s.killed)/float64(max(s.all(), 1)))
}

// sum counts a mutant that was not covered, or whose tests took too long, as one that survived.
func sum(all []mutant) score {
	var s score
	for _, m := range all {
		if m.killed() {
			s.killed++
		} else {
			s.survived++
		}
	}
	return s
}

// compare gives the survivors that are not known, and the known ones of the files that were looked at which did
// not survive.
func compare(all []mutant, known map[key]bool) (strange []mutant, gone []key) {
	survived, files := map[key]bool{}, map[string]bool{}
	for _, m := range all {
		files[m.file] = true
		if m.killed() {
			continue
		}
		survived[m.key] = true
		if !known[m.key] {
			strange = append(strange, m)
		}
	}
	for k := range known {
		if files[k.file] && !survived[k] {
			gone = append(gone, k)
		}
	}
	slices.SortFunc(gone, func(a, b key) int { return strings.Compare(a.String(), b.String()) })
	return strange, gone
}

// readSurvivors reads the list of known survivors: paragraphs of a line with file, kind and offset, the line
// of code, and the reason why no test catches the change. A # begins a comment.
func readSurvivors(path string) (map[key]bool, error) {
	text, err := os.ReadFile(path) //nolint:gosec // named by the one who runs this
	if err != nil {
		return nil, fmt.Errorf("survivors: %w", err)
	}
	known := map[key]bool{}
	for part := range strings.SplitSeq(string(text), "\n\n") {
		var lines []string
		for line := range strings.Lines(part) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		if len(lines) == 0 {
			continue
		}
		var k key
		if _, err := fmt.Sscan(lines[0], &k.file, &k.kind, &k.offset); err != nil || len(lines) < 3 {
			return nil, fmt.Errorf("survivors: %q: want file, kind and offset, then the line of code, then the reason", lines[0])
		}
		k.text = lines[1]
		known[k] = true
	}
	return known, nil
}
