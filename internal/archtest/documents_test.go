package archtest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namedPath is a path below the module that a document names in code.
var namedPath = regexp.MustCompile("`(?:\\./)?((?:internal|cmd|test|scripts|docs|bench|examples)/[^` ]*)`")

// TestDocumentsNameWhatIsThere wants every path in the documents for contributors to exist: recipes
// that name files which have moved lead nowhere. Words in capitals stand for a name of one's own.
func TestDocumentsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	for document, least := range map[string]int{"CONTRIBUTING.md": 40, "docs/development.md": 15} {
		text, err := os.ReadFile(filepath.Join(root(t), document))
		if err != nil {
			t.Fatal(err)
		}
		named := namedPath.FindAllStringSubmatch(string(text), -1)
		if len(named) < least {
			t.Errorf("%s: got %d paths, want at least %d", document, len(named), least)
		}
		for _, one := range named {
			if strings.Contains(one[1], "NAME") {
				continue
			}
			if found, err := filepath.Glob(filepath.Join(root(t), one[1])); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", document, one[1])
			}
		}
	}
}

// TestWorkedBotsAreInTheDocument wants each file of the worked bots in the document to the letter: what people copy is what the checks run.
func TestWorkedBotsAreInTheDocument(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(filepath.Join(root(t), "docs", "integrations.md"))
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, found := range fenced.FindAllStringSubmatch(string(document), -1) {
		shown[found[1]] = true
		text, err := os.ReadFile(filepath.Join(root(t), found[1]))
		if err != nil || string(text) != found[2] {
			t.Errorf("docs/integrations.md shows %s otherwise than it is (%v)", found[1], err)
		}
	}
	for _, job := range []string{"polling", "sse", "websocket", "webhook"} {
		for _, file := range []string{"main.go", "bot.mjs", "bot.py"} {
			if name := "examples/" + job + "/" + file; !shown[name] {
				t.Errorf("docs/integrations.md does not show %s", name)
			}
		}
	}
}

// fenced is a file that a document shows, below its name.
var fenced = regexp.MustCompile("(?s)\n`(examples/[^`]*)`:\n\n```[a-z]+\n(.*?\n)```\n")
