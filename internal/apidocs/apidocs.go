// Package apidocs is the reference of the API at /docs/api: pages made of the OpenAPI documents that this server serves, with a choice between them.
//
// A document has a page with all of its operations in their groups, and a page for each operation and each schema. They need no script and nothing
// from any other server. What they say is what the document says: the package knows where documents come from and how they are
// written, and nothing of the API.
package apidocs

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"sync"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// Path is where the reference is.
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
	// Read gives the document in OpenAPI 3.1. It is called once, when somebody first asks for it.
	Read func(context.Context) ([]byte, error)
}

// Link leads to a document that the pages do not show, such as the schema of live messages.
type Link struct{ Name, Address string }

//go:embed page.html
var page string

// policy lets in what this server has.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Options are what the reference is made of.
type Options struct {
	// Documents are those to choose from. The first is the one that is shown when nobody chose; there must be one.
	Documents []Document
	// Others are linked.
	Others []Link
	// Banner is a text that stands above everything, "" for none.
	Banner func(context.Context) string
	// Brand says whose site it is.
	Brand ui.Brand
}

// site is the reference.
type site struct {
	Options
	page *template.Template
	mu   sync.Mutex
	// read are the documents that somebody asked for, by their keys.
	read map[string]*reference
}

// New makes the handler of the reference.
func New(o Options) api.Surface {
	page := template.Must(ui.New(text.English, template.FuncMap{"markdown": markdown, "in": func(key string, fields []field) table { return table{key, fields} }}).New("page.html").Parse(page))
	return &site{Options: o, page: page, read: map[string]*reference{}}
}

// Endpoints are the reference itself.
func (s *site) Endpoints() []api.Endpoint {
	return []api.Endpoint{{Method: http.MethodGet, Pattern: Path}}
}

// ServeHTTP answers a request for a page.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	api.GuardPage(h, policy, "no-referrer")
	switch {
	case r.Method == http.MethodOptions:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, "this can only be read", http.StatusMethodNotAllowed)
	case api.SqueezePath(r.URL.Path) != Path:
		http.Error(w, "there is nothing at this address", http.StatusNotFound)
	default:
		s.servePage(w, r)
	}
}

// view is what a page shows: one operation, one schema, or else all of the document.
type view struct {
	*reference
	Title     string
	Chosen    Document
	Documents []Document
	Others    []Link
	Operation *operation
	Schema    *schema
	// Banner stands above everything; "" for none.
	Banner string
	Brand  ui.Brand
}

// table is a table of fields, whose links lead into the document of that key.
type table struct {
	Key    string
	Fields []field
}

// servePage shows the document that was asked for, or the first one.
func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	shown := view{Chosen: s.Documents[0], Documents: s.Documents, Others: s.Others, Banner: s.Banner(r.Context()), Brand: s.Brand}
	for _, d := range s.Documents {
		if d.Key == query.Get("document") {
			shown.Chosen = d
		}
	}
	var err error
	if shown.reference, err = s.reference(r.Context(), shown.Chosen); err != nil {
		http.Error(w, "this cannot be shown now", http.StatusInternalServerError)
		return
	}
	shown.Title = shown.Chosen.Name
	if id := query.Get("operation"); id != "" {
		if shown.Operation = shown.operations[id]; shown.Operation != nil {
			shown.Title = shown.Operation.Summary + " · " + shown.Title
		}
	}
	if name := query.Get("schema"); name != "" {
		if shown.Schema = shown.schemas[name]; shown.Schema != nil {
			shown.Title = name + " · " + shown.Title
		}
	}
	var body bytes.Buffer
	if err := s.page.Execute(&body, shown); err != nil {
		http.Error(w, "this cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	api.SendShared(w, r, coding.NewBody(body.Bytes()))
}

// reference is what a document says. It is read when somebody first asks for it: most servers never show it.
func (s *site) reference(ctx context.Context, d Document) (*reference, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.read[d.Key]; known != nil {
		return known, nil
	}
	raw, err := d.Read(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	made, err := parse(raw)
	if err != nil {
		return nil, err
	}
	s.read[d.Key] = made
	return made, nil
}
