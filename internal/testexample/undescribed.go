package testexample

import (
	_ "embed" // for the list
	"encoding/json"
	"slices"
	"strings"
)

// plain are the keys whose names say all that there is to say.
//
//go:embed plain.txt
var plain string

// Undescribed are the operations and keys of an OpenAPI document, or the keys of a JSON Schema, that need a description and have none:
// "get /api/v3/user", "Campaign.goal".
func Undescribed(document []byte) ([]string, error) {
	type described struct{ Description string }
	type object struct{ Properties map[string]described }
	var read struct {
		Paths      map[string]map[string]described
		Webhooks   map[string]map[string]described
		Components struct{ Schemas map[string]object }
		Defs       map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	var missing []string
	for _, items := range []map[string]map[string]described{read.Paths, read.Webhooks} {
		for path, item := range items {
			for method, operation := range item {
				if operation.Description == "" {
					missing = append(missing, method+" "+path)
				}
			}
		}
	}
	for _, schemas := range []map[string]object{read.Components.Schemas, read.Defs} {
		for name, schema := range schemas {
			for key, property := range schema.Properties {
				if property.Description == "" && !slices.Contains(strings.Fields(plain), key) {
					missing = append(missing, name+"."+key)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing, nil
}
