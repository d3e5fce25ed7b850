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
	// In OAuth's PKCE and in ACME it is something else.
	{word: "challenge", say: "target", only: []string{"internal/apiv3", "internal/certs", "internal/login", "internal/oauth", "internal/openid"}},
}

// CheckWords looks for identifiers in the Go files below root, tests aside, that use a word of one
// wire outside of that wire, and gives one line for each place.
func CheckWords(root fs.FS) ([]string, error) {
	var broken []string
	err := eachFile(root, map[string]bool{"node_modules": true, "testdata": true}, func(name string) error {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		found, err := wordsOf(root, name)
		broken = append(broken, found...)
		return err
	})
	return broken, err
}

// eachFile visits the files below root, except what is in hidden or skipped folders.
func eachFile(root fs.FS, skipped map[string]bool, visit func(name string) error) error {
	return fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name != "." && strings.HasPrefix(entry.Name(), ".") || skipped[entry.Name()]):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		return visit(name)
	})
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
