package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// Message is what the JSON Schema of messages says of one kind of them.
type Message struct {
	// Name is how the kind is called in the schema ("Goodbye"), Text says in sentences what it is.
	Name, Text string
	// Zero is a zero struct of it.
	Zero any
	// Enums are the only values of keys that are texts.
	Enums map[string][]string
	// Shows are zero values of all that a key may be whose type leaves that open; nil is null.
	Shows map[string][]any
	// Without are keys of the struct that the kind never has, Required those that it always has although others of the struct do not.
	Without, Required []string
	// Submitted is set for messages that clients send: in those nothing is required unless a struct tag says so.
	Submitted bool
}

// Shapes are zero values of what messages show of the objects of a version.
type Shapes struct {
	// State is the present state of a fact.
	State any
	// Objects are the shapes that an object of a kind may have; kinds that are never shown have none.
	Objects map[string][]any
	// Fields are descriptions of keys by their name, as in DocInfo.
	Fields map[string]string
}

// MessageSchema is a JSON Schema (2020-12) of messages: what fits is one of those that are not submitted. Each kind, and each type of an
// object, has a name below $defs. Of the info it takes the title, the description and the fields. Its errors are mistakes of the rows.
func MessageSchema(info DocInfo, all []Message) ([]byte, error) {
	r := newReflector(info)
	r.at = "#/$defs/"
	made, either := Object{}, []any{}
	for _, m := range all {
		made = append(made, Member{m.Name, r.message(m)})
		if !m.Submitted {
			either = append(either, Schema{"$ref": r.at + m.Name})
		}
	}
	for _, m := range made {
		if _, taken := r.all[m.Key]; taken {
			return nil, fmt.Errorf("the message %s has the name of a type", m.Key)
		}
	}
	return json.MarshalIndent(Object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", info.Title}, {"description", info.Description},
		{"oneOf", either}, {"$defs", append(made, r.components()...)},
	}, "", "  ")
}

// message is the schema of one kind.
func (r *reflector) message(m Message) Schema {
	made := r.object(reflect.TypeOf(m.Zero), m.Submitted)
	made["description"] = m.Text
	without := func(key string) bool { return slices.Contains(m.Without, key) }
	properties, _ := made["properties"].(Object)
	properties = slices.DeleteFunc(properties, func(p Member) bool { return without(p.Key) })
	for i, p := range properties {
		property, _ := p.Value.(Schema)
		if shown, ok := m.Shows[p.Key]; ok {
			description := property["description"]
			if property = r.anyOf(shown); description != nil {
				property["description"] = description
			}
		}
		if values, ok := m.Enums[p.Key]; ok {
			property["enum"] = enumValues(property["type"], values)
		}
		properties[i].Value = property
	}
	required, _ := made["required"].([]string)
	made["properties"], made["required"] = properties, append(slices.DeleteFunc(required, without), m.Required...)
	return made
}
