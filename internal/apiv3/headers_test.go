package apiv3_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
)

// TestHeadHasTheHeadersOfGet asks every read in every coding.
func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := rowsToAsk()
	for _, at := range []string{"/openapi", "/openapi-3.0"} {
		asked[at] = script{target: at}
	}
	reads := slices.DeleteFunc(apiv3.Rows(), func(r apiv3.Row) bool { return r.Method != "GET" })
	if len(asked) < len(reads) {
		t.Errorf("got %d reads, want all %d", len(asked), len(reads))
	}
	for _, s := range asked {
		for _, accepted := range []string{"", "gzip", "gzip, zstd"} {
			get, head := w.call("GET", w.path(s.target), w.token(s.token), "", "Accept-Encoding", accepted),
				w.call("HEAD", w.path(s.target), w.token(s.token), "", "Accept-Encoding", accepted)
			if got, want := headersOf(head.Header()), headersOf(get.Header()); got != want || head.Code != 200 || get.Code != 200 || head.Body.Len() > 0 {
				t.Errorf("%s in %q: got %d %s, want %d %s", s.target, accepted, head.Code, got, get.Code, want)
			}
			if got := get.Header().Get("Cache-Control"); got != "must-revalidate, private, max-age=0" || get.Header().Get("ETag") == "" {
				t.Errorf("%s: got Cache-Control %q and ETag %q", s.target, got, get.Header().Get("ETag"))
			}
		}
	}
}

// headersOf are all headers in order but the request's own id.
func headersOf(h http.Header) string {
	h = h.Clone()
	h.Del("X-Request-Id")
	return fmt.Sprint(h)
}
