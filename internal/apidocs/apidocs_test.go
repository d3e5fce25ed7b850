package apidocs_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apidocs"
)

func page() http.Handler {
	return apidocs.New([]apidocs.Document{
		{Key: "one", Name: "The first", Address: "/first/openapi", Address30: "/first/openapi-3.0"},
		{Key: "two", Name: "The <second>", Address: "/second/openapi", Address30: "/second/openapi-3.0"},
	})
}

func ask(method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page().ServeHTTP(w, r)
	return w
}

func TestTheReaderChoosesADocument(t *testing.T) {
	t.Parallel()
	for target, address := range map[string]string{
		"/docs/api": "/first/openapi", "/docs/api/": "/first/openapi", "/docs/api?document=two": "/second/openapi",
		"//docs//api?document=one": "/first/openapi", "/docs/api?document=%3Cscript%3E": "/first/openapi",
		"/docs/api?openapi=3.0": "/first/openapi-3.0", "/docs/api?document=two&openapi=3.0": "/second/openapi-3.0",
		"/docs/api?document=two&openapi=3.1": "/second/openapi", "/docs/api?document=two&openapi=%22%3E": "/second/openapi",
	} {
		w := ask("GET", target)
		body := w.Body.String()
		if w.Code != 200 || !strings.Contains(body, `data-document="`+address+`"`) {
			t.Errorf("%s: got %d %s, want the document %s", target, w.Code, body, address)
		}
		if strings.Count(body, `aria-current="page"`) != 1 || strings.Count(body, `aria-current="true"`) != 1 || strings.Contains(body, "<second>") || strings.Contains(body, "<script>") {
			t.Errorf("%s: got %s, want one current document, one current version and escaped names", target, body)
		}
	}
}

// TestChoicesKeepEachOther follows the choice of a document, which keeps the version of OpenAPI, and the other way around.
func TestChoicesKeepEachOther(t *testing.T) {
	t.Parallel()
	body := ask("GET", "/docs/api?document=two&openapi=3.0").Body.String()
	for _, link := range []string{
		`href="/docs/api?document=one&amp;openapi=3.0"`, `href="/docs/api?document=two&amp;openapi=3.0" aria-current="page"`,
		`href="/docs/api?document=two&amp;openapi=3.1"`, `href="/docs/api?document=two&amp;openapi=3.0" aria-current="true"`,
	} {
		if !strings.Contains(body, link) {
			t.Errorf("got %s, want a link %s", body, link)
		}
	}
}

// TestThePageNeedsNobodyElse looks for what a page could load, and at the policy that forbids the rest.
func TestThePageNeedsNobodyElse(t *testing.T) {
	t.Parallel()
	w := ask("GET", "/docs/api")
	policy := w.Header().Get("Content-Security-Policy")
	for _, needed := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, needed) {
			t.Errorf("got policy %q, want %s in it", policy, needed)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("got policy %q, want nothing unsafe and nobody else", policy)
	}
	loaded := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(w.Body.String(), -1)
	if len(loaded) < 5 {
		t.Fatalf("got %d addresses in the page, want its files", len(loaded))
	}
	for _, one := range loaded {
		address := one[1]
		if strings.HasPrefix(address, "http") || strings.HasPrefix(address, "//") {
			t.Errorf("got %s in the page, want addresses of this server only", address)
		}
		if strings.HasPrefix(address, "/docs/api/") && ask("GET", address).Code != 200 {
			t.Errorf("%s: got no file", address)
		}
	}
}

func TestFilesArePackedForThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	const file = "/docs/api/swagger-ui-bundle.js"
	plain := ask("GET", file)
	for accepted, packed := range map[string]bool{
		"gzip": true, "br, GZIP;q=0.5, *": true, "gzip; q=1": true, "": false, "br": false, "gzip;q=0": false, "gzip; q=0.0": false,
	} {
		w := ask("GET", file, "Accept-Encoding", accepted)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("Accept-Encoding %q: got packed %t, want %t", accepted, got, packed)
			continue
		}
		body := w.Body.Bytes()
		if packed {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(body, plain.Body.Bytes()) || len(body) < 1<<20 {
			t.Errorf("Accept-Encoding %q: got %d bytes, want the %d of the file", accepted, len(body), plain.Body.Len())
		}
		if w.Header().Get("Vary") != "Accept-Encoding" || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("Accept-Encoding %q: got headers %v, want Vary and JavaScript", accepted, w.Header())
		}
		again := ask("GET", file, "Accept-Encoding", accepted, "If-None-Match", w.Header().Get("ETag"))
		if again.Code != 304 || again.Body.Len() > 0 || (w.Header().Get("ETag") == plain.Header().Get("ETag")) == packed {
			t.Errorf("Accept-Encoding %q: got %d with ETag %s, want 304 and a tag of its own for each form", accepted, again.Code, w.Header().Get("ETag"))
		}
	}
}

func TestMethodsAndUnknownFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{"HEAD", "/docs/api", 200}, {"HEAD", "/docs/api/page.css", 200}, {"OPTIONS", "/docs/api", 204}, {"POST", "/docs/api", 405},
		{"GET", "/docs/api/none.js", 404}, {"GET", "/docs/api/../apidocs.go", 404}, {"GET", "/docs/api/swagger-ui/LICENSE", 404},
	} {
		w := ask(c.method, c.target)
		if w.Code != c.status {
			t.Errorf("%s %s: got %d, want %d", c.method, c.target, w.Code, c.status)
		}
		if c.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("HEAD %s: got a body of %d bytes", c.target, w.Body.Len())
		}
		if (c.status == 204 || c.status == 405) && w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s %s: got Allow %q", c.method, c.target, w.Header().Get("Allow"))
		}
	}
}
