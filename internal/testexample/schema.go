package testexample

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema says which JSON is as it should be.
type Schema struct{ compiled *jsonschema.Schema }

// ReadSchema reads a schema of JSON Schema 2020-12 that stands somewhere in a document: at keys, none of them for the whole document.
// Formats count, and objects whose keys are named have no others.
func ReadSchema(document []byte, keys ...string) (*Schema, error) {
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	const address = "https://almoner.test/document.json"
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	compiler.AssertFormat()
	if err := compiler.AddResource(address, closed(whole)); err != nil {
		return nil, err
	}
	var pointer strings.Builder
	for _, key := range keys {
		pointer.WriteString("/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(key)))
	}
	compiled, err := compiler.Compile(address + "#" + pointer.String())
	if err != nil {
		return nil, fmt.Errorf("%v: %w", keys, err)
	}
	return &Schema{compiled}, nil
}

// Fits returns what is wrong with a JSON text; nil for nothing.
func (s *Schema) Fits(text []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return s.compiled.Validate(value)
}

// closed forbids keys that are not named.
func closed(part any) any {
	switch part := part.(type) {
	case []any:
		for i := range part {
			part[i] = closed(part[i])
		}
	case map[string]any:
		_, names := part["properties"].(map[string]any)
		if _, open := part["additionalProperties"]; part["type"] == "object" && names && !open {
			part["additionalProperties"] = false
		}
		for key, value := range part {
			if key != "example" {
				part[key] = closed(value)
			}
		}
	}
	return part
}
