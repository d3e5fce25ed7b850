// Package contract knows what version 3 of the API looked like from outside: its endpoints
// and the shapes of its answers, as documents, real answers and published clients show them.
// It checks answers against that. It is for tests only and knows none of Almoner's code.
package contract

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

//go:embed testdata/schemas.json
var schemasJSON []byte

//go:embed testdata/endpoints.json
var endpointsJSON []byte

// Endpoint is one operation of the original service.
type Endpoint struct {
	Method string `json:"method"`
	// Path is below /api/v3, with names like :id.
	Path string `json:"path"`
	// Access is "none", "public token", "user token" or "cause token".
	Access    string `json:"access"`
	Paginated bool   `json:"paginated"`
	// Response is "object" or "list", Item the name of the schema or "unknown".
	Response string   `json:"response"`
	Item     string   `json:"item"`
	Links    []string `json:"links"`
	// Kind is "documented", "announced", "removed" or "observed".
	Kind string `json:"kind"`
}

// Endpoints are all known operations.
func Endpoints() []Endpoint {
	var all []Endpoint
	if err := json.Unmarshal(endpointsJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	return all
}

// schema is the shape of one object.
type schema struct {
	// RealShape names the shape of real answers where it is another one: then a key has to be
	// as it is there, and the keys that only this shape has are checked as well.
	RealShape string           `json:"realShape"`
	Fields    map[string]field `json:"fields"`
}

type field struct {
	Type     string `json:"type"`
	Nullable any    `json:"nullable"`
	Optional any    `json:"optional"`
	Unit     string `json:"unit"`
	Values   []any  `json:"values"`
}

// unsure reads a word that is true, false, or a text that says when or that nobody knows.
func unsure(word any) bool { return word != nil && word != false }

var schemas = sync.OnceValue(func() map[string]schema {
	all := map[string]schema{}
	if err := json.Unmarshal(schemasJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	return all
})

// fieldsOf are the fields of a schema, those of real answers before all.
func fieldsOf(item string) (map[string]field, bool) {
	one, ok := schemas()[item]
	if !ok {
		return nil, false
	}
	fields := maps.Clone(one.Fields)
	maps.Copy(fields, schemas()[one.RealShape].Fields)
	return fields, true
}

// Keys are the names of all keys that an item may have, sorted.
func Keys(item string) []string {
	fields, _ := fieldsOf(item)
	return slices.Sorted(maps.Keys(fields))
}

// Items are the names of all schemas, sorted.
func Items() []string { return slices.Sorted(maps.Keys(schemas())) }

// Check compares the data of an answer, decoded with numbers as json.Number or float64, with
// the schema of this name: an object, or an array of such objects. It gives one line for each
// difference. Keys that the schema does not know are no difference.
func Check(item string, data any) []string {
	c := &checker{}
	if items, ok := data.([]any); ok {
		for i, one := range items {
			c.named(fmt.Sprintf("[%d]", i), item, one)
		}
		return c.wrong
	}
	c.named("", item, data)
	return c.wrong
}
