package apiv3

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// What a body may hold at the most. No model comes near it; more is no mistake of a person.
const (
	maxKeys  = 200
	maxItems = 200
	maxWrong = 100
)

const (
	notAnObject = "is not an object"
	notAList    = "is not a list"
)

// model is a thing that callers submit: its names on the wire, and its fields for a patch.
type model[P any] struct {
	// names are what a body may wrap the model in, in all spellings; errors are reported under
	// the first one when the body is bare.
	names []string
	// fields binds the table of the model's keys to one patch. Settings, whose keys are
	// names of options, take theirs from what was submitted.
	fields func(p *P, s *submission) []field
	// invalid is where the patch carries what could not be read.
	invalid func(p *P) *fault.Fields
}

// field is one key of a model, or of an object in it.
type field struct {
	// path is the key in domain words, below its object.
	path string
	// keys are its names on the wire in camelCase, the main one first; each is read in
	// snake_case too. The first one that was sent counts.
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

// submission is one submitted model: what was sent, and how its keys are called.
type submission struct {
	// model is the name that errors are reported under: the one that the caller used.
	model string
	sent  api.Object
	// now is the model as GET shows it at the moment; nil for a new one.
	now   api.Object
	wrong fault.Fields
	// names maps each domain path to the keys that the caller used, or would have.
	names map[string]string
}

// submit reads a body as a model with one of these names, bare or wrapped in its name. What stands
// beside a wrapped model is ignored.
func submit(names []string, body []byte) (*submission, error) {
	expected := fmt.Sprintf("Send the %[1]s as a JSON object, bare or as {%[1]q: {…}}.", names[0])
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, fault.New(fault.Malformed, "The body is missing. %s", expected)
	}
	sent, err := api.DecodeJSON(body)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "%s %s", fault.From(err).Message, expected)
	}
	s := &submission{model: names[0], sent: sent, names: map[string]string{}}
	for _, one := range sent {
		if !slices.Contains(names, one.Key) {
			continue
		}
		inner, ok := one.Value.(api.Object)
		if ok {
			s.model, s.sent = one.Key, inner
			break
		}
		if len(sent) == 1 {
			return nil, fault.New(fault.Malformed, "The %s in the body %s. %s", one.Key, notAnObject, expected)
		}
	}
	if len(s.sent) > maxKeys {
		return nil, fault.New(fault.Malformed, "The body has more than %d keys. %s", maxKeys, expected)
	}
	return s, nil
}

// patch is what the submission changes. A key that says what GET shows at the moment is
// unchanged and left out, so that a caller may send back a whole object with one change:
// several keys may show one field, and some cannot show all of it.
func (m model[P]) patch(s *submission) P {
	var p P
	s.sent = slices.DeleteFunc(slices.Clone(s.sent), func(one api.Member) bool {
		shown, ok := s.now.Get(one.Key)
		return ok && same(one.Value, shown)
	})
	s.object(spot{}, s.sent, m.fields(&p, s))
	*m.invalid(&p) = s.wrong
	return p
}

// object reads the fields of an object; keys that no field has are ignored.
func (s *submission) object(at spot, sent api.Object, fields []field) {
	for _, f := range fields {
		key, value, found := f.find(sent)
		if !found {
			s.name(at, []field{f})
			continue
		}
		to := at.under(f.path, key)
		s.names[to.path] = to.wire
		f.read(s, to, value)
	}
}

// find is the value of the field in an object, with the key that the caller used.
func (f field) find(sent api.Object) (key string, value any, found bool) {
	for _, key := range f.keys {
		for _, spelling := range []string{key, snakeCase(key)} {
			if value, found := sent.Get(spelling); found {
				return spelling, value, true
			}
		}
	}
	return "", nil, false
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
	if len(s.wrong) < maxWrong {
		s.wrong.Add(at.path, text)
	}
}

// explain puts an error of the rules into the words of the caller.
func (s *submission) explain(err error) error { return asModel(s.model, s.names, err) }

// same tells whether two JSON values say the same: 10 and 10.0 do, and the order of keys
// does not count.
func same(a, b any) bool {
	switch a := a.(type) {
	case api.Object:
		b, ok := b.(api.Object)
		return ok && len(a) == len(b) && !slices.ContainsFunc(a, func(one api.Member) bool {
			other, found := b.Get(one.Key)
			return !found || !same(one.Value, other)
		})
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && plain(a) == plain(b)
	default:
		return !isCompound(b) && a == b
	}
}

func isCompound(value any) bool {
	switch value.(type) {
	case api.Object, []any:
		return true
	default:
		return false
	}
}

// plain is a number in its shortest form without an exponent, or as it is if that is out of reach.
func plain(n json.Number) string {
	text, problem := money.Plain(n.String())
	if problem != "" {
		return n.String()
	}
	return money.Shortest(text)
}

// list reads the items of an array with their places.
func (s *submission) list(at spot, value any, item func(at spot, value any)) {
	items, ok := value.([]any)
	switch {
	case !ok:
		s.refuse(at, notAList)
	case len(items) > maxItems:
		s.refuse(at, fmt.Sprintf("is too long (%d items at most)", maxItems))
	default:
		for i, value := range items {
			index := strconv.Itoa(i)
			to := at.under(index, index)
			s.names[to.path] = to.wire
			item(to, value)
		}
	}
}
