package apiv5_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
)

// TestHeadHasTheHeadersOfGet asks every read below /api/public and /api/cause in every coding, and the documents.
func TestHeadHasTheHeadersOfGet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	for _, row := range append(apiv5.Reads(), apiv5.Row{Pattern: "/api/public/openapi"}, apiv5.Row{Pattern: "/api/private/openapi"}, apiv5.Row{Pattern: "/api/cause/openapi-3.0"}) {
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

// TestHeadHasTheHeadersOfGetOfPrivateReads asks for everything that can be changed and read.
func TestHeadHasTheHeadersOfGetOfPrivateReads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	asked := map[string]bool{}
	for _, r := range rows(t) {
		if r.creates() || r.hasNone || asked[r.address()] {
			continue
		}
		get, head := d.read("GET", r.address()), d.read("HEAD", r.address())
		if got, want := headersOf(head.Header()), headersOf(get.Header()); got != want || head.Code != get.Code || head.Body.Len() > 0 {
			t.Errorf("%s: got %d %s, want %d %s", r.address(), head.Code, got, get.Code, want)
		}
		asked[r.address()] = get.Code == 200
	}
	if len(asked) < 15 {
		t.Errorf("got %d addresses, want all: %v", len(asked), asked)
	}
}

// read asks for something below /api/private in the name of its owner, compressed.
func (d *desk) read(method, address string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, d.filled("/api/private"+address), nil)
	r.Header.Set("Authorization", "Bearer "+d.tokens["owner"])
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}
