package api

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Examples are bodies of answers: of rows by their method and whole path, "GET /api/v3/user", and of
// errors by their status, "422".
type Examples map[string]json.RawMessage

// ReadExamples reads examples from JSON in which a row may name, as a text, another row that has the
// same. It panics when the text cannot be read: it is embedded.
func ReadExamples(text []byte) Examples {
	var all Examples
	if err := json.Unmarshal(text, &all); err != nil {
		panic(fmt.Sprintf("api: the examples cannot be read: %v", err))
	}
	made := Examples{}
	for key, example := range all {
		var same string
		if json.Unmarshal(example, &same) == nil {
			example = all[same]
		}
		made[key] = example
	}
	return made
}

// ofStatus is the example of an error, or the one that the wire makes of it.
func (e Examples) ofStatus(status int, made json.RawMessage) json.RawMessage {
	if example := e[strconv.Itoa(status)]; example != nil {
		return example
	}
	return made
}
