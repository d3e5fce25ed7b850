package archtest_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/almoner/almoner/internal/archtest"
)

func TestHouseIsInOrder(t *testing.T) {
	t.Parallel()
	packages := list(t)
	self := func(p archtest.Package) bool { return p.Path == archtest.Module+"/internal/archtest" }
	if !slices.ContainsFunc(packages, self) {
		t.Fatalf("go list saw %d packages, but not internal/archtest", len(packages))
	}
	for _, broken := range archtest.Check(packages) {
		t.Error(broken)
	}
}

func TestWordsAreAtHome(t *testing.T) {
	t.Parallel()
	broken, err := archtest.CheckWords(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Error(b)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from string
		imports    []string // a path that starts with a slash is below the module
		want       string   // a part of the one complaint; "" wants none
	}{
		{"allowed", "internal/app", []string{"context", "/internal/store", "/internal/fund"}, ""},
		{"wire reads the store", "internal/apiv3", []string{"/internal/store"}, "internal/apiv3 imports internal/store: a version is a translation"},
		{"domain looks up", "internal/fund", []string{"/internal/app"}, "internal/fund imports internal/app: the domain is pure"},
		{"bottom imports", "internal/fault", []string{"/internal/money"}, "internal/fault imports internal/money"},
		{"version imports version", "internal/apiv3", []string{"/internal/apiv5"}, "no other version"},
		{"program skips its commands", "cmd/almoner", []string{"/internal/demo"}, "cmd/almoner imports internal/demo"},
		{"command speaks a wire", "internal/command", []string{"/internal/apiv5"}, "it knows no wire"},
		{"server builds all", "internal/server", []string{"/internal/apiv3", "/internal/demo", "net/http"}, ""},
		{"server with a test helper", "internal/server", []string{"/internal/testpg"}, "except test helpers"},
		{"bench may start a server", "bench", []string{"/internal/testpg", "database/sql"}, ""},
		{"SQL outside the store", "internal/app", []string{"database/sql"}, "SQL is written in the store only"},
		{"SQL below a prefix", "internal/web", []string{"github.com/jackc/pgx/v5/pgxpool"}, "SQL is written in the store only"},
		{"an id says how it is stored", "internal/fund", []string{"database/sql/driver"}, ""},
		{"and no more than that", "internal/fund", []string{"database/sql"}, "SQL is written in the store only"},
		{"prefix is whole words", "internal/web", []string{"database/sqlx"}, ""},
		{"SQL in the store", "internal/store", []string{"database/sql", "github.com/jackc/pgx/v5"}, ""},
		{"HTTP in the domain", "internal/fund", []string{"net/http"}, "HTTP ends at the wires"},
		{"a new provider", "internal/pay/bank", []string{"/internal/pay", "net/http"}, ""},
		{"a new provider that reads the store", "internal/pay/bank", []string{"/internal/store"}, "a payment provider knows no use case"},
		{"the payment wire knows each provider", "internal/checkout", []string{"/internal/pay/bank"}, ""},
		{"below a provider", "internal/pay/bank/page", nil, "say in the table"},
		{"unknown package", "internal/mystery", nil, "say in the table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := archtest.Check([]archtest.Package{made(c.from, c.imports)})
			if c.want == "" && len(got) != 0 {
				t.Errorf("got %q, want no complaint", got)
			}
			if c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
				t.Errorf("got %q, want one complaint with %q", got, c.want)
			}
		})
	}
}

func TestCheckRefusesVagueNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"util", "common", "models", "helpers", "types"} {
		got := archtest.Check([]archtest.Package{made("internal/"+name, nil)})
		if len(got) != 2 || !strings.Contains(strings.Join(got, "\n"), "says nothing") {
			t.Errorf("%s: got %q, want that it says nothing and that it is unknown", name, got)
		}
	}
}

func TestCheckWords(t *testing.T) {
	t.Parallel()
	source := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("package p\n" + s)} }
	got, err := archtest.CheckWords(fstest.MapFS{
		"internal/app/a.go":       source("type OpenChallenge struct{}"),
		"internal/app/a_test.go":  source("var challenge int"),
		"internal/app/text.go":    source("// challenge in a comment\nvar s = \"challenge\""),
		"internal/apiv3/c.go":     source("type challenge struct{}"),
		"node_modules/x/x.go":     source("var challenge int"),
		"internal/fund/target.go": source("func f(challengeID int) {}"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"internal/app/a.go:2:6: OpenChallenge: here it is called target",
		"internal/fund/target.go:2:8: challengeID: here it is called target",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func made(from string, imports []string) archtest.Package {
	p := archtest.Package{Path: archtest.Module + "/" + from}
	for _, imported := range imports {
		if strings.HasPrefix(imported, "/") {
			imported = archtest.Module + imported
		}
		p.Imports = append(p.Imports, imported)
	}
	return p
}

// list asks the go command for all packages of the module and what they import.
func list(t *testing.T) []archtest.Package {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []archtest.Package
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		packages = append(packages, archtest.Package{Path: p.ImportPath, Imports: p.Imports})
	}
}

// root is the module's folder: the nearest one above with a go.mod.
func root(t *testing.T) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above this test")
		}
		folder = filepath.Dir(folder)
	}
}

func TestProseIsPlain(t *testing.T) {
	t.Parallel()
	broken, err := archtest.CheckProse(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Error(b)
	}
}

func TestCheckProse(t *testing.T) {
	t.Parallel()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	got, err := archtest.CheckProse(fstest.MapFS{
		"internal/app/a.go":               file("package p\n\n// a giver in a comment\nvar s, key = \"ask the giver\", \"giver\"\n"),
		"internal/app/a_test.go":          file("package p\nvar s = \"ask the giver\""),
		"internal/text/en.json":           file("{\"fact\": \"Load the page Anew\",\n\"b\": \"this fact\"}"),
		"internal/web/templates/a.html":   file("<p>\nby  itself</p>"),
		"docs/a.md":                       file("Fine, `the giver` and\n```\nthe giver\n```\nat the\nmost /pay/notices two\n"),
		"docs/openapi/a.json":             file("\"giver\""),
		"internal/web/testdata/giver.txt": file("giver"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`docs/a.md:5: "at the most": say "at most"`,
		`internal/app/a.go:4: "giver": say "donor"`,
		`internal/text/en.json:1: "Anew": say "again"`,
		`internal/text/en.json:2: "fact": say "the name of its kind, or this page"`,
		`internal/web/templates/a.html:2: "by itself": say "automatically"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestTheGlossaryNamesWhatTheAPIsHave wants every name in the columns of V3 and V5 in their OpenAPI documents.
func TestTheGlossaryNamesWhatTheAPIsHave(t *testing.T) {
	t.Parallel()
	docs := filepath.Join(root(t), "docs")
	read := func(names ...string) string {
		var all strings.Builder
		for _, name := range names {
			text, err := os.ReadFile(filepath.Join(docs, name))
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		return all.String()
	}
	openapi := func(names ...string) string {
		for i := range names {
			names[i] = filepath.Join("openapi", names[i]+".json")
		}
		return read(names...)
	}
	documents := map[int]string{3: openapi("v3"), 4: openapi("public", "private", "cause")}
	seen := 0
	for row := range strings.Lines(read("glossary.md")) {
		cells := strings.Split(row, "|")
		for column, document := range documents {
			if len(cells) <= column {
				continue
			}
			for _, name := range apiName.FindAllStringSubmatch(cells[column], -1) {
				if seen++; !strings.Contains(document, `"`+name[1]+`"`) {
					t.Errorf("got %q in%s, want a name in the documents of that API", name[1], cells[1])
				}
			}
		}
	}
	if seen < 50 {
		t.Errorf("got %d names, want those of a whole glossary", seen)
	}
}

var apiName = regexp.MustCompile("`([A-Za-z_]+)`")
