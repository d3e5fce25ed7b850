package apiv3_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
)

// TestDocumentIsCommitted compares the document with the committed file.
func TestDocumentIsCommitted(t *testing.T) {
	t.Parallel()
	const file = "../../docs/openapi/v3.json"
	got, err := apiv3.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the rows and %s differ: run go test ./internal/apiv3 -run TestDocumentIsCommitted -update and look at the difference", file)
	}
}

func TestDocumentIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	want, err := apiv3.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	answer := w.call("GET", "/openapi", "", "")
	if answer.Code != 200 || !bytes.Equal(answer.Body.Bytes(), want) {
		t.Fatalf("got %d with %d bytes, want 200 with the document of %d bytes", answer.Code, answer.Body.Len(), len(want))
	}
	if answer.Header().Get("ETag") == "" || answer.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got headers %v, want an ETag and any origin", answer.Header())
	}
	if got := w.call("OPTIONS", "/openapi", "", ""); got.Code != 204 {
		t.Errorf("OPTIONS: got %d, want 204", got.Code)
	}
}

// TestEveryRowIsInTheDocument looks for each row with a summary.
func TestEveryRowIsInTheDocument(t *testing.T) {
	t.Parallel()
	made, err := apiv3.OpenAPI()
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
