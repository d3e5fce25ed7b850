package testexample_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testexample"
)

func TestMake(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	must.Do(t, os.Mkdir(filepath.Join(folder, "write"), 0o755))
	for name, text := range map[string]string{
		"empty.txt":       "GET /a/1/b?limit=2 (ann)\n200\n{\n  \"data\": []\n}\n",
		"list.txt":        "GET /a/b/c (ann)\n200\n{\n  \"data\": [\n {\"z\": [1, 2], \"a\": 2.50},\n {} ]\n}\n",
		"other.txt":       "GET /unknown (ann)\n200\n{}\n",
		"write/made.txt":  "POST /a/{x}/b (ann)\n{\n  \"n\": 1\n}\n\n201\nLocation: /a/{id 1}\n{\n  \"id\": \"{id 1}\"\n}\n",
		"write/wrong.txt": "POST /a/{x}/b (ann)\n{}\n\n422\n{\"error\": [\"n\", \"o\"]}\n",
		"write/short.txt": "POST /a/{x}/b (ann)\n{}\n\n422\n{\"error\": []}\n",
	} {
		must.Do(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	got := must.Get(testexample.Make(folder, map[string]string{
		"GET /a/{id}/b": "list", "GET /a/{id}/c": "list", "GET /a/b/{id}": "list", "POST /a/{id}/b": "made", "POST /c": "made", "GET /d": "none",
	}))(t)
	const want = `{
"422": {"error":[]},
"GET /a/b/{id}": {"data":[{"z":[1],"a":2.50}]},
"GET /a/{id}/b": "GET /a/b/{id}",
"GET /a/{id}/c": "GET /a/b/{id}",
"POST /a/{id}/b": {"id":"b3d32635-4503-5516-af22-ae8570927b70"},
"POST /c": "POST /a/{id}/b"
}
`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestUndescribed(t *testing.T) {
	t.Parallel()
	got := must.Get(testexample.Undescribed([]byte(`{
		"paths": {"/a": {"get": {"description": "It gets a."}, "post": {"summary": "Make"}}},
		"components": {"schemas": {"A": {"properties": {"id": {}, "goal": {"type": "string"}, "said": {"$ref": "#/b", "description": "Said."}}}}}
	}`)))(t)
	if want := []string{"A.goal", "post /a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	document := []byte(`{"a~/b": {"c": {"type": "object", "properties": {"n": {"type": ["integer", "null"]}, "at": {"type": "string", "format": "date-time"}}, "required": ["n"]}},
		"whole": {"$ref": "#/a~0~1b/c"}}`)
	for _, schema := range []*testexample.Schema{
		must.Get(testexample.ReadSchema(document, "a~/b", "c"))(t), must.Get(testexample.ReadSchema(document, "whole"))(t),
	} {
		for text, fits := range map[string]bool{
			`{"n": 1}`: true, `{"n": null, "at": "2026-01-02T15:04:05.678901Z"}`: true,
			`{}`: false, `{"n": "1"}`: false, `{"n": 1, "more": 1}`: false, `{"n": 1, "at": "today"}`: false, `{"n": 1`: false,
		} {
			if err := schema.Fits([]byte(text)); (err == nil) != fits {
				t.Errorf("%s: got %v, want that it fits: %t", text, err, fits)
			}
		}
	}
	for _, keys := range [][]string{{"nowhere"}, {"a~/b", "d"}} {
		if _, err := testexample.ReadSchema(document, keys...); err == nil {
			t.Errorf("%q: got a schema, want an error", keys)
		}
	}
}
