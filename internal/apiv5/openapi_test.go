package apiv5_test

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/testexample"
)

var update = flag.Bool("update", false, "write the golden files anew")

// document is one of the version, where it is served and where it is committed.
type document struct {
	part, path, file string
	dialect          api.Dialect
}

// documents are all of the version.
func documents() []document {
	var all []document
	for _, part := range []string{"public", "private", "cause"} {
		at := "/api/" + part
		all = append(all,
			document{part, at + "/openapi", "../../docs/openapi/" + part + ".json", api.OpenAPI31},
			document{part, at + "/openapi-3.0", "../../docs/openapi/" + part + "-3.0.json", api.OpenAPI30})
	}
	return all
}

// TestDocumentsAreCommitted compares the documents with the committed files. That there is a
// document at all says that every row has a summary, a tag and described parameters.
func TestDocumentsAreCommitted(t *testing.T) {
	t.Parallel()
	for _, d := range documents() {
		got, err := apiv5.OpenAPI(d.part, d.dialect)
		if err != nil {
			t.Error(err)
			continue
		}
		compare(t, d.file, append(got, '\n'))
	}
}

func TestDocumentsAreServedToEverybody(t *testing.T) {
	t.Parallel()
	handlers := apiv5.New(apiv5.Options{})
	served := map[string]http.Handler{"public": handlers.Public, "private": handlers.Private, "cause": handlers.Cause}
	for _, d := range documents() {
		want, err := apiv5.OpenAPI(d.part, d.dialect)
		if err != nil {
			t.Error(err)
			continue
		}
		w := httptest.NewRecorder()
		served[d.part].ServeHTTP(w, httptest.NewRequest("GET", d.path, nil))
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), want) {
			t.Errorf("%s: got %d with %d bytes, want 200 with the document of %d bytes", d.path, w.Code, w.Body.Len(), len(want))
		}
		if w.Header().Get("ETag") == "" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got headers %v, want an ETag and any origin", d.path, w.Header())
		}
	}
}

// TestEverythingIsDescribed wants a description of every operation, and of every key that is not in the
// list of plain ones.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	for _, d := range documents() {
		if d.dialect != api.OpenAPI31 {
			continue
		}
		text, err := apiv5.OpenAPI(d.part, d.dialect)
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
	rows := apiv5.Answers()
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
// schemas. The validator knows 3.0 best.
func TestDocumentsAreValid(t *testing.T) {
	t.Parallel()
	for _, d := range documents() {
		text, err := apiv5.OpenAPI(d.part, d.dialect)
		if err != nil {
			t.Fatal(err)
		}
		if err := testexample.Valid(t.Context(), text); err != nil {
			t.Errorf("%s: %v", d.path, err)
		}
	}
}

func TestThereAreNoOtherDocuments(t *testing.T) {
	t.Parallel()
	if got, err := apiv5.OpenAPI("secret", api.OpenAPI31); err == nil {
		t.Errorf("got a document of %d bytes, want an error", len(got))
	}
}
