package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"strings"
)

// unwritten are words that no comment has, in tests neither: words of an older code, and phrases that are not plain
// English.
var unwritten = map[string]string{
	"at the least":  "at least",
	"at the most":   "at most",
	"by itself":     "automatically",
	"by themselves": "automatically",
	"cashier":       "payment reconciler",
	"courier":       "receipt mailer",
	"giver":         "donor",
	"givers":        "donors",
	"tell whether":  "report whether",
	"tells whether": "reports whether",
}

var unwrittenForm = formOf(unwritten)

// nameForm finds a word of an older code within a name.
var nameForm = regexp.MustCompile(`(?i)(^till$|cashier|courier|giver)`)

// CheckWording looks for words of an older code in the comments and names of all Go files. It gives one line for each
// place.
func CheckWording(root fs.FS) ([]string, error) {
	var broken []string
	skipped := map[string]bool{"node_modules": true, "testdata": true, "archtest": true}
	err := eachFile(root, skipped, func(name string) error {
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, group := range parsed.Comments {
			if found := unwrittenForm.FindStringSubmatch(group.Text()); found != nil {
				word := strings.Join(strings.Fields(found[2]), " ")
				broken = append(broken, fmt.Sprintf("%s:%d: a comment has %q: say %q", name, files.Position(group.Pos()).Line, word, unwritten[strings.ToLower(word)]))
			}
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if id, is := n.(*ast.Ident); is && nameForm.MatchString(id.Name) {
				broken = append(broken, fmt.Sprintf("%s:%d: the name %s", name, files.Position(id.Pos()).Line, id.Name))
			}
			return true
		})
		return nil
	})
	return broken, err
}
