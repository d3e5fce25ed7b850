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
	_, page := testnode.Get(t, s.URL+"/docs/api")
	choices := regexp.MustCompile(`href="(/docs/api\?document=[a-z0-9]+)"`).FindAllStringSubmatch(html.UnescapeString(page), -1)
	if len(choices) != 4 {
		t.Fatalf("got %d documents to choose from, want 4: %s", len(choices), page)
	}
	for _, choice := range choices {
		status, page := testnode.Get(t, s.URL+choice[1])
		files := regexp.MustCompile(`href="(/api/[^"]*)">OpenAPI (3\.[01])<`).FindAllStringSubmatch(page, -1)
		if status != http.StatusOK || len(files) != 2 || strings.Count(page, "operation=") == 0 {
			t.Errorf("%s: got %d with %d files, want a page of operations, and the document in two versions", choice[1], status, len(files))
		}
		for _, file := range files {
			if status, document := testnode.Get(t, s.URL+file[1]); status != http.StatusOK || !strings.Contains(document, `"openapi": "`+file[2]) {
				t.Errorf("%s: got %d with %d bytes, want a document in OpenAPI %s", file[1], status, len(document), file[2])
			}
		}
	}
}
