package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// foreignWord is a word of one wire that the domain has its own term for.
type foreignWord struct {
	word string   // lower case
	say  string   // the domain's term
	only []string // folders where the wire's word is at home
}

var foreignWords = []foreignWord{
	// In OAuth's PKCE it is something else.
	{word: "challenge", say: "target", only: []string{"internal/apiv3", "internal/oauth"}},
}

// CheckWords looks for identifiers in the Go files below root, tests aside, that use a word of one
// wire outside of that wire, and gives one line for each place.
func CheckWords(root fs.FS) ([]string, error) {
	var broken []string
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "node_modules" || entry.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		found, err := wordsOf(root, name)
		broken = append(broken, found...)
		return err
	})
	return broken, err
}

func wordsOf(root fs.FS, name string) ([]string, error) {
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var broken []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		for _, w := range foreignWords {
			if strings.Contains(strings.ToLower(ident.Name), w.word) && !slices.Contains(w.only, path.Dir(name)) {
				broken = append(broken, fmt.Sprintf("%s: %s: here it is called %s", files.Position(ident.Pos()), ident.Name, w.say))
			}
		}
		return true
	})
	return broken, nil
}
