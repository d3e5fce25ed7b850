package apiv5

import (
	"bytes"
	"reflect"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// model is a thing that callers submit: its fields, bound to one patch of type P, and where the
// patch carries what could not be read.
type model[P any] struct {
	fields  func(p *P) []submit.Field
	invalid func(p *P) *fault.Fields
	// required are the keys that a change must have.
	required []string
	// names are wire names of what the rules may find wrong and no field of the body says.
	names map[string]string
}

// submitted is a body of a model.
type submitted[P any] struct {
	model  model[P]
	echo   echo
	object api.Object
	read   *submit.Submission // since Patch
}

// decoder reads the body of a write. A body that is no JSON object is Malformed.
func (m model[P]) decoder(e echo) api.Decode[app.Actor, P] {
	return func(c *call) (api.Submission[P], error) {
		if missing(c.Body) {
			return nil, fault.New(fault.Malformed, "The body is missing: send a JSON object.")
		}
		object, err := api.DecodeJSON(c.Body)
		return &submitted[P]{model: m, echo: e, object: object}, err
	}
}

// optional reads a body that may be missing.
func (m model[P]) optional(c *call) (api.Submission[P], error) {
	s := &submitted[P]{model: m}
	if missing(c.Body) {
		return s, nil
	}
	var err error
	s.object, err = api.DecodeJSON(c.Body)
	return s, err
}

// lenient reads what the model knows of a body that may be missing.
func (m model[P]) lenient(c *call) (api.Submission[P], error) {
	s := &submitted[P]{model: m}
	if missing(c.Body) {
		return s, nil
	}
	object, err := api.DecodeJSON(c.Body)
	fields := m.fields(new(P))
	s.object = slices.DeleteFunc(object, func(one api.Member) bool { return !submit.Known(fields, one.Key) })
	return s, err
}

func missing(body []byte) bool { return len(bytes.TrimSpace(body)) == 0 }

// Echoes reports whether the body has keys that may repeat what GET shows.
func (s *submitted[P]) Echoes() bool { return s.echo.within(s.object) }

// Patch is what the body changes, without what is shown at the moment.
func (s *submitted[P]) Patch(shown any) (P, error) {
	object := s.object
	if shown != nil {
		now, err := submit.Shown(shown)
		if err != nil {
			return *new(P), err
		}
		object = s.echo.changes(object, now)
	}
	patch, read := s.model.patch(object, s.echo.readOnly)
	s.read = read
	return patch, nil
}

// Explain puts an error of the rules into the words of the caller.
func (s *submitted[P]) Explain(err error) error { return s.read.Explain(err, "") }

// patch reads an object as the model. What is wrong with it goes into the patch, where the rules add
// what they find.
func (m model[P]) patch(object api.Object, readOnly []string) (P, *submit.Submission) {
	var p P
	s := submit.New(dialect{readOnly}, m.names)
	s.Object(submit.Spot{}, object, m.fields(&p))
	*m.invalid(&p) = s.Wrong()
	return p, s
}

// dialect is the names of the domain, with some that are called otherwise. Where a field has several
// keys, the first one counts, and one with a value before one with null.
type dialect struct {
	// readOnly are the keys that GET shows and nobody writes.
	readOnly []string
}

// Find refuses the other keys of the field that were sent with a value.
func (dialect) Find(s *submit.Submission, at submit.Spot, sent api.Object, f submit.Field) (key string, value any, found bool) {
	for _, name := range f.Keys {
		one, there := sent.Get(name)
		if there && (!found || value == nil && one != nil) {
			key, value, found = name, one, true
		}
	}
	for _, name := range f.Keys {
		if one, there := sent.Get(name); there && one != nil && name != key {
			s.Stray(at, name, "says the same as "+key+": send one of them")
		}
	}
	return key, value, found
}

// Rest refuses the keys that no field has: a name with a typing mistake must not look like a change
// that was made.
func (d dialect) Rest(s *submit.Submission, at submit.Spot, sent api.Object, fields []submit.Field) {
	for _, one := range sent {
		switch {
		case submit.Known(fields, one.Key):
		case at.Path == "" && slices.Contains(d.readOnly, one.Key):
			s.Stray(at, one.Key, fund.Fixed)
		default:
			s.Unknown(at, one.Key, fields)
		}
	}
}

// Spell leaves a word of the domain as it is.
func (dialect) Spell(word string) string { return word }

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
