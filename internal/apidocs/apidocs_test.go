package apidocs_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/must"
)

var page = sync.OnceValue(func() http.Handler {
	return apidocs.New([]apidocs.Document{
		{Key: "one", Name: "The first", Address: "/first/openapi", Address30: "/first/openapi-3.0"},
		{Key: "two", Name: "The <second>", Address: "/second/openapi", Address30: "/second/openapi-3.0"},
	}, []apidocs.Link{{Name: "A <schema>", Address: "/schema.json"}}, func(context.Context) string { return "Play <money>" })
})

func ask(method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page().ServeHTTP(w, r)
	return w
}

func TestTheBannerStandsAboveEverything(t *testing.T) {
	t.Parallel()
	body := ask(http.MethodGet, "/docs/api").Body.String()
	banner, header := strings.Index(body, `<aside class="play">Play &lt;money&gt;</aside>`), strings.Index(body, "<header>")
	if banner < 0 || banner > header {
		t.Errorf("got the banner at %d and the header at %d", banner, header)
	}
}

func TestOtherDocumentsAreLinked(t *testing.T) {
	t.Parallel()
	body := ask(http.MethodGet, "/docs/api?document=two").Body.String()
	if link := `<a href="/schema.json">A &lt;schema&gt;</a>`; !strings.Contains(body, link) {
		t.Errorf("got %s, want %s in it", body, link)
	}
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

// TestAnswersAreCompressedForThoseWhoTakeIt asks for the page and its files in every form: each has the same tag, marked
// weak where it is compressed, and with whatever a proxy appended to it.
func TestAnswersAreCompressedForThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/docs/api", "/docs/api/page.css", "/docs/api/swagger-ui.css", "/docs/api/swagger-ui-bundle.js"} {
		plain := ask("GET", path)
		for accepted, form := range map[string]string{
			"gzip": "gzip", "br, GZIP;q=0.5": "gzip", "gzip; q=1": "gzip", "gzip, zstd": "zstd", "": "", "br": "", "gzip;q=0": "", "gzip; q=0.0": "",
		} {
			w := ask("GET", path, "Accept-Encoding", accepted)
			h := w.Header()
			if h.Get("Content-Encoding") != form || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Type") != plain.Header().Get("Content-Type") {
				t.Errorf("%s, Accept-Encoding %q: got headers %v, want the form %q and Vary", path, accepted, h, form)
			}
			if got := bodyOf(t, w); !bytes.Equal(got, plain.Body.Bytes()) || len(got) < 1<<10 {
				t.Errorf("%s, Accept-Encoding %q: got %d bytes, want the %d of the file", path, accepted, len(got), plain.Body.Len())
			}
			tag := plain.Header().Get("ETag")
			if want := map[bool]string{true: tag, false: "W/" + tag}[form == ""]; h.Get("ETag") != want || tag == "" {
				t.Errorf("%s, Accept-Encoding %q: got ETag %s, want %s", path, accepted, h.Get("ETag"), want)
			}
			for _, known := range []string{tag, "W/" + tag, strings.TrimSuffix(tag, `"`) + `-gzip"`, `"other", ` + tag, "*"} {
				again := ask("GET", path, "Accept-Encoding", accepted, "If-None-Match", known)
				if again.Code != 304 || again.Body.Len() > 0 {
					t.Errorf("%s, Accept-Encoding %q, If-None-Match %s: got %d, want 304", path, accepted, known, again.Code)
				}
			}
		}
	}
}

// bodyOf is the body as it was before it was compressed.
func bodyOf(t *testing.T, w *httptest.ResponseRecorder) []byte {
	t.Helper()
	var from io.Reader = bytes.NewReader(w.Body.Bytes())
	var err error
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		from, err = gzip.NewReader(from)
	case "zstd":
		from, err = zstd.NewReader(from)
	}
	must.Do(t, err)
	return must.Get(io.ReadAll(from))(t)
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
