package archtest

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// unsaid are words that no text for people has, with what to say instead: words of an older code, and words that
// are not English in the sense that they once had here.
var unsaid = map[string]string{
	"anew":          "again",
	"at the least":  "at least",
	"at the most":   "at most",
	"by itself":     "automatically",
	"by themselves": "automatically",
	"cashier":       "payment reconciler",
	"courier":       "receipt mailer",
	"giver":         "donor",
	"givers":        "donors",
	"given back":    "refunded",
	"notice":        "provider webhook",
	"notices":       "provider webhooks",
	"tells out":     "prints",
	"tells whether": "reports whether",
	"tells of":      "reports",
	"told of":       "notified of",
	"whoever":       "anyone who",
}

// unsaidToDonors are words of code and APIs that no page and no mail has besides.
var unsaidToDonors = map[string]string{
	"fact":      "the name of its kind, or this page",
	"facts":     "the names of their kinds",
	"holder":    "donor, or charity",
	"incentive": "poll, challenge or reward",
	"ledger":    "records",
	"relay":     "link",
	"target":    "challenge",
}

// formOf finds whole words, however they are broken into lines. Parts of addresses and of names with dashes are none.
func formOf(lists ...map[string]string) *regexp.Regexp {
	var words []string
	for _, list := range lists {
		for word := range list {
			words = append(words, strings.ReplaceAll(regexp.QuoteMeta(word), " ", `\s+`))
		}
	}
	return regexp.MustCompile(`(?i)(^|[^\w/-])(` + strings.Join(words, "|") + `)($|[^\w/-])`)
}

var (
	unsaidForm         = formOf(unsaid)
	unsaidToDonorsForm = formOf(unsaid, unsaidToDonors)
	// id is the id of a text in the catalogue, with its colon.
	id = regexp.MustCompile(`"[a-z0-9_.]+":`)
)

// named are commands and statements, whose words stay: they are addresses, too.
var named = regexp.MustCompile(`almoner notices|name:"notices"|(?:FROM|INTO|UPDATE) notices`)

// code is what Markdown sets apart as code, whose words are those of a program.
var code = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")

// CheckProse looks for words that people should not read: in the strings of Go files that are sentences (errors, help
// texts, log lines), in the catalogue and the templates, and in the documents. It gives one line for each place. Tests
// and benchmarks are for ourselves.
func CheckProse(root fs.FS) ([]string, error) {
	var broken []string
	err := eachFile(root, skippedFolder, func(name string) error {
		read := prose[path.Ext(name)]
		if read == nil || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		passages, err := read(name, string(source))
		form := unsaidForm
		if path.Dir(name) == "internal/text" {
			form = unsaidToDonorsForm
		}
		for _, p := range passages {
			p.text = id.ReplaceAllString(p.text, "")
			p.text = named.ReplaceAllString(p.text, "")
			for _, found := range form.FindAllStringSubmatchIndex(p.text, -1) {
				word := strings.Join(strings.Fields(p.text[found[4]:found[5]]), " ")
				line := p.line + strings.Count(p.text[:found[4]], "\n")
				say := cmp.Or(unsaid[strings.ToLower(word)], unsaidToDonors[strings.ToLower(word)])
				broken = append(broken, fmt.Sprintf("%s:%d: %q: say %q", name, line, word, say))
			}
		}
		return err
	})
	return broken, err
}

var skippedFolder = map[string]bool{"node_modules": true, "testdata": true, "archtest": true, "storetest": true, "test": true, "bench": true, "scripts": true, "openapi": true, "unicode": true}

// passage is a text for people, and the line where it begins.
type passage struct {
	line int
	text string
}

// prose reads the passages of a file, by the end of its name.
var prose = map[string]func(name, source string) ([]passage, error){
	".go":   sentences,
	".html": whole,
	".json": whole,
	".txt":  whole,
	".md": func(_, source string) ([]passage, error) {
		return []passage{{1, code.ReplaceAllStringFunc(source, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })}}, nil
	},
}

func whole(_, source string) ([]passage, error) { return []passage{{1, source}}, nil }

// sentences are the strings of a Go file that have more than one word.
func sentences(name, source string) ([]passage, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []passage
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, is := n.(*ast.BasicLit)
		if !is || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err == nil && strings.Contains(strings.TrimSpace(text), " ") {
			all = append(all, passage{files.Position(literal.Pos()).Line, text})
		}
		return true
	})
	return all, nil
}
