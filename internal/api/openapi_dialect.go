package api

import "maps"

// Dialect is the version of OpenAPI that a document is written in.
type Dialect string

// OpenAPI31 is what a document is made in. OpenAPI30 says the same for generators that read nothing
// newer: it has no type "null", no list of types, and nothing beside a $ref.
const (
	OpenAPI31 Dialect = "3.1.1"
	OpenAPI30 Dialect = "3.0.3"
)

// License is the license of the document: 3.0 knows no identifiers.
func (d Dialect) license() Object {
	if d == OpenAPI30 {
		return Object{{"name", "Apache License 2.0"}, {"url", "https://www.apache.org/licenses/LICENSE-2.0"}}
	}
	return Object{{"name", "Apache License 2.0"}, {"identifier", "Apache-2.0"}}
}

// unites reports whether an answer that is one of several objects stands as one object that has the
// keys of all: generators for 3.0 cannot tell objects apart that have no key to say which they are.
func (d Dialect) unites() bool { return d == OpenAPI30 }

// webhooks reports whether a document has a place for the requests that the server makes.
func (d Dialect) webhooks() bool { return d != OpenAPI30 }

// write puts a part of a document, made in 3.1, into the dialect.
func (d Dialect) write(part any) any {
	if d != OpenAPI30 {
		return part
	}
	return downgraded(part)
}

// downgraded is a copy of a part in which all schemas are those of 3.0. Examples are text by then
// and stay as they are.
func downgraded(part any) any {
	switch part := part.(type) {
	case Object:
		made := make(Object, len(part))
		for i, m := range part {
			made[i] = Member{m.Key, downgraded(m.Value)}
		}
		return made
	case []any:
		made := make([]any, len(part))
		for i, one := range part {
			made[i] = downgraded(one)
		}
		return made
	case Schema:
		return downgradedSchema(part)
	default:
		return part
	}
}

func downgradedSchema(s Schema) Schema {
	made := Schema{}
	for key, value := range s {
		made[key] = downgraded(value)
	}
	nameTwins(made)
	if kinds, ok := made["type"].([]string); ok {
		made["type"], made["nullable"] = kinds[0], true
	}
	if either, ok := made["anyOf"].([]any); ok {
		kept := withoutNull(either)
		if len(kept) < len(either) {
			made["nullable"] = true
		}
		made["anyOf"] = kept
		if only, ok := kept[0].(Schema); ok && len(kept) == 1 {
			delete(made, "anyOf")
			maps.Copy(made, only)
		}
	}
	return alone(made)
}

// alone takes away what stands beside a $ref: it is not read in 3.0. A description is not worth
// the type of its own that generators would make of the key; null is.
func alone(s Schema) Schema {
	ref, ok := s["$ref"]
	switch {
	case !ok || len(s) == 1:
		return s
	case s["nullable"] != true:
		return Schema{"$ref": ref}
	}
	delete(s, "$ref")
	s["allOf"] = []any{Schema{"$ref": ref}}
	return s
}

// nameTwins gives a name of its own to a key that differs from another of its object in spelling
// only, amount_raised beside amountRaised: in Go both would be AmountRaised. oapi-codegen reads
// the one extension, ogen the other.
func nameTwins(s Schema) {
	properties, _ := s["properties"].(Object)
	seen, named := map[string]bool{}, Object{}
	for _, p := range properties {
		name := Title(p.Key)
		property, ok := p.Value.(Schema)
		if ok && seen[name] {
			property["x-go-name"] = name + "Alias"
			named = append(named, Member{p.Key, Object{{"name", name + "Alias"}}})
		}
		seen[name] = true
	}
	if len(named) > 0 {
		s["x-ogen-properties"] = named
	}
}

// withoutNull are the alternatives that have a value.
func withoutNull(either []any) []any {
	var kept []any
	for _, one := range either {
		if s, ok := one.(Schema); !ok || s["type"] != "null" {
			kept = append(kept, one)
		}
	}
	return kept
}
