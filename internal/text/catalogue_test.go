package text_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/text"
)

// forms are the plural forms that each language has, by the Unicode CLDR.
var forms = map[string][]string{"en": {"one", "other"}, "de": {"one", "other"}, "ar": {"zero", "one", "two", "few", "many", "other"}}

// catalogue are the texts of a language by their ids, each with its forms; "other" is the form of a text that has one.
func catalogue(t *testing.T, language string) map[string]map[string]string {
	t.Helper()
	raw := must.Get(os.ReadFile(language + ".json"))(t)
	entries := map[string]any{}
	must.Do(t, json.Unmarshal(raw, &entries))
	all := map[string]map[string]string{}
	for id, entry := range entries {
		all[id] = map[string]string{}
		switch entry := entry.(type) {
		case string:
			all[id]["other"] = entry
		case map[string]any:
			for form, said := range entry {
				all[id][form], _ = said.(string)
			}
			if got := slices.Sorted(maps.Keys(all[id])); !slices.Equal(got, slices.Sorted(slices.Values(forms[language]))) {
				t.Errorf("%s in %s: got the forms %v, want %v", id, language, got, forms[language])
			}
		}
	}
	return all
}

// english are the English texts, all plural forms of one in one text.
func english(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for id, said := range catalogue(t, "en") {
		for _, form := range said {
			all[id] += form
		}
	}
	return all
}

// valuesOf are the names of the values of a text.
func valuesOf(said string) []string {
	var names []string
	for _, found := range wanted.FindAllStringSubmatch(said, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestEveryLanguageHasEveryText wants the texts of all languages to be the same ones, with the same values. A plural form other than the last may
// leave out a value, as "one second" does.
func TestEveryLanguageHasEveryText(t *testing.T) {
	t.Parallel()
	want := catalogue(t, "en")
	for _, l := range text.Locales() {
		got := catalogue(t, l.Language())
		for id, said := range got {
			if want[id] == nil {
				t.Errorf("%s has %q, which English has not", l.Language(), id)
			}
			if (len(said) > 1) != (len(want[id]) > 1) {
				t.Errorf("%s in %s: got %d forms, and English has %d", id, l.Language(), len(said), len(want[id]))
			}
		}
		for id, said := range want {
			if values, want := valuesOf(got[id]["other"]), valuesOf(said["other"]); got[id] == nil || !slices.Equal(values, want) {
				t.Errorf("%s in %s: got %q with %v, want a text with %v", id, l.Language(), got[id], values, want)
			}
		}
	}
}

// alike are the texts that are the same in German as in English.
var alike = []string{
	"bill.challenge", "board.teams", "card.mark", "dash.name", "dash.status", "dash.team", "date.april", "date.august", "date.november", "date.september", "donate.address.code.eircode", "fact.challenges", "gift.play_mark", "live.poll",
	"live.test_of", "mail.reward_value", "mail.subject.sandbox", "mail.subject.test", "passkeys.title", "reward.quantity",
}

var (
	familiar  = regexp.MustCompile(`(?i)(^|\PL)(du|dich|dir|dein|deine[mnrs]?|euch|euer|eure[mnrs]?)($|\PL)`)
	arabic    = regexp.MustCompile(`\p{Arabic}`)
	straight  = regexp.MustCompile(`["']|\.\.\.| %`)
	notGerman = regexp.MustCompile(`(?i)(^|\PL)(the|and|your|is|of|you|please|again)($|\PL)`)
)

// TestGermanIsFormal wants German that is translated, says Sie, and has the signs of German print.
func TestGermanIsFormal(t *testing.T) {
	t.Parallel()
	en := catalogue(t, "en")
	for id, said := range catalogue(t, "de") {
		for form, said := range said {
			if found := familiar.FindString(said); found != "" {
				t.Errorf("%s: got %q in %q, want Sie", id, found, said)
			}
			if found := straight.FindString(said) + notGerman.FindString(said); found != "" {
				t.Errorf("%s: got %q in %q, want German", id, found, said)
			}
			if same := said == en[id][form]; same != (same && slices.Contains(alike, id)) {
				t.Errorf("%s: got the English text %q", id, said)
			}
		}
	}
}

// TestArabicIsTranslated wants each text of more than values to have words in Arabic.
func TestArabicIsTranslated(t *testing.T) {
	t.Parallel()
	for id, said := range catalogue(t, "ar") {
		for _, said := range said {
			if letter.MatchString(wanted.ReplaceAllString(said, "")) && !arabic.MatchString(said) {
				t.Errorf("%s: got %q, want Arabic", id, said)
			}
		}
	}
}

// sources are the files below the rooms that show texts, by their names.
func sources(t *testing.T, ends ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name == ".git" || name == "node_modules" || name == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(ends, filepath.Ext(path)) || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		all[path] = string(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// templates are those among the sources.
func templates(t *testing.T) map[string]string {
	t.Helper()
	all := sources(t, ".html", ".txt")
	for path := range all {
		if filepath.Base(filepath.Dir(path)) != "templates" {
			delete(all, path)
		}
	}
	if len(all) < 10 {
		t.Fatalf("got %d templates, want those of pages, card page and mails", len(all))
	}
	return all
}

var (
	inTemplate = regexp.MustCompile(`\b(?:t|rich) "([^"]+)"`)
	pairName   = regexp.MustCompile(`"([A-Z]\w*)" `)
	wanted     = regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	idForm     = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)
	fileName   = regexp.MustCompile(`\.(html|txt|css|js|json|png|go)$`)
)

// TestEveryTextIsThereAndShown wants every id that code or a template shows in the catalogue, and nothing else there.
func TestEveryTextIsThereAndShown(t *testing.T) {
	t.Parallel()
	texts, shown := english(t), map[string]bool{}
	sections := map[string]bool{}
	for id := range texts {
		sections[strings.Split(id, ".")[0]] = true
	}
	for path, source := range templates(t) {
		for _, at := range inTemplate.FindAllStringSubmatchIndex(source, -1) {
			id := source[at[2]:at[3]]
			shown[id] = true
			values, _, _ := strings.Cut(source[at[1]:], "}}")
			var given []string
			for _, name := range pairName.FindAllStringSubmatch(values, -1) {
				given = append(given, name[1])
			}
			checkValues(t, path, id, texts, given)
		}
	}
	code := sources(t, ".go")
	rooms := map[string]bool{filepath.Join("..", "..", "internal", "text"): true}
	for path, source := range code {
		if strings.Contains(source, `almoner/internal/text"`) {
			rooms[filepath.Dir(path)] = true
		}
	}
	for path, source := range code {
		if !rooms[filepath.Dir(path)] {
			continue
		}
		file := parsed(t, path, source)
		checkCalls(t, path, file, texts)
		for _, literal := range literals(file) {
			if !idForm.MatchString(literal) || fileName.MatchString(literal) || !sections[strings.Split(literal, ".")[0]] {
				continue
			}
			if shown[literal] = true; texts[literal] == "" {
				t.Errorf("%s shows %q, which is not in the catalogue", path, literal)
			}
		}
	}
	for id := range texts {
		if !shown[id] {
			t.Errorf("nothing shows %q", id)
		}
	}
}

func checkValues(t *testing.T, path, id string, texts map[string]string, given []string) {
	t.Helper()
	if texts[id] == "" {
		t.Errorf("%s shows %q, which is not in the catalogue", path, id)
	}
	for _, want := range wanted.FindAllStringSubmatch(texts[id], -1) {
		if !slices.Contains(given, want[1]) {
			t.Errorf("%s shows %q without its %s", path, id, want[1])
		}
	}
}

func parsed(t *testing.T, path, source string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// checkCalls wants each call that shows a text by its id to give what the text wants.
func checkCalls(t *testing.T, path string, file *ast.File, texts map[string]string) {
	t.Helper()
	ast.Inspect(file, func(node ast.Node) bool {
		call, is := node.(*ast.CallExpr)
		if !is || len(call.Args) == 0 {
			return true
		}
		var given []string
		for _, argument := range call.Args {
			given = append(given, unquoted(argument))
		}
		if fun, is := call.Fun.(*ast.SelectorExpr); is && fun.Sel.Name == "ID" {
			return true // a conversion
		}
		if texts[given[0]] != "" {
			checkValues(t, path, given[0], texts, given[1:])
		}
		return true
	})
}

// literals are the strings in a Go file.
func literals(file *ast.File) []string {
	var all []string
	ast.Inspect(file, func(node ast.Node) bool {
		if text := unquoted(node); text != "" {
			all = append(all, text)
		}
		return true
	})
	return all
}

// unquoted is a string as it is in the program; "" for anything else.
func unquoted(node ast.Node) string {
	literal, is := node.(*ast.BasicLit)
	if !is || literal.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return text
}

// TestTextsArePlain wants no markup in texts, because Rich does not escape them.
func TestTextsArePlain(t *testing.T) {
	t.Parallel()
	for _, l := range text.Locales() {
		for id, forms := range catalogue(t, l.Language()) {
			for _, said := range forms {
				if strings.ContainsAny(wanted.ReplaceAllString(said, ""), `<>&"{}`) || strings.TrimSpace(said) != said || said == "" {
					t.Errorf("%s in %s: got %q, want plain words", id, l.Language(), said)
				}
			}
		}
	}
}

var (
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	letter = regexp.MustCompile(`\pL`)
	// printed is a text in an action that shows it as it is.
	printed = regexp.MustCompile("{{-? *(print(ln)? +)?[\"`]")
)

// spoken are the attributes whose values people read or hear.
var spoken = []string{"alt", "aria-label", "placeholder", "title"}

// TestTemplatesHaveNoTextsOfTheirOwn wants words in the catalogue only. The name of the program is no text.
func TestTemplatesHaveNoTextsOfTheirOwn(t *testing.T) {
	t.Parallel()
	for path, source := range templates(t) {
		for _, bare := range bareTexts(source) {
			t.Errorf("%s: got the text %q, want it in the catalogue", path, bare)
		}
		// The page of all components is for those who make pages.
		if found := printed.FindString(source); found != "" && filepath.Base(path) != "showcase.html" {
			t.Errorf("%s: got the text %s, want it in the catalogue", path, found)
		}
	}
	for _, source := range []string{"<p>Words</p>", "{{if .A}}<p>{{.B}} words</p>{{end}}", `<p title="words">`, `<a href="/">{{t "a.b"}} or</a>`} {
		if bareTexts(source) == nil {
			t.Errorf("got nothing in %s, want its words", source)
		}
	}
}

func bareTexts(source string) []string {
	var bare []string
	add := func(said string) {
		if said = strings.TrimSpace(strings.ReplaceAll(said, "Almoner", "")); letter.MatchString(said) {
			bare = append(bare, said)
		}
	}
	tokens := html.NewTokenizer(strings.NewReader(strings.ReplaceAll(action.ReplaceAllString(source, ""), "noscript", "div")))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return bare
		case html.TextToken:
			add(string(tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			for _, attribute := range tokens.Token().Attr {
				if slices.Contains(spoken, attribute.Key) {
					add(attribute.Val)
				}
			}
		}
	}
}

// textKey is how a file of texts begins a line with a text.
var textKey = regexp.MustCompile(`(?m)^  "([^"]+)":`)

// TestNoTextIsThereTwice wants each file to have a text once: of two of the same id one is never shown.
func TestNoTextIsThereTwice(t *testing.T) {
	t.Parallel()
	for _, l := range text.Locales() {
		seen := map[string]bool{}
		for _, found := range textKey.FindAllStringSubmatch(string(must.Get(os.ReadFile(l.Language()+".json"))(t)), -1) {
			if seen[found[1]] {
				t.Errorf("%s is in %s.json twice", found[1], l.Language())
			}
			seen[found[1]] = true
		}
		if len(seen) == 0 {
			t.Errorf("%s.json: got no texts", l.Language())
		}
	}
}
