package testexample

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// Valid reads a document as a generator does, and compares its examples with its schemas.
func Valid(ctx context.Context, text []byte) error {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return err
	}
	if err := document.Validate(ctx); err != nil {
		return fmt.Errorf("%.2000w", err)
	}
	return nil
}

// Lacking returns the rows that answer something and have none of the examples, as Make returns them.
func Lacking(rows map[string]string, examples []byte) ([]string, error) {
	var found map[string]json.RawMessage
	if err := json.Unmarshal(examples, &found); err != nil {
		return nil, err
	}
	var lacking []string
	for row := range rows {
		example := found[row]
		var same string // the row that has the example of this one
		if json.Unmarshal(example, &same) == nil {
			example = found[same]
		}
		if len(example) == 0 {
			lacking = append(lacking, row)
		}
	}
	return lacking, nil
}
