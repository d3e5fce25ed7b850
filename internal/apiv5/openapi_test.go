package apiv5_test

import (
	"bytes"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestDocumentsAreCommitted compares the documents with the committed files. That there is a
// document at all says that every row has a summary, a tag and described parameters.
func TestDocumentsAreCommitted(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"public", "private", "cause"} {
		file := "../../docs/openapi/" + part + ".json"
		got, err := apiv5.OpenAPI(part)
		if err != nil {
			t.Error(err)
			continue
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
			t.Errorf("the rows and %s differ: run go test ./internal/apiv5 -run TestDocumentsAreCommitted -update and look at the difference", file)
		}
	}
}

func TestDocumentsAreServedToEverybody(t *testing.T) {
	t.Parallel()
	handlers := apiv5.New(apiv5.Options{})
	for part, handler := range map[string]http.Handler{"public": handlers.Public, "private": handlers.Private, "cause": handlers.Cause} {
		want, err := apiv5.OpenAPI(part)
		if err != nil {
			t.Error(err)
			continue
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/api/"+part+"/openapi", nil))
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), want) {
			t.Errorf("%s: got %d with %d bytes, want 200 with the document of %d bytes", part, w.Code, w.Body.Len(), len(want))
		}
		if w.Header().Get("ETag") == "" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got headers %v, want an ETag and any origin", part, w.Header())
		}
	}
}

func TestThereAreNoOtherDocuments(t *testing.T) {
	t.Parallel()
	if got, err := apiv5.OpenAPI("secret"); err == nil {
		t.Errorf("got a document of %d bytes, want an error", len(got))
	}
}
