package apiv3_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/testexample"
)

// documents are those of the version, by where they are served.
var documents = map[string]struct {
	file    string
	dialect api.Dialect
}{
	"/openapi":     {"../../docs/openapi/v3.json", api.OpenAPI31},
	"/openapi-3.0": {"../../docs/openapi/v3-3.0.json", api.OpenAPI30},
}

// TestDocumentsAreCommitted compares the documents with the committed files.
func TestDocumentsAreCommitted(t *testing.T) {
	t.Parallel()
	for path, d := range documents {
		got, err := apiv3.OpenAPI(d.dialect)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		compare(t, d.file, append(got, '\n'))
	}
}

func TestDocumentsAreServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, d := range documents {
		want, err := apiv3.OpenAPI(d.dialect)
		if err != nil {
			t.Fatal(err)
		}
		answer := w.call("GET", path, "", "")
		if answer.Code != 200 || !bytes.Equal(answer.Body.Bytes(), want) {
			t.Fatalf("%s: got %d with %d bytes, want 200 with the document of %d bytes", path, answer.Code, answer.Body.Len(), len(want))
		}
		if answer.Header().Get("ETag") == "" || answer.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got headers %v, want an ETag and any origin", path, answer.Header())
		}
		if got := w.call("OPTIONS", path, "", ""); got.Code != 204 {
			t.Errorf("OPTIONS %s: got %d, want 204", path, got.Code)
		}
	}
}

// TestEverythingIsDescribed wants a description of every operation, and of every key that is not in the
// list of plain ones.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	{
		text, err := apiv3.OpenAPI(api.OpenAPI31)
		if err != nil {
			t.Fatal(err)
		}
		missing, err := testexample.Undescribed(text)
		if err != nil || len(missing) > 0 {
			t.Errorf("got no description of %q (%v): write it in fieldTexts or in a struct tag doc", missing, err)
		}
	}
}

// TestExamplesAreOfGoldenFiles compares the examples with the golden files, and wants one for every
// row that answers something. After -update, the documents need another run to have them.
func TestExamplesAreOfGoldenFiles(t *testing.T) {
	t.Parallel()
	rows := apiv3.Answers()
	got, err := testexample.Make("testdata/golden", rows)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "openapi/examples.json", got)
	if lacking, err := testexample.Lacking(rows, got); err != nil || len(lacking) > 0 {
		t.Errorf("got no example of %q (%v): add a golden file of this answer, or of one of its type", lacking, err)
	}
}

// TestDocumentsAreValid reads each document as a generator does, and compares its examples with its
// schemas.
func TestDocumentsAreValid(t *testing.T) {
	t.Parallel()
	for path, d := range documents {
		text, err := apiv3.OpenAPI(d.dialect)
		if err != nil {
			t.Fatal(err)
		}
		if err := testexample.Valid(t.Context(), text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestEveryRowIsInTheDocument looks for each row with a summary.
func TestEveryRowIsInTheDocument(t *testing.T) {
	t.Parallel()
	made, err := apiv3.OpenAPI(api.OpenAPI31)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal(made, &document); err != nil {
		t.Fatal(err)
	}
	methods := map[string]string{"GET": "get", "POST": "post", "PATCH": "patch", "DELETE": "delete"}
	for _, r := range apiv3.Rows() {
		if document.Paths["/api/v3"+r.Pattern][methods[r.Method]].Summary == "" {
			t.Errorf("%s: got no operation with a summary", r)
		}
	}
}
