package apiv5_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
)

// TestHeadHasTheHeadersOfGet asks every read below /api/public and /api/cause in every coding, and the documents.
func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	for _, row := range append(apiv5.Reads(), apiv5.Row{Pattern: "/api/public/openapi"}, apiv5.Row{Pattern: "/api/private/openapi"}) {
		target, caller := w.path(targetOf(row.Pattern)), callerOf(row.Pattern)
		for _, accepted := range []string{"", "gzip", "gzip, zstd"} {
			get, head := w.call("GET", target, w.token(caller), "", "Accept-Encoding", accepted), w.call("HEAD", target, w.token(caller), "", "Accept-Encoding", accepted)
			if got, want := headersOf(head.Header()), headersOf(get.Header()); got != want || head.Code != 200 || get.Code != 200 || head.Body.Len() > 0 {
				t.Errorf("%s in %q: got %d %s, want %d %s", target, accepted, head.Code, got, get.Code, want)
			}
			compressed := get.Header().Get("Content-Encoding") != ""
			if got := get.Header().Get("ETag"); strings.HasPrefix(got, "W/") != compressed || !strings.HasSuffix(got, `"`) {
				t.Errorf("%s in %q: got ETag %q, want it marked weak where it is compressed", target, accepted, got)
			}
			if got := get.Header().Get("Cache-Control"); got != "must-revalidate, private, max-age=0" {
				t.Errorf("%s: got Cache-Control %q", target, got)
			}
		}
		asked++
	}
	if asked < 60 {
		t.Errorf("got %d reads, want all", asked)
	}
}

// headersOf are all headers in order but the request's own id.
func headersOf(h http.Header) string {
	h = h.Clone()
	h.Del("X-Request-Id")
	return fmt.Sprint(h)
}
