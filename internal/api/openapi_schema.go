package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schema is a JSON Schema in the dialect of OpenAPI 3.1.
type Schema map[string]any

// Either documents an answer that is one or the other: Out: []Either[campaign, teamCampaign]{}.
type Either[A, B any] struct{}

func (Either[A, B]) kinds() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[A](), reflect.TypeFor[B]()}
}

// reflector makes schemas of wire types. A type of a name stands once below components; as an
// input it is another one there, because in a body nothing is required unless it says so.
type reflector struct {
	fields map[string]string
	at     string // where named schemas stand: "#/components/schemas/"
	unites bool   // see Dialect.unites
	made   map[string]reflect.Type
	all    map[string]any
}

func newReflector(info DocInfo) *reflector {
	return &reflector{fields: info.Fields, at: "#/components/schemas/", unites: info.Dialect.unites(), made: map[string]reflect.Type{}, all: map[string]any{}}
}

// components are all named schemas, sorted by name.
func (r *reflector) components() Object {
	names := make([]string, 0, len(r.all))
	for name := range r.all {
		names = append(names, name)
	}
	slices.Sort(names)
	o := make(Object, len(names))
	for i, name := range names {
		o[i] = Member{name, r.all[name]}
	}
	return o
}

// out is the schema of a value that is answered, in of one that is submitted.
func (r *reflector) out(zero any) Schema { return r.schema(reflect.TypeOf(zero), false) }
func (r *reflector) in(zero any) Schema  { return r.schema(reflect.TypeOf(zero), true) }

var (
	timeType   = reflect.TypeFor[time.Time]()
	numberType = reflect.TypeFor[json.Number]()
	rawType    = reflect.TypeFor[json.RawMessage]()
	textType   = reflect.TypeFor[encoding.TextMarshaler]()
	selfType   = reflect.TypeFor[interface{ OpenAPI() Schema }]()
	eitherType = reflect.TypeFor[interface{ kinds() []reflect.Type }]()
)

func (r *reflector) schema(t reflect.Type, input bool) Schema {
	switch {
	case t == nil || t == rawType || t.Kind() == reflect.Interface:
		return Schema{}
	case t.Kind() == reflect.Pointer:
		return r.schema(t.Elem(), input)
	case t.Implements(selfType):
		self, _ := reflect.Zero(t).Interface().(interface{ OpenAPI() Schema })
		return self.OpenAPI()
	case t.Implements(eitherType):
		return r.either(t, input)
	case t == timeType:
		return Schema{"type": "string", "format": "date-time"}
	case t == numberType:
		return Schema{"type": "number"}
	case t.Kind() == reflect.Array && t.Len() == 16 && t.Elem().Kind() == reflect.Uint8:
		return Schema{"type": "string", "format": "uuid"}
	case t.Implements(textType):
		return Schema{"type": "string"}
	}
	return r.plain(t, input)
}

func (r *reflector) either(t reflect.Type, input bool) Schema {
	self, _ := reflect.Zero(t).Interface().(interface{ kinds() []reflect.Type })
	kinds := self.kinds()
	isStruct := func(kind reflect.Type) bool { return kind.Kind() == reflect.Struct && !kind.Implements(selfType) }
	if r.unites && !slices.ContainsFunc(kinds, func(kind reflect.Type) bool { return !isStruct(kind) }) {
		return r.united(kinds, input)
	}
	var either []any
	for _, kind := range kinds {
		either = append(either, r.schema(kind, input))
	}
	return Schema{"oneOf": either}
}

// united points to an object that has the keys of all kinds, and requires those that all require.
func (r *reflector) united(kinds []reflect.Type, input bool) Schema {
	names, properties, required := make([]string, len(kinds)), Object{}, map[string]int{}
	for i, kind := range kinds {
		names[i] = componentName(kind, input)
		one := r.object(kind, input)
		own, _ := one["properties"].(Object)
		for _, p := range own {
			at := slices.IndexFunc(properties, func(q Member) bool { return q.Key == p.Key })
			switch {
			case at < 0:
				properties = append(properties, p)
			case takesNull(p.Value):
				properties[at] = p
			}
		}
		keys, _ := one["required"].([]string)
		for _, key := range keys {
			required[key]++
		}
	}
	var shared []string
	for _, p := range properties {
		if required[p.Key] == len(kinds) {
			shared = append(shared, p.Key)
		}
	}
	name := strings.Join(names, "Or")
	r.all[name] = Schema{"type": "object", "properties": properties, "required": shared, "description": "One of " + strings.Join(names, ", ") + "."}
	return Schema{"$ref": r.at + name}
}

// takesNull reports whether a schema in 3.1 takes null beside a value.
func takesNull(property any) bool {
	s, _ := property.(Schema)
	kinds, _ := s["type"].([]string)
	either, _ := s["anyOf"].([]any)
	return len(kinds) > 1 || len(withoutNull(either)) < len(either)
}

// plain is the schema of a type that says nothing of itself.
func (r *reflector) plain(t reflect.Type, input bool) Schema {
	switch t.Kind() {
	case reflect.Bool:
		return Schema{"type": "boolean"}
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Uint:
		return Schema{"type": "integer", "format": "int64"}
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return Schema{"type": "integer", "format": "int32"}
	case reflect.Float32, reflect.Float64:
		return Schema{"type": "number"}
	case reflect.String:
		return Schema{"type": "string"}
	case reflect.Slice, reflect.Array:
		return Schema{"type": "array", "items": r.schema(t.Elem(), input)}
	case reflect.Map:
		return Schema{"type": "object", "additionalProperties": r.schema(t.Elem(), input)}
	case reflect.Struct:
		return r.structure(t, input)
	default:
		panic(fmt.Sprintf("api: no JSON is known for the type %v", t))
	}
}

// structure points to the component of a struct and makes it when it is not there yet.
func (r *reflector) structure(t reflect.Type, input bool) Schema {
	if t.Name() == "" {
		return r.object(t, input)
	}
	name := componentName(t, input)
	if other, ok := r.made[name]; ok && other != t {
		panic(fmt.Sprintf("api: the types %v and %v have one name in the document: %s", t, other, name))
	}
	if _, ok := r.made[name]; !ok {
		r.made[name] = t // before its fields, because it may hold itself
		r.all[name] = r.object(t, input)
	}
	return Schema{"$ref": r.at + name}
}

// anyOf is the schema of what is like at least one of some values; nil is null.
func (r *reflector) anyOf(zeros []any) Schema {
	either := make([]any, len(zeros))
	for i, zero := range zeros {
		either[i] = Schema{"type": "null"}
		if zero != nil {
			either[i] = r.out(zero)
		}
	}
	if only, ok := either[0].(Schema); ok && len(either) == 1 {
		return only
	}
	return Schema{"anyOf": either}
}

// componentName is the name of the type; of a generic one also those of its arguments.
func componentName(t reflect.Type, input bool) string {
	name, arguments, _ := strings.Cut(t.Name(), "[")
	name = Title(name)
	for argument := range strings.FieldsFuncSeq(arguments, func(c rune) bool { return c == ',' || c == ']' }) {
		name += Title(argument[strings.LastIndexAny(argument, "./*")+1:])
	}
	if input && !strings.HasSuffix(name, "Input") {
		name += "Input"
	}
	return name
}

// property is one key of an object.
type property struct {
	name     string
	field    reflect.StructField
	omitted  bool // may be absent
	inherits bool // stands in an embedded pointer, which may be nil
	depth    int
}

func (r *reflector) object(t reflect.Type, input bool) Schema {
	properties, required := Object{}, []string{}
	for _, p := range keysOf(t) {
		properties = append(properties, Member{p.name, r.property(p, input)})
		must := !p.omitted && !p.inherits
		if input {
			must = p.field.Tag.Get("required") == "true"
		}
		if must {
			required = append(required, p.name)
		}
	}
	made := Schema{"type": "object"}
	if len(properties) > 0 {
		made["properties"] = properties
	}
	if len(required) > 0 {
		made["required"] = required
	}
	return made
}

// property is the schema of a key with what its tags say.
func (r *reflector) property(p property, input bool) Schema {
	tag := p.field.Tag
	made := r.schema(p.field.Type, input)
	if format := tag.Get("format"); format != "" {
		made["format"] = format
	}
	if enum := tag.Get("enum"); enum != "" {
		made["enum"] = enumValues(made["type"], strings.Split(enum, ","))
	}
	null := tag.Get("null") == "true"
	if p.field.Type.Kind() == reflect.Pointer && !p.omitted {
		null = true
	}
	if null {
		made = nullable(made)
	}
	description := tag.Get("doc")
	if description == "" {
		description = r.fields[p.name]
	}
	if description != "" {
		made["description"] = description
	}
	return made
}

// nullable takes null beside what the schema takes.
func nullable(s Schema) Schema {
	kind, simple := s["type"].(string)
	switch {
	case len(s) == 0:
		return s
	case !simple:
		return Schema{"anyOf": []any{s, Schema{"type": "null"}}}
	}
	s["type"] = []string{kind, "null"}
	if enum, ok := s["enum"].([]any); ok {
		s["enum"] = append(enum, nil)
	}
	return s
}

// enumValues writes the values as the type of the schema has them.
func enumValues(kind any, texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && kind == "integer" {
			values[i] = n
		}
	}
	return values
}

// keysOf are the keys of a struct in the order in which encoding/json writes them: of two with
// one name the less deep one stays.
func keysOf(t reflect.Type) []property {
	all := collect(t, 0, false)
	return slices.DeleteFunc(all, func(p property) bool {
		return slices.ContainsFunc(all, func(q property) bool { return q.name == p.name && q.depth < p.depth })
	})
}

func collect(t reflect.Type, depth int, optional bool) []property {
	var all []property
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case name == "-" && options == "":
		case field.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			all = append(all, collect(inner, depth+1, optional || field.Type.Kind() == reflect.Pointer)...)
		case field.IsExported():
			if name == "" {
				name = field.Name
			}
			omitted := slices.ContainsFunc(strings.Split(options, ","), func(o string) bool { return o == "omitempty" || o == "omitzero" })
			all = append(all, property{name: name, field: field, omitted: omitted, inherits: optional, depth: depth})
		}
	}
	return all
}
