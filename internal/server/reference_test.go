package server_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/testnode"
)

// TestTheReferenceShowsDocumentsThatAreThere follows what the reference page offers to choose.
func TestTheReferenceShowsDocumentsThatAreThere(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	for _, version := range []string{"3.1", "3.0"} {
		wantDocuments(t, s.URL, version)
	}
}

// wantDocuments follows the choices of documents in a version of OpenAPI.
func wantDocuments(t *testing.T, origin, version string) {
	t.Helper()
	_, page := testnode.Get(t, origin+"/docs/api?openapi="+version)
	page, _, _ = strings.Cut(page, "</nav>") // the choice of the version comes behind
	choices := regexp.MustCompile(`href="(/docs/api\?document=[^"]*)"`).FindAllStringSubmatch(html.UnescapeString(page), -1)
	if len(choices) != 4 {
		t.Fatalf("got %d documents to choose from, want 4: %s", len(choices), page)
	}
	for _, choice := range choices {
		status, page := testnode.Get(t, origin+choice[1])
		shown := regexp.MustCompile(`data-document="([^"]*)"`).FindStringSubmatch(page)
		if status != http.StatusOK || shown == nil {
			t.Errorf("%s: got %d %s, want a page with a document", choice[1], status, page)
			continue
		}
		if status, document := testnode.Get(t, origin+shown[1]); status != http.StatusOK || !strings.Contains(document, `"openapi": "`+version) {
			t.Errorf("%s: got %d with %d bytes, want a document in OpenAPI %s", shown[1], status, len(document), version)
		}
	}
}
