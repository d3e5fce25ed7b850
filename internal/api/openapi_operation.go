package api

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// document is one OpenAPI document in the making.
type document struct {
	info      DocInfo
	reflector *reflector
	faults    faults
	ids       map[string]string // operation ids, and where they stand
	tagged    map[string]bool   // the groups that have operations
}

// operation is a row without the type of its callers.
type operation struct {
	method, pattern string
	doc             Doc
	query           []string
	in, out         any
	upload          *Upload
	open            bool // anybody may call
	where           string
}

// lists reports whether the row answers a list.
func (op operation) lists() bool {
	return op.out != nil && reflect.TypeOf(op.out).Kind() == reflect.Slice && reflect.TypeOf(op.out) != reflect.TypeFor[Raw]()
}

// pages reports whether the list comes in pages.
func (op operation) pages() bool {
	if !op.lists() {
		return false
	}
	_, documented := findParam("after", op.doc.Params)
	return documented || slices.Contains(op.query, "after")
}

// changes reports whether the row changes what is there already.
func (op operation) changes() bool {
	return op.method != http.MethodGet && op.status() != http.StatusCreated && !op.doc.Safe
}

func (op operation) status() int {
	switch {
	case op.doc.Status != 0:
		return op.doc.Status
	case op.out == nil && op.method != http.MethodGet:
		return http.StatusNoContent
	default:
		return http.StatusOK
	}
}

func (d *document) operation(op operation) (Object, error) {
	id, err := d.check(op)
	if err != nil {
		return nil, err
	}
	parameters, err := d.parameters(op)
	if err != nil {
		return nil, err
	}
	made := Object{{"operationId", id}, {"summary", op.doc.Summary}, {"description", d.describe(op)}, {"tags", []string{op.doc.Tag}}}
	if op.doc.Deprecated {
		made = append(made, Member{"deprecated", true})
	}
	made = append(made, Member{"security", security(op)})
	if len(parameters) > 0 {
		made = append(made, Member{"parameters", parameters})
	}
	if op.in != nil {
		body := Object{{"required", true}, {"content", content(d.reflector.in(op.in))}}
		made = append(made, Member{"requestBody", body})
	}
	if op.upload != nil {
		body := Object{{"description", op.upload.Text}, {"required", true}, {"content", fileContent(op.upload.Types)}}
		made = append(made, Member{"requestBody", body})
	}
	return append(made, Member{"responses", d.responses(op)}), nil
}

// check finds what a row must not leave open.
func (d *document) check(op operation) (id string, err error) {
	if op.doc.Summary == "" || strings.HasSuffix(op.doc.Summary, ".") {
		return "", errors.New("the row needs a summary without a full stop")
	}
	if !slices.ContainsFunc(d.info.Tags, func(t DocTag) bool { return t.Name == op.doc.Tag }) {
		return "", fmt.Errorf("the wire has no tag %q", op.doc.Tag)
	}
	for _, scope := range op.doc.Scopes {
		if !slices.ContainsFunc(d.info.Scopes, func(t DocTag) bool { return t.Name == scope }) {
			return "", fmt.Errorf("the wire has no scope %q", scope)
		}
	}
	if id = op.doc.ID; id == "" {
		id = operationID(op)
		if d.ids[id] != "" {
			id += by(op)
		}
	}
	if other := d.ids[id]; other != "" {
		return "", fmt.Errorf("the operation id %s belongs to %s already: give one an ID", id, other)
	}
	d.ids[id], d.tagged[op.doc.Tag] = op.where, true
	return id, nil
}

// security is what a caller must bring: any of the items.
func security(op operation) []any {
	var ways []any
	if op.open {
		ways = append(ways, Object{})
	}
	if len(op.doc.Scopes) == 0 {
		ways = append(ways, Object{{"oauth2", []string{}}})
	}
	for _, scope := range op.doc.Scopes {
		ways = append(ways, Object{{"oauth2", []string{scope}}})
	}
	return append(ways, Object{{"bearer", []string{}}})
}

// parameters are the wildcards in their order, then the query, then the headers.
func (d *document) parameters(op operation) ([]any, error) {
	var all []any
	for _, name := range wildcards(op.pattern) {
		p, ok := findParam(name, op.doc.Params, d.info.Params)
		if !ok {
			return nil, fmt.Errorf("nobody describes the wildcard %s", name)
		}
		all = append(all, p.object("path"))
	}
	for _, name := range queryNames(op) {
		p, ok := findParam(name, op.doc.Params, d.info.Params)
		if !ok {
			return nil, fmt.Errorf("nobody describes the parameter %s", name)
		}
		all = append(all, p.object("query"))
	}
	for _, p := range d.headers(op) {
		all = append(all, p.object("header"))
	}
	return all, nil
}

// headers are the request headers that the row takes.
func (d *document) headers(op operation) []Param {
	switch {
	case op.doc.Safe || op.method == http.MethodGet:
		return nil
	case op.changes():
		return d.info.ChangeHeaders
	default:
		return d.info.CreateHeaders
	}
}

// queryNames are the parameters that change the answer and those that are documented only.
func queryNames(op operation) []string {
	names := slices.Clone(op.query)
	for _, p := range op.doc.Params {
		if !slices.Contains(names, p.Name) && !slices.Contains(wildcards(op.pattern), p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}

func (p Param) object(in string) Object {
	kind := p.Type
	if kind == "" {
		kind = "string"
	}
	schema := Schema{"type": kind}
	if p.Format != "" {
		schema["format"] = p.Format
	}
	if len(p.Enum) > 0 {
		schema["enum"] = enumValues(kind, p.Enum)
	}
	if p.Default != "" {
		schema["default"] = defaultValue(kind, p.Default)
	}
	made := Object{{"name", p.Name}, {"in", in}}
	if in == "path" || p.Always {
		made = append(made, Member{"required", true})
	}
	if p.Description != "" {
		made = append(made, Member{"description", p.Description})
	}
	return append(made, Member{"schema", schema})
}

func defaultValue(kind, text string) any {
	if kind == "boolean" {
		return text == "true"
	}
	return enumValues(kind, []string{text})[0]
}

func content(s Schema) Object {
	return Object{{"application/json", Object{{"schema", s}}}}
}

// fileContent is a file as the body, or as a part of a form.
func fileContent(types []string) Object {
	file := Schema{"type": "string", "format": "binary"}
	var all Object
	for _, kind := range types {
		all = append(all, Member{kind, Object{{"schema", file}}})
	}
	form := Object{{"type", "object"}, {"required", []string{"file"}}, {"properties", Object{{"file", file}}}}
	return append(all, Member{"multipart/form-data", Object{{"schema", form}}})
}

// responses are the answer and the errors that the row may have.
func (d *document) responses(op operation) Object {
	status := op.status()
	answer := Object{{"description", http.StatusText(status)}}
	if status != http.StatusNoContent {
		body := Object{{"schema", d.answer(op)}}
		if example := d.info.Examples[op.where]; example != nil {
			body = append(body, Member{"example", example})
		}
		answer = append(answer, Member{"content", Object{{"application/json", body}}})
	}
	all := Object{{strconv.Itoa(status), answer}}
	for _, s := range d.faults.of(op) {
		all = append(all, Member{strconv.Itoa(s), Object{{"$ref", "#/components/responses/" + d.faults.name(s)}}})
	}
	return all
}

// answer is the schema of the whole body: the envelope with what the row answers.
func (d *document) answer(op operation) Schema {
	data := d.reflector.out(op.out)
	switch t := reflect.TypeOf(op.out); {
	case t == reflect.TypeFor[Raw]():
		return data
	case t != nil && t.Kind() == reflect.Pointer:
		data = nullable(data)
	}
	envelope := d.info.Envelope
	if op.pages() {
		envelope = d.info.Page
	}
	whole := d.reflector.object(reflect.TypeOf(envelope), false)
	properties, _ := whole["properties"].(Object)
	for i := range properties {
		if properties[i].Key == "data" {
			properties[i].Value = data
		}
	}
	return whole
}
