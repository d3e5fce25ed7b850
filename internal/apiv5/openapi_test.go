package apiv5_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/testexample"
)

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

// TestDocuments holds the committed documents. That there is a document at all says that every row has a summary, a
// tag and described parameters.
func TestDocuments(t *testing.T) {
	t.Parallel()
	var all []testexample.Document
	for _, d := range documents() {
		all = append(all, testexample.Document{File: d.file, Make: func() ([]byte, error) { return apiv5.OpenAPI(d.part, d.dialect) }})
	}
	testexample.Check(t, all)
}

func TestExamples(t *testing.T) {
	t.Parallel()
	testexample.CheckExamples(t, apiv5.Answers())
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

func TestThereAreNoOtherDocuments(t *testing.T) {
	t.Parallel()
	if got, err := apiv5.OpenAPI("secret", api.OpenAPI31); err == nil {
		t.Errorf("got a document of %d bytes, want an error", len(got))
	}
}
