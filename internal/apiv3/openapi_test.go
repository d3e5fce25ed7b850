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

func TestDocuments(t *testing.T) {
	t.Parallel()
	var all []testexample.Document
	for _, d := range documents {
		all = append(all, testexample.Document{File: d.file, Make: func() ([]byte, error) { return apiv3.OpenAPI(d.dialect) }})
	}
	testexample.Check(t, all)
}

func TestExamples(t *testing.T) {
	t.Parallel()
	testexample.CheckExamples(t, apiv3.Answers())
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
