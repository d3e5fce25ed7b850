package oauth_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// TestTheChecklistIsTrue wants every test that docs/oauth.md names to exist.
func TestTheChecklistIsTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/oauth.md")
	must.Do(t, err)
	var tests []string
	for _, pattern := range []string{"*_test.go", "../app/*_test.go", "../web/account/*_test.go", "../bearer/*_test.go", "../fund/*_test.go", "../shield/*_test.go", "../../test/browser/*_test.go", "../../test/authority/*_test.go"} {
		files, err := filepath.Glob(pattern)
		must.Do(t, err)
		for _, name := range files {
			source, err := os.ReadFile(name)
			must.Do(t, err)
			for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
				tests = append(tests, string(found[1]))
			}
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(text, -1)
	if len(named) < 50 {
		t.Fatalf("got %d tests in the checklist, want those of its rows", len(named))
	}
	for _, name := range named {
		if !slices.Contains(tests, string(name[1])) {
			t.Errorf("the checklist names %s, and there is no such test", name[1])
		}
	}
}
