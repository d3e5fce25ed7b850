package apidocs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/yuin/goldmark"

	"github.com/almoner/almoner/internal/api"
)

// reference is what an OpenAPI document says.
type reference struct {
	Heading, Description string
	Groups               []*group
	// SchemaNames are the names of the schemas, in their order.
	SchemaNames []string
	operations  map[string]*operation
	schemas     map[string]*schema
}

// group are the operations of a tag.
type group struct {
	Name, Description string
	Operations        []*operation
}

// operation is something that can be asked for, or a message that the server sends.
type operation struct {
	ID, Method, Path, Summary, Description string
	Deprecated                             bool
	Parameters                             []field
	// Body is what is sent; nil for nothing.
	Body      *content
	Responses []response
}

type response struct {
	Status, Description string
	Content             *content
}

// content is a body in JSON.
type content struct {
	Fields []field
	// Example is indented JSON; "" for none.
	Example string
}

type schema struct {
	Name, Description string
	Fields            []field
}

// field is a field of an object, or a parameter. Name has the path to it: "data[].id".
type field struct {
	Name, In, Type, Description string
	Required                    bool
	// Ref is the schema that its value has; "" for one that is written out.
	Ref string
}

// methods are the operations of a path, as they are shown.
var methods = []string{"get", "post", "put", "patch", "delete"}

// messages is the group of what the server sends.
const messages = "Webhooks"

// parse reads a document in OpenAPI 3.1.
func parse(raw []byte) (*reference, error) {
	value, err := decode(json.NewDecoder(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	doc, _ := value.(api.Object)
	info := object(doc, "info")
	r := &reference{
		Heading: said(info, "title"), Description: said(info, "description"), operations: map[string]*operation{}, schemas: map[string]*schema{},
	}
	for _, tag := range listed(doc, "tags") {
		r.Groups = append(r.Groups, &group{Name: said(tag, "name"), Description: said(tag, "description")})
	}
	shared := object(object(doc, "components"), "responses")
	for _, path := range object(doc, "paths") {
		r.addPath(path, shared, "")
	}
	for _, message := range object(doc, "webhooks") {
		r.addPath(message, shared, messages)
	}
	for _, one := range object(object(doc, "components"), "schemas") {
		value, _ := one.Value.(api.Object)
		r.SchemaNames = append(r.SchemaNames, one.Key)
		r.schemas[one.Key] = &schema{Name: one.Key, Description: said(value, "description"), Fields: fieldsOf(value, "", 0)}
	}
	r.Groups = slices.DeleteFunc(r.Groups, func(g *group) bool { return len(g.Operations) == 0 })
	return r, nil
}

// decode reads a value whose objects keep the order of their keys. It is for documents of this server, which are larger than what callers may send.
func decode(from *json.Decoder) (any, error) {
	token, err := from.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		of := api.Object{}
		for from.More() {
			key, err := from.Token()
			if err != nil {
				return nil, err
			}
			value, err := decode(from)
			if err != nil {
				return nil, err
			}
			of = append(of, api.Member{Key: fmt.Sprint(key), Value: value})
		}
		_, err = from.Token()
		return of, err
	case json.Delim('['):
		values := []any{}
		for from.More() {
			value, err := decode(from)
			if err != nil {
				return nil, err
			}
			values = append(values, value)
		}
		_, err = from.Token()
		return values, err
	default:
		return token, nil
	}
}

// addPath adds the operations of a path to the groups of their tags, or all of them to one.
func (r *reference) addPath(path api.Member, shared api.Object, in string) {
	of, _ := path.Value.(api.Object)
	for _, method := range methods {
		value := object(of, method)
		if value == nil {
			continue
		}
		deprecated, _ := get(value, "deprecated").(bool)
		o := &operation{
			ID: said(value, "operationId"), Method: strings.ToUpper(method), Path: path.Key, Summary: said(value, "summary"),
			Description: strings.TrimPrefix(said(value, "description"), said(value, "summary")+". "), Deprecated: deprecated, Body: contentOf(object(value, "requestBody")),
		}
		for _, p := range listed(value, "parameters") {
			required, _ := get(p, "required").(bool)
			one := typed(object(p, "schema"), field{Name: said(p, "name"), In: said(p, "in"), Description: said(p, "description"), Required: required})
			o.Parameters = append(o.Parameters, one)
		}
		for _, answer := range object(value, "responses") {
			answered, _ := answer.Value.(api.Object)
			if ref := said(answered, "$ref"); ref != "" {
				answered = object(shared, ref[strings.LastIndex(ref, "/")+1:])
			}
			o.Responses = append(o.Responses, response{answer.Key, said(answered, "description"), contentOf(answered)})
		}
		r.operations[o.ID] = o
		name := in
		if tags, _ := get(value, "tags").([]any); name == "" && len(tags) > 0 {
			name, _ = tags[0].(string)
		}
		g := r.group(name)
		g.Operations = append(g.Operations, o)
	}
}

// group is the group of that name, which is made where there is none.
func (r *reference) group(name string) *group {
	for _, g := range r.Groups {
		if g.Name == name {
			return g
		}
	}
	g := &group{Name: name}
	r.Groups = append(r.Groups, g)
	return g
}

// contentOf is the body in JSON of a request or an answer; nil for none.
func contentOf(of api.Object) *content {
	body := object(object(of, "content"), "application/json")
	if body == nil {
		return nil
	}
	c := &content{Fields: fieldsOf(object(body, "schema"), "", 0)}
	if example := get(body, "example"); example != nil {
		raw, err := json.Marshal(example)
		var indented bytes.Buffer
		if err == nil && json.Indent(&indented, raw, "", "  ") == nil {
			c.Example = unescaped.Replace(indented.String())
		}
	}
	return c
}

// unescaped undoes what encoding/json does for JSON within HTML: the template escapes it.
var unescaped = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// deepest is how many objects within objects are written out.
const deepest = 3

// fieldsOf are the fields of an object, and of the objects within that have no name of their own.
func fieldsOf(of api.Object, prefix string, depth int) []field {
	var fields []field
	if prefix == "" && said(of, "$ref") != "" {
		return []field{typed(of, field{Name: "(body)"})}
	}
	required, _ := get(of, "required").([]any)
	for _, property := range object(of, "properties") {
		value, _ := property.Value.(api.Object)
		one := typed(value, field{Name: prefix + property.Key, Description: said(value, "description"), Required: slices.Contains(required, any(property.Key))})
		fields = append(fields, one)
		if depth == deepest || one.Ref != "" {
			continue
		}
		if items := object(value, "items"); items != nil {
			fields = append(fields, fieldsOf(items, one.Name+"[].", depth+1)...)
		} else {
			fields = append(fields, fieldsOf(value, one.Name+".", depth+1)...)
		}
	}
	return fields
}

// typed adds the type of a schema to a field.
func typed(of api.Object, to field) field {
	to.Type, to.Ref = typeOf(of)
	return to
}

// typeOf is the type of a value in words, and the schema that it or its entries have; "" for none.
func typeOf(of api.Object) (name, ref string) {
	if at := said(of, "$ref"); at != "" {
		return "", at[strings.LastIndex(at, "/")+1:]
	}
	for _, either := range []string{"anyOf", "oneOf", "allOf"} {
		for _, one := range listed(of, either) {
			if inner, at := typeOf(one); inner != "null" || at != "" {
				name, ref = inner, at
			}
		}
		if name != "" || ref != "" {
			return strings.TrimSpace(name + " or null"), ref
		}
	}
	switch kind := get(of, "type").(type) {
	case string:
		name = kind
	case []any:
		names := make([]string, len(kind))
		for i, one := range kind {
			names[i] = fmt.Sprint(one)
		}
		name = strings.Join(names, " or ")
	}
	if format := said(of, "format"); format != "" {
		name += " (" + format + ")"
	}
	if values, is := get(of, "enum").([]any); is {
		texts := make([]string, len(values))
		for i, one := range values {
			texts[i] = fmt.Sprint(one)
		}
		name += ": " + strings.Join(texts, ", ")
	}
	if items := object(of, "items"); items != nil {
		inner, at := typeOf(items)
		return strings.TrimSpace("list of " + inner), at
	}
	return name, ""
}

// get is what an object has at a key; nil for nothing.
func get(of api.Object, key string) any {
	value, _ := of.Get(key)
	return value
}

func object(of api.Object, key string) api.Object {
	value, _ := get(of, key).(api.Object)
	return value
}

func said(of api.Object, key string) string {
	value, _ := get(of, key).(string)
	return value
}

// listed are the objects in a list.
func listed(of api.Object, key string) []api.Object {
	values, _ := get(of, key).([]any)
	var objects []api.Object
	for _, value := range values {
		if one, is := value.(api.Object); is {
			objects = append(objects, one)
		}
	}
	return objects
}

// markdown renders what a document says. It comes from this server's routes; HTML in it is left out all the same.
func markdown(text string) template.HTML {
	var made bytes.Buffer
	if goldmark.Convert([]byte(text), &made) != nil {
		return template.HTML(template.HTMLEscapeString(text)) //nolint:gosec // escaped
	}
	return template.HTML(made.String()) //nolint:gosec // goldmark leaves out raw HTML unless it is told otherwise
}
