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

// Undescribed are the operations and keys of an OpenAPI document that need a description and have none:
// "get /api/v3/user", "Campaign.goal".
func Undescribed(document []byte) ([]string, error) {
	type described struct{ Description string }
	var read struct {
		Paths      map[string]map[string]described
		Webhooks   map[string]map[string]described
		Components struct {
			Schemas map[string]struct{ Properties map[string]described }
		}
	}
	if err := json.Unmarshal(document, &read); err != nil {
		return nil, err
	}
	var missing []string
	for path, item := range read.Paths {
		for method, operation := range item {
			if operation.Description == "" {
				missing = append(missing, method+" "+path)
			}
		}
	}
	for name, schema := range read.Components.Schemas {
		for key, property := range schema.Properties {
			if property.Description == "" && !slices.Contains(strings.Fields(plain), key) {
				missing = append(missing, name+"."+key)
			}
		}
	}
	slices.Sort(missing)
	return missing, nil
}
