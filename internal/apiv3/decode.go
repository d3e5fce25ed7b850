package apiv3

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/submit"
)

// maxKeys is what a body may hold at most. No model comes near it; more is no mistake of a person.
const maxKeys = 200

// model is a thing that callers submit: its names on the wire, and its fields for a patch.
type model[P any] struct {
	// names are what a body may wrap the model in, in all spellings; errors are reported under
	// the first one when the body is bare.
	names []string
	// fields binds the table of the model's keys to one patch. Settings, whose keys are
	// names of options, take theirs from what was submitted.
	fields func(p *P, s *submission) []submit.Field
	// invalid is where the patch carries what could not be read.
	invalid func(p *P) *fault.Fields
}

// submission is one submitted model: what was sent, and as which model.
type submission struct {
	*submit.Submission

	// model is the name that errors are reported under: the one that the caller used.
	model     string
	submitted api.Object
	// now is the model as GET shows it at the moment; nil for a new one.
	now api.Object
}

// received reads a body as a model with one of these names, bare or wrapped in its name. What stands
// beside a wrapped model is ignored.
func received(names []string, body []byte) (*submission, error) {
	expected := fmt.Sprintf("Send the %[1]s as a JSON object, bare or as {%[1]q: {…}}.", names[0])
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, fault.New(fault.Malformed, "The body is missing. %s", expected)
	}
	sent, err := api.DecodeJSON(body)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "%s %s", fault.From(err).Message, expected)
	}
	s := &submission{Submission: submit.New(dialect{}, nil), model: names[0], submitted: sent}
	for _, one := range sent {
		if !slices.Contains(names, one.Key) {
			continue
		}
		inner, ok := one.Value.(api.Object)
		if ok {
			s.model, s.submitted = one.Key, inner
			break
		}
		if len(sent) == 1 {
			return nil, fault.New(fault.Malformed, "The %s in the body %s. %s", one.Key, submit.NotAnObject, expected)
		}
	}
	if len(s.submitted) > maxKeys {
		return nil, fault.New(fault.Malformed, "The body has more than %d keys. %s", maxKeys, expected)
	}
	return s, nil
}

// submitted is a body of a model.
type submitted[P any] struct {
	model model[P]
	read  *submission
}

// decode reads the body of a write.
func (m model[P]) decode(c *call) (api.Submission[P], error) {
	s, err := received(m.names, c.Body)
	return submitted[P]{model: m, read: s}, err
}

// Echoes is always true: a body may repeat any key that GET shows.
func (submitted[P]) Echoes() bool { return true }

// Patch is what the body changes, without what is shown at the moment.
func (s submitted[P]) Patch(shown any) (P, error) {
	if shown != nil {
		var err error
		if s.read.now, err = submit.Shown(shown); err != nil {
			return *new(P), err
		}
	}
	return s.model.patch(s.read), nil
}

// Explain puts an error of the rules into the words of the caller.
func (s submitted[P]) Explain(err error) error { return s.read.explain(err) }

// patch is what the submission changes: nothing where it says what GET shows at the moment.
func (m model[P]) patch(s *submission) P {
	var p P
	s.submitted = submit.Changed(s.submitted, s.now)
	s.Object(submit.Spot{}, s.submitted, m.fields(&p, s))
	*m.invalid(&p) = s.Wrong()
	return p
}

// explain puts an error of the rules into the words of the caller.
func (s *submission) explain(err error) error { return s.Explain(err, s.model+modelMark) }

// dialect is camelCase, with snake_case read too.
type dialect struct{}

// Find takes the first key that was sent, in camelCase or snake_case.
func (dialect) Find(_ *submit.Submission, _ submit.Spot, sent api.Object, f submit.Field) (key string, value any, found bool) {
	for _, key := range f.Keys {
		for _, spelling := range []string{key, snakeCase(key)} {
			if value, found := sent.Get(spelling); found {
				return spelling, value, true
			}
		}
	}
	return "", nil, false
}

// Rest ignores the keys that no field has.
func (dialect) Rest(*submit.Submission, submit.Spot, api.Object, []submit.Field) {}

// Spell writes a word of the domain in camelCase.
func (dialect) Spell(word string) string { return camel(word) }
