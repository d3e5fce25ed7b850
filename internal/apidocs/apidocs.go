// Package apidocs is the reference page of the API at /docs/api: a published viewer of OpenAPI
// documents, embedded, with a choice between the documents of this server.
//
// The contract: everything that the page needs comes from this server, and its
// Content-Security-Policy lets nothing else in, so it works without any other network. The
// package knows addresses of documents and nothing of what they say.
package apidocs

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"html/template"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
)

// Path is where the page is; everything below it belongs to the page.
const Path = "/docs/api"

// Document is one document that a reader can choose.
type Document struct {
	// Key stands in the address: /docs/api?document=v3.
	Key string
	// Name is what the choice says.
	Name string
	// Address is where the document is in OpenAPI 3.1: "/api/v3/openapi".
	Address string
	// Address30 is where it is in OpenAPI 3.0: "/api/v3/openapi-3.0".
	Address30 string
}

// Link leads to a document that the page does not show, such as the schema of live messages.
type Link struct{ Name, Address string }

// The versions of OpenAPI that a reader can choose: /docs/api?document=v3&openapi=3.0.
const (
	openAPI31 = "3.1"
	openAPI30 = "3.0"
)

// in is the address of the document in a version of OpenAPI.
func (d Document) in(version string) string {
	if version == openAPI30 {
		return d.Address30
	}
	return d.Address
}

//go:embed page.html page.css page.js oauth2-redirect.html swagger-ui
var files embed.FS

// policy lets in what this server has, and small pictures that stand in the style sheet.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// asset is a file of the page.
type asset struct {
	contentType string
	// body unpacks the file when somebody first asks for it: most servers never show this page.
	body func() *coding.Body
}

// site is the page with its files.
type site struct {
	documents []Document
	others    []Link
	banner    func(context.Context) string
	page      *template.Template
	assets    map[string]asset
}

// New makes the handler of everything below Path. The first document is the one that is shown
// when nobody chose; there must be one. The others are linked. The banner is a text that stands above everything, "" for none.
func New(documents []Document, others []Link, banner func(context.Context) string) api.Surface {
	s := &site{
		documents: documents, others: others, banner: banner, assets: map[string]asset{},
		page: template.Must(template.ParseFS(files, "page.html")),
	}
	for name, file := range map[string]string{
		"page.css": "page.css", "page.js": "page.js", "oauth2-redirect.html": "oauth2-redirect.html",
		"oauth2-redirect.js":   "swagger-ui/oauth2-redirect.js",
		"swagger-ui-bundle.js": "swagger-ui/swagger-ui-bundle.js.gz",
		"swagger-ui.css":       "swagger-ui/swagger-ui.css.gz",
	} {
		s.assets[Path+"/"+name] = load(file)
	}
	return s
}

// load reads an embedded file. It panics where there is none: the program was built without it.
func load(file string) asset {
	body, err := files.ReadFile(file)
	if err != nil {
		panic("apidocs: " + err.Error())
	}
	name, packed := strings.CutSuffix(file, ".gz")
	kinds := map[string]string{".css": "text/css", ".js": "text/javascript", ".html": "text/html"}
	return asset{
		contentType: kinds[name[strings.LastIndexByte(name, '.'):]] + "; charset=utf-8",
		body: sync.OnceValue(func() *coding.Body {
			if packed {
				body = unpacked(body)
			}
			return coding.NewBody(body)
		}),
	}
}

// Endpoints are the page and its files.
func (s *site) Endpoints() []api.Endpoint {
	all := []api.Endpoint{{Method: http.MethodGet, Pattern: Path}}
	for path := range s.assets {
		all = append(all, api.Endpoint{Method: http.MethodGet, Pattern: path})
	}
	return all
}

// ServeHTTP answers a request for the page or one of its files.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	api.GuardPage(h, policy, "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD, OPTIONS")
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		http.Error(w, "this can only be read", http.StatusMethodNotAllowed)
		return
	}
	path := api.SqueezePath(r.URL.Path)
	if path == Path {
		s.servePage(w, r)
	} else if a, ok := s.assets[path]; ok {
		a.serve(w, r)
	} else {
		http.Error(w, "there is nothing at this address", http.StatusNotFound)
	}
}

// view is what the page shows, and what can be chosen instead.
type view struct {
	Chosen    Document
	Documents []Document
	Others    []Link
	// Version is the chosen version of OpenAPI, one of Versions. Address is the chosen document in it.
	Version, Address string
	Versions         []string
	// Banner stands above everything; "" for none.
	Banner string
}

// servePage shows the document that was asked for, or the first one, in OpenAPI 3.1 unless 3.0 was asked for.
func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	query, shown := r.URL.Query(), view{
		Chosen: s.documents[0], Documents: s.documents, Others: s.others, Version: openAPI31, Versions: []string{openAPI31, openAPI30},
		Banner: s.banner(r.Context()),
	}
	for _, d := range s.documents {
		if d.Key == query.Get("document") {
			shown.Chosen = d
		}
	}
	if query.Get("openapi") == openAPI30 {
		shown.Version = openAPI30
	}
	shown.Address = shown.Chosen.in(shown.Version)
	var body bytes.Buffer
	if err := s.page.Execute(&body, shown); err != nil {
		http.Error(w, "this cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	api.SendShared(w, r, coding.NewBody(body.Bytes()))
}

// serve sends the file.
func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", a.contentType)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	api.SendShared(w, r, a.body())
}

// unpacked panics where the file is no gzip: the program was built with a broken one.
func unpacked(body []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err == nil {
		body, err = io.ReadAll(z)
	}
	if err != nil {
		panic("apidocs: " + err.Error())
	}
	return body
}
