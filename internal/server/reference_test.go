package server_test

import (
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
	choices := regexp.MustCompile(`href="(/docs/api\?document=[^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(choices) != 4 {
		t.Fatalf("got %d documents to choose from, want 4: %s", len(choices), page)
	}
	for _, choice := range choices {
		status, page := testnode.Get(t, s.URL+choice[1])
		shown := regexp.MustCompile(`data-document="([^"]*)"`).FindStringSubmatch(page)
		if status != http.StatusOK || shown == nil {
			t.Errorf("%s: got %d %s, want a page with a document", choice[1], status, page)
			continue
		}
		if status, document := testnode.Get(t, s.URL+shown[1]); status != http.StatusOK || !strings.Contains(document, `"openapi": "3.1`) {
			t.Errorf("%s: got %d with %d bytes, want an OpenAPI document", shown[1], status, len(document))
		}
	}
}
