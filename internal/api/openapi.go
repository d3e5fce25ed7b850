package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Doc is what the OpenAPI document says of a route beyond what its row says already: method,
// path, types and access. The route itself is not changed by it.
type Doc struct {
	// Summary is one line for a reader, without a full stop: "List the donations of a campaign".
	// Every row has one.
	Summary string
	// Tag is the group of operations that it stands in ("Campaigns").
	Tag string
	// ID is the name of the operation in generated clients; "" is made of the method and the path,
	// and of the wildcards where a row above it has that name already.
	ID string
	// Scopes are those of which a token needs any one; none is any token.
	Scopes []string
	// Params are the query parameters and wildcards of which more must be said than the wire says
	// of all parameters of their name (DocInfo.Params).
	Params []Param
	// Deprecated says that there is a better operation.
	Deprecated bool
	// Safe says that a row changes nothing although it is no GET, so that what holds for writes is
	// not said of it.
	Safe bool
	// Status is the status of success; 0 is 200, and 204 for a row without Out that is no GET.
	Status int
}

// Param is one parameter of a query, a wildcard of a path, or a header.
type Param struct {
	// Name is as it stands in the address.
	Name string
	// Type is string, integer, number or boolean; "" is string.
	Type string
	// Format is a format of JSON Schema ("date-time", "uuid"); "" is none.
	Format string
	// Enum are the values that are taken; none is any.
	Enum []string
	// Default is what an absent parameter means; "" is nothing that could be written.
	Default string
	// Description says what it does.
	Description string
	// Always says that a header is never absent. Wildcards of a path never are.
	Always bool
}

// DocInfo is what a wire says of itself in its OpenAPI document.
type DocInfo struct {
	// Title, Version and Description are for the reader; the description is Markdown.
	Title, Version, Description string
	// Tags are the groups of operations in the order in which they are read; those without
	// operations are left out.
	Tags []DocTag
	// Params are wildcards and query parameters by name, for all rows that have them.
	Params []Param
	// CreateHeaders are the request headers of rows that create something, ChangeHeaders those of
	// all other writes.
	CreateHeaders, ChangeHeaders []Param
	// Fields are descriptions of keys by their name, wherever they stand; a struct tag doc wins.
	Fields map[string]string
	// Envelope is a zero struct of the wire whose key data takes what the row answers.
	Envelope any
	// Page is the same for paged lists: rows that answer a slice and have the parameter after.
	Page any
	// PageText says how a caller gets from one page to the next.
	PageText string
	// Fault is a zero struct of the body of every error.
	Fault any
	// Scopes are all scopes that a token may have.
	Scopes []DocTag
	// Examples are the bodies that are shown of answers and of errors.
	Examples Examples
	// Webhooks are the requests that the wire makes itself.
	Webhooks Webhooks
	// Dialect is the version of OpenAPI; "" is OpenAPI31.
	Dialect Dialect
}

// DocTag is a name with its description.
type DocTag struct{ Name, Description string }

// Raw is a body that is written as it is, without the envelope of the wire.
type Raw []byte

// OpenAPI says that it is any JSON.
func (Raw) OpenAPI() Schema { return Schema{"type": "object", "additionalProperties": true} }

// Document is the OpenAPI document of the routes of a wire, indented, the same bytes for the
// same rows. Its errors are mistakes of the rows: an operation id twice, a parameter that nobody
// describes, a row without a summary, a tag that the wire does not have.
func Document[C Caller](wire Wire[C], info DocInfo, routes []Route[C]) ([]byte, error) {
	if info.Dialect == "" {
		info.Dialect = OpenAPI31
	}
	d := &document{info: info, reflector: newReflector(info), faults: newFaults(wire.EncodeFault, wire.Gate != nil), ids: map[string]string{}, tagged: map[string]bool{}}
	paths := Object{}
	for _, r := range routes {
		op := operation{
			method: r.Method, pattern: r.Pattern, doc: r.Doc, query: r.Query,
			in: r.In, out: r.Out, upload: r.Upload, open: r.Access == nil, where: r.Method + " " + wire.Prefix + r.Pattern,
		}
		made, err := d.operation(op)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", op.where, err)
		}
		paths = addOperation(paths, wire.Prefix+r.Pattern, strings.ToLower(r.Method), made)
	}
	asked := Object{{"paths", info.Dialect.write(paths)}}
	if len(info.Webhooks.All) > 0 && info.Dialect.webhooks() {
		made, err := d.webhooks()
		if err != nil {
			return nil, err
		}
		asked = append(asked, Member{"webhooks", made})
	}
	whole := append(Object{
		{"openapi", info.Dialect},
		{"info", Object{
			{"title", info.Title}, {"version", info.Version}, {"description", info.Description},
			{"license", info.Dialect.license()},
		}},
		{"servers", []any{Object{{"url", "/"}, {"description", "This server"}}}},
		{"tags", d.tags()},
	}, append(asked, Member{"components", info.Dialect.write(d.components())})...)
	return json.MarshalIndent(whole, "", "  ")
}

// MarshalJSON writes the object in its order.
func (o Object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := json.Marshal(m.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Key, err)
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

// addOperation puts an operation below its path, which may have others.
func addOperation(paths Object, path, method string, op Object) Object {
	for i := range paths {
		if paths[i].Key == path {
			item, _ := paths[i].Value.(Object)
			item = append(item, Member{method, op})
			paths[i].Value = item
			return paths
		}
	}
	return append(paths, Member{path, Object{{method, op}}})
}

// tags are those groups that have operations.
func (d *document) tags() []any {
	var all []any
	for _, t := range d.info.Tags {
		if d.tagged[t.Name] {
			all = append(all, Object{{"name", t.Name}, {"description", t.Description}})
		}
	}
	return all
}

// components are the parts that operations point to.
func (d *document) components() Object {
	scopes := Object{}
	for _, s := range d.info.Scopes {
		scopes = append(scopes, Member{s.Name, s.Description})
	}
	return Object{
		{"securitySchemes", Object{
			{"oauth2", Object{
				{"type", "oauth2"},
				{"description", "Tokens of an application (client credentials) or of a user who agreed (authorization code)."},
				{"flows", Object{
					{"clientCredentials", Object{{"tokenUrl", "/oauth/token"}, {"scopes", scopes}}},
					{"authorizationCode", Object{{"authorizationUrl", "/oauth/authorize"}, {"tokenUrl", "/oauth/token"}, {"refreshUrl", "/oauth/token"}, {"scopes", scopes}}},
				}},
			}},
			{"bearer", Object{{"type", "http"}, {"scheme", "bearer"}, {"description", "Any access token, however it was made: `Authorization: Bearer <token>`."}}},
		}},
		{"responses", d.faults.responses(d.reflector.out(d.info.Fault), d.info.Examples)},
		{"schemas", d.reflector.components()},
	}
}

// operationID makes a name of the method and the path: GET /campaigns/{id}/donations is
// listCampaignDonations.
func operationID(op operation) string {
	segments := strings.FieldsFunc(op.pattern, func(r rune) bool { return r == '/' })
	verb := map[string]string{
		http.MethodGet: "get", http.MethodPost: "create", http.MethodPatch: "update", http.MethodPut: "put", http.MethodDelete: "delete",
	}[op.method]
	if op.lists() {
		verb = "list"
	}
	var b strings.Builder
	b.WriteString(verb)
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			continue
		}
		named := i+1 < len(segments) && (strings.HasPrefix(segments[i+1], "{") || segments[i+1] == "by")
		if named || op.method == http.MethodPost && i == len(segments)-1 {
			s = singular(s)
		}
		b.WriteString(Title(s))
	}
	return b.String()
}

// by tells operations apart that differ in their wildcards only.
func by(op operation) string {
	var b strings.Builder
	for i, name := range wildcards(op.pattern) {
		b.WriteString([...]string{"By", "And"}[min(i, 1)] + Title(name))
	}
	return b.String()
}

// singular is good enough for the nouns of addresses.
func singular(noun string) string {
	switch {
	case strings.HasSuffix(noun, "matches"):
		return strings.TrimSuffix(noun, "es")
	case strings.HasSuffix(noun, "ies"):
		return strings.TrimSuffix(noun, "ies") + "y"
	case strings.HasSuffix(noun, "s") && !strings.HasSuffix(noun, "ss"):
		return strings.TrimSuffix(noun, "s")
	default:
		return noun
	}
}

// Title joins the words of a name in CamelCase: "PollOption" of poll_option.
func Title(name string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// findParam is the parameter of a name, the row's own first.
func findParam(name string, lists ...[]Param) (Param, bool) {
	for _, list := range lists {
		if i := slices.IndexFunc(list, func(p Param) bool { return p.Name == name }); i >= 0 {
			return list[i], true
		}
	}
	return Param{}, false
}
