package apidocs_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/web/ui"
)

// first is a document with what the reference has to know.
const first = `{"openapi":"3.1.0","info":{"title":"The <first>","description":"What it *is*. <script>"},"tags":[{"name":"Cats","description":"All cats."},{"name":"None"}],
"paths":{"/cats/{id}":{"get":{"operationId":"getCat","summary":"Get a <cat>","description":"Get a <cat>. It needs ` + "`public`" + `.","tags":["Cats"],"deprecated":true,
"parameters":[{"name":"id","in":"path","required":true,"description":"The id.","schema":{"type":"string","format":"uuid"}},{"name":"order","in":"query","schema":{"type":["string","null"],"enum":["up","down"]}}],
"responses":{"200":{"description":"OK","content":{"application/json":{"schema":{"type":"object","required":["data"],"properties":{"data":{"type":"array","items":{"$ref":"#/components/schemas/Cat"}},
"more":{"type":"object","properties":{"after":{"type":"integer"}}}}},"example":{"data":[{"name":"<Tom>"}]}}}},"404":{"$ref":"#/components/responses/Gone"}}},
"post":{"operationId":"addCat","summary":"Add one","tags":["Cats"],"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Cat"}}}},"responses":{"201":{"description":"Made"}}}}},
"webhooks":{"cat:born":{"post":{"operationId":"onCatBorn","summary":"A cat was born","responses":{"200":{"description":"Taken"}}}}},
"components":{"responses":{"Gone":{"description":"Not there"}},"schemas":{"Cat":{"type":"object","required":["name"],"properties":{"name":{"type":"string","description":"What it is called."},
"owner":{"anyOf":[{"$ref":"#/components/schemas/Owner"},{"type":"null"}]}}},"Owner":{"type":"object","properties":{"id":{"type":"string"}}}}}}`

var page = sync.OnceValue(func() http.Handler {
	read := func(text string) func(context.Context) ([]byte, error) {
		return func(context.Context) ([]byte, error) {
			if text == "" {
				return nil, errors.New("not now")
			}
			return []byte(text), nil
		}
	}
	return apidocs.New(apidocs.Options{
		Documents: []apidocs.Document{
			{Key: "one", Name: "The first", Address: "/first/openapi", Address30: "/first/openapi-3.0", Read: read(first)},
			{Key: "two", Name: "The <second>", Address: "/second/openapi", Address30: "/second/openapi-3.0", Read: read(`{"info":{"title":"Two"}}`)},
			{Key: "away", Name: "Away", Read: read("")}, {Key: "broken", Name: "Broken", Read: read(`{"info":`)},
		},
		Others: []apidocs.Link{{Name: "A <schema>", Address: "/schema.json"}},
		Banner: func(context.Context) string { return "Play <money>" },
		Brand:  ui.Brand{Contact: "hello@give.example", Legal: "https://give.example/legal"},
	})
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

// TestPagesSayWhatTheDocumentSays looks at a page of each kind.
func TestPagesSayWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	for target, wants := range map[string][]string{
		"/docs/api": {
			"<h1>The &lt;first&gt;</h1>", "What it <em>is</em>.", `<aside class="play">Play &lt;money&gt;</aside>`, "<h2>Cats</h2>", "All cats.",
			`<a href="/docs/api?document=one&amp;operation=getCat">Get a &lt;cat&gt;</a> <span class="tag">Deprecated</span>`, "<strong>GET</strong> <code>/cats/{id}</code>",
			"<h2>Webhooks</h2>", "<code>cat:born</code>", `<a href="/docs/api?document=one&amp;schema=Cat">Cat</a>`, `<a href="/schema.json">A &lt;schema&gt;</a>`,
			`<a href="/first/openapi">OpenAPI 3.1</a>`, `<a href="/first/openapi-3.0">OpenAPI 3.0</a>`, `href="/docs/api?document=one" aria-current="page"`,
		},
		"/docs/api?operation=getCat": {
			"<title>Get a &lt;cat&gt; · The first · API reference", "<p>It needs <code>public</code>.</p>", "<code>id</code>", "path", "string (uuid)", "string or null: up, down",
			"<h2>200 OK</h2>", "<h2>404 Not there</h2>", "<code>data</code>", `list of <a href="/docs/api?document=one&amp;schema=Cat">Cat</a>`, "<code>more.after</code>", "&lt;Tom&gt;",
		},
		"/docs/api?operation=addCat": {"<h2>Body</h2>", "<code>(body)</code>", "<h2>201 Made</h2>"},
		"/docs/api?schema=Cat":       {"<h1>Cat</h1>", "What it is called.", `or null <a href="/docs/api?document=one&amp;schema=Owner">Owner</a>`, "always"},
		"/docs/api?document=two":     {"<h1>Two</h1>", `href="/docs/api?document=two" aria-current="page">The &lt;second&gt;</a>`},
		"//docs//api?document=none":  {"<h1>The &lt;first&gt;</h1>"}, "/docs/api?operation=none&schema=none": {"<h1>The &lt;first&gt;</h1>"},
	} {
		w := ask("GET", target)
		for _, want := range wants {
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: got %d\n%s\nwant %s", target, w.Code, w.Body, want)
			}
		}
		if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "<h2>None</h2>") {
			t.Errorf("%s: got %s, want neither a script nor an empty group", target, w.Body)
		}
	}
	for _, target := range []string{"/docs/api?document=away", "/docs/api?document=broken"} {
		if w := ask("GET", target); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "not now") {
			t.Errorf("%s: got %d %s, want a failure without its reason", target, w.Code, w.Body)
		}
	}
}

// TestThePageNeedsNobodyElse looks for what a page could load, and at the policy that forbids the rest.
func TestThePageNeedsNobodyElse(t *testing.T) {
	t.Parallel()
	w := ask("GET", "/docs/api")
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'; style-src 'self'") || strings.Contains(policy, "script") || strings.Contains(policy, "http") {
		t.Errorf("got policy %q, want styles of this server and no script", policy)
	}
	for _, one := range regexp.MustCompile(`<(?:link|img|script)[^>]* (?:src|href)="([^"]*)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		if strings.HasPrefix(one[1], "http") || strings.HasPrefix(one[1], "//") {
			t.Errorf("got %s in the page, want nothing loaded from elsewhere", one[1])
		}
	}
}

// TestEveryOperationOfTheRealDocumentsHasAPage reads the documents of this server.
func TestEveryOperationOfTheRealDocumentsHasAPage(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"public", "private", "cause", "v3"} {
		raw := must.Get(os.ReadFile(filepath.Join("..", "..", "docs", "openapi", name+".json")))(t)
		pages := apidocs.New(apidocs.Options{
			Documents: []apidocs.Document{{Key: name, Name: name, Read: func(context.Context) ([]byte, error) { return raw, nil }}}, Banner: func(context.Context) string { return "" },
		})
		get := func(target string) string {
			w := httptest.NewRecorder()
			pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
			return w.Body.String()
		}
		all := get("/docs/api")
		links := regexp.MustCompile(`href="(/docs/api\?document=[a-z0-9]+&amp;(?:operation|schema)=[^"]*)"`).FindAllStringSubmatch(all, -1)
		if operations := bytes.Count(raw, []byte(`"operationId"`)); operations == 0 || strings.Count(all, "operation=") != operations {
			t.Errorf("%s: got %d operations, want %d", name, strings.Count(all, "operation="), operations)
		}
		for _, link := range links {
			if one := get(strings.ReplaceAll(link[1], "&amp;", "&")); strings.Count(one, "<h1>") != 1 || len(one) > 200_000 || strings.Contains(one, "<h1>Almoner API") {
				t.Errorf("%s: got %d bytes, want a page of its own", link[1], len(one))
			}
		}
	}
}

func TestMethodsAndUnknownAddresses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{"HEAD", "/docs/api", 200}, {"OPTIONS", "/docs/api", 204}, {"POST", "/docs/api", 405}, {"GET", "/docs/api/none.js", 404}, {"GET", "/docs/api/../apidocs.go", 404},
	} {
		w := ask(c.method, c.target)
		if w.Code != c.status {
			t.Errorf("%s %s: got %d, want %d", c.method, c.target, w.Code, c.status)
		}
		if (c.status == 204 || c.status == 405) && w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s %s: got Allow %q", c.method, c.target, w.Header().Get("Allow"))
		}
	}
	tag := ask("GET", "/docs/api").Header().Get("ETag")
	if w := ask("GET", "/docs/api", "If-None-Match", tag); tag == "" || w.Code != http.StatusNotModified {
		t.Errorf("got %d for %s, want that it did not change", w.Code, tag)
	}
}

func TestPagesSayWhoRunsTheSite(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"", "?document=two", "?document=one&operation=getCat", "?document=one&schema=Cat"} {
		got := ask(http.MethodGet, apidocs.Path+query).Body.String()
		for _, want := range []string{`href="https://give.example/legal"`, "hello@give.example"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q: got a page without %q", query, want)
			}
		}
	}
}
