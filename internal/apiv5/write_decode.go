package apiv5

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// What a body may hold at the most. No model comes near it; more is no mistake of a person.
const (
	maxItems = 200
	maxWrong = 100
)

// model is a thing that callers submit: its fields, bound to one patch of type P, and where the
// patch carries what could not be read.
type model[P any] struct {
	fields  func(p *P) []field
	invalid func(p *P) *fault.Fields
	// names are wire names of what the rules may find wrong and no field of the body says.
	names map[string]string
}

// field is one key of a model, or of an object in it.
type field struct {
	// path is the key in domain words, below its object.
	path string
	// keys are its names on the wire, the main one first. The first one that was sent counts;
	// another one that was sent too, with another value than null, is refused.
	keys []string
	// read takes the value over, or notes what is wrong with it.
	read func(s *submission, at spot, value any)
	// inner are the fields of a nested object, for the names of those that were not sent.
	inner []field
}

// spot is the place where a value stands, in domain words and as the caller wrote it.
type spot struct{ path, wire string }

func (p spot) under(path, key string) spot {
	if p.path == "" {
		return spot{path: path, wire: key}
	}
	return spot{path: p.path + "." + path, wire: p.wire + "." + key}
}

// submission is one submitted model: what is wrong with it, and how its keys are called.
type submission struct {
	wrong fault.Fields
	// names maps each domain path to the key that the caller used, or would have.
	names map[string]string
	// readOnly are the keys that GET shows and nobody writes.
	readOnly []string
}

// patch reads a body as the model. A body that is no JSON object is Malformed; everything else
// that is wrong goes into the patch, where the rules add what they find.
func (m model[P]) patch(body []byte, readOnly []string) (P, *submission, error) {
	var p P
	s := &submission{names: map[string]string{}, readOnly: readOnly}
	maps.Copy(s.names, m.names)
	if len(bytes.TrimSpace(body)) == 0 {
		return p, s, fault.New(fault.Malformed, "The body is missing: send a JSON object.")
	}
	sent, err := api.DecodeJSON(body)
	if err != nil {
		return p, s, err
	}
	s.object(spot{}, sent, m.fields(&p))
	*m.invalid(&p) = s.wrong
	return p, s, nil
}

// object reads the fields of an object, and refuses the keys that no field has: a name with a
// typing mistake must not look like a change that was made.
func (s *submission) object(at spot, sent api.Object, fields []field) {
	known := map[string]bool{}
	for _, f := range fields {
		for _, key := range f.keys {
			known[key] = true
		}
		key, value, found := f.find(sent)
		if !found {
			s.name(at, []field{f})
			continue
		}
		to := at.under(f.path, key)
		s.names[to.path] = to.wire
		s.refuseOthers(at, sent, f, key)
		f.read(s, to, value)
	}
	for _, one := range sent {
		switch {
		case known[one.Key]:
		case at.path == "" && slices.Contains(s.readOnly, one.Key):
			s.refuse(at.under(one.Key, one.Key), fund.Fixed)
		default:
			s.refuse(at.under(one.Key, one.Key), "is not a known field")
		}
	}
}

// find is the value of the field in an object, with the key that the caller used. Where a field has
// several keys, one with a value counts before one with null.
func (f field) find(sent api.Object) (key string, value any, found bool) {
	for _, name := range f.keys {
		one, there := sent.Get(name)
		if there && (!found || value == nil && one != nil) {
			key, value, found = name, one, true
		}
	}
	return key, value, found
}

// refuseOthers refuses the other keys of a field that were sent with a value beside the chosen one.
func (s *submission) refuseOthers(at spot, sent api.Object, f field, chosen string) {
	for _, key := range f.keys {
		if value, there := sent.Get(key); there && value != nil && key != chosen {
			s.refuse(at.under(key, key), "says the same as "+chosen+": send one of them")
		}
	}
}

// name notes the keys of fields that were not sent: the rules may find them missing.
func (s *submission) name(at spot, fields []field) {
	for _, f := range fields {
		to := at.under(f.path, f.keys[0])
		if _, named := s.names[to.path]; !named {
			s.names[to.path] = to.wire
		}
		s.name(to, f.inner)
	}
}

// refuse notes that the value at a spot is wrong.
func (s *submission) refuse(at spot, text string) {
	if len(s.wrong) >= maxWrong {
		return
	}
	if _, named := s.names[at.path]; !named {
		s.names[at.path] = at.wire
	}
	s.wrong.Add(at.path, text)
}

// explain puts an error of the rules into the words of the caller; any error that is about no field
// stays as it is.
func (s *submission) explain(err error) error {
	f := fault.From(err)
	if err == nil || f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return err
	}
	named := make(fault.Fields, len(f.Fields))
	for i, one := range f.Fields {
		named[i] = fault.Field{Path: s.wirePath(one.Path), Text: s.wireText(one.Text)}
	}
	return &fault.Error{Kind: fault.Invalid, Message: f.Message, Fields: named}
}

// wirePath takes the longest beginning of the path that has a name of its own.
func (s *submission) wirePath(path string) string {
	for head, tail := path, ""; ; {
		if name, ok := s.names[head]; ok {
			return name + tail
		}
		cut := strings.LastIndexByte(head, '.')
		if cut < 0 {
			return path
		}
		head, tail = head[:cut], path[cut:]
	}
}

// wireText renames the fields that a text speaks of ("must be after activates_at"). Only words with
// an underscore inside are names for sure.
func (s *submission) wireText(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if name, ok := s.names[word]; ok && strings.Contains(word, "_") {
			words[i] = name
		}
	}
	return strings.Join(words, " ")
}

// list reads the items of an array with their places.
func (s *submission) list(at spot, value any, item func(at spot, value any)) {
	items, ok := value.([]any)
	switch {
	case !ok:
		s.refuse(at, "is not a list")
	case len(items) > maxItems:
		s.refuse(at, "is too long ("+strconv.Itoa(maxItems)+" items at most)")
	default:
		for i, value := range items {
			index := strconv.Itoa(i)
			to := at.under(index, index)
			s.names[to.path] = to.wire
			item(to, value)
		}
	}
}

// keysOf are the JSON keys of a wire struct.
func keysOf(wire any) []string {
	t := reflect.TypeOf(wire)
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "" && name != "-" {
			keys = append(keys, name)
		}
	}
	return keys
}
