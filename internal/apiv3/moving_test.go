package apiv3_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
)

// movingPage is docs/v3-to-v5.md: headings with the rows of the tables below them.
type movingPage map[string][]movingRow

type movingRow struct{ old, now, rest string }

func readMovingPage(t *testing.T) movingPage {
	t.Helper()
	text, err := os.ReadFile("../../docs/v3-to-v5.md")
	if err != nil {
		t.Fatal(err)
	}
	page, part, heading := movingPage{}, "", ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "## "):
			part, heading = line[3:], line[3:]
		case strings.HasPrefix(line, "### "):
			heading = part + ": " + line[4:]
		case strings.HasPrefix(line, "| `"):
			cells := strings.Split(strings.Trim(line, "|"), "|")
			if len(cells) != 3 {
				t.Errorf("got %d cells, want 3: %s", len(cells), line)
				continue
			}
			old := strings.Trim(strings.TrimSpace(cells[0]), "`")
			page[heading] = append(page[heading], movingRow{old, strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])})
		}
	}
	return page
}

// olds are what the tables below headings of a part speak of.
func (p movingPage) olds(part string) []string {
	var all []string
	for heading, rows := range p {
		if heading == part || strings.HasPrefix(heading, part+": ") {
			for _, r := range rows {
				all = append(all, r.old)
			}
		}
	}
	return all
}

// openAPI is what the page is compared with.
type openAPI struct {
	Paths map[string]map[string]struct {
		Parameters []struct{ Name, In string }
	}
	Components struct {
		Schemas map[string]struct{ Properties map[string]any }
	}
}

func readOpenAPI(t *testing.T, part string) openAPI {
	t.Helper()
	text, err := os.ReadFile("../../docs/openapi/" + part + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var document openAPI
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// wantSame names what is missing and what is too much.
func wantSame(t *testing.T, where string, got, want []string) {
	t.Helper()
	for _, one := range want {
		if n := count(got, one); n != 1 {
			t.Errorf("docs/v3-to-v5.md, %s: got %d rows of %s, want 1", where, n, one)
		}
	}
	for _, one := range got {
		if !slices.Contains(want, one) {
			t.Errorf("docs/v3-to-v5.md, %s: version 3 has no %s", where, one)
		}
	}
}

func count(all []string, one string) (n int) {
	for _, other := range all {
		if other == one {
			n++
		}
	}
	return n
}

func TestTheWayToVersion5NamesEveryCall(t *testing.T) {
	t.Parallel()
	var want []string
	for _, r := range apiv3.Rows() {
		want = append(want, r.String())
	}
	wantSame(t, "Calls", readMovingPage(t).olds("Calls"), want)
}

func TestTheWayToVersion5NamesEveryParameter(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, item := range readOpenAPI(t, "v3").Paths {
		for _, operation := range item {
			for _, p := range operation.Parameters {
				if p.In != "header" {
					names[p.Name] = true
				}
			}
		}
	}
	wantSame(t, "Parameters", readMovingPage(t).olds("Parameters"), slices.Collect(maps.Keys(names)))
}

func TestTheWayToVersion5NamesEveryField(t *testing.T) {
	t.Parallel()
	schemas := readOpenAPI(t, "v3").Components.Schemas
	described := map[string]bool{}
	for heading, rows := range readMovingPage(t) {
		objects, ok := strings.CutPrefix(heading, "Fields: ")
		if !ok {
			continue
		}
		keys := map[string]bool{}
		for object := range strings.SplitSeq(objects, ", ") {
			schema, ok := schemas[object]
			if !ok {
				t.Errorf("docs/v3-to-v5.md: version 3 has no object %s", object)
			}
			described[object] = true
			for key := range schema.Properties {
				keys[key] = true
			}
		}
		var got []string
		for _, r := range rows {
			got = append(got, r.old)
		}
		wantSame(t, heading, got, slices.Collect(maps.Keys(keys)))
	}
	for object := range schemas {
		if !described[object] {
			t.Errorf("docs/v3-to-v5.md: got no table of %s", object)
		}
	}
}

func TestTheWayToVersion5NamesEveryError(t *testing.T) {
	t.Parallel()
	var want []string
	for _, status := range apiv3.Statuses() {
		want = append(want, strconv.Itoa(status))
	}
	wantSame(t, "Errors", readMovingPage(t).olds("Errors"), want)
}

var (
	namedCall  = regexp.MustCompile("`([A-Z]+) (/api/[^`]*)`")
	namedField = regexp.MustCompile("`([A-Z][A-Za-z]*)\\.([a-z_]+)`")
)

// TestTheWayToVersion5LeadsSomewhere looks in version 5 for the calls and fields that the page names.
func TestTheWayToVersion5LeadsSomewhere(t *testing.T) {
	t.Parallel()
	documents := []openAPI{readOpenAPI(t, "public"), readOpenAPI(t, "private"), readOpenAPI(t, "cause")}
	has := func(found func(openAPI) bool) bool { return slices.ContainsFunc(documents, found) }
	for heading, rows := range readMovingPage(t) {
		for _, r := range rows {
			cells := r.now + " " + r.rest
			if r.now != "none" && !strings.Contains(r.now, "`") && !strings.HasPrefix(heading, "Errors") {
				t.Errorf("%s, %s: got %q, want a name in version 5 or none", heading, r.old, r.now)
			}
			for _, call := range namedCall.FindAllStringSubmatch(cells, -1) {
				if !has(func(d openAPI) bool { _, ok := d.Paths[call[2]][strings.ToLower(call[1])]; return ok }) {
					t.Errorf("%s, %s: version 5 has no %s", heading, r.old, call[0])
				}
			}
			for _, field := range namedField.FindAllStringSubmatch(cells, -1) {
				if !has(func(d openAPI) bool { _, ok := d.Components.Schemas[field[1]].Properties[field[2]]; return ok }) {
					t.Errorf("%s, %s: version 5 has no %s", heading, r.old, field[0])
				}
			}
		}
	}
}
