package apiv5

import (
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/submit"
)

// echo is what a body may have of an answer without meaning a change. What GET shows can be sent back.
type echo struct {
	// readOnly are the keys that GET shows and nobody writes.
	readOnly []string
	// derived are the keys that GET shows otherwise than they were submitted.
	derived []string
	// required are the keys that a body must have, also with what is shown.
	required []string
}

// echoOf compares the model with its wire struct.
func (m model[P]) echoOf(wire any) echo {
	fields := m.fields(new(P))
	made := echo{required: m.required, readOnly: slices.DeleteFunc(keysOf(wire), func(key string) bool { return submit.Known(fields, key) })}
	for _, f := range fields {
		if f.Derived {
			made.derived = append(made.derived, f.Keys...)
		}
	}
	return made
}

// within reports whether the object has such keys, so that it matters what is shown at the moment.
func (e echo) within(submitted api.Object) bool {
	return slices.ContainsFunc(submitted, func(one api.Member) bool {
		return slices.Contains(e.readOnly, one.Key) || slices.Contains(e.derived, one.Key)
	})
}

// changes is the object without what is shown at the moment. With the thing's own id in it, it comes
// from a GET: what nobody writes, like a total, may have moved on since.
func (e echo) changes(submitted, shown api.Object) api.Object {
	rest := submit.Changed(submitted, slices.DeleteFunc(slices.Clone(shown), func(one api.Member) bool {
		return slices.Contains(e.required, one.Key)
	}))
	_, named := submitted.Get("id")
	if _, another := rest.Get("id"); !named || another {
		return rest
	}
	return slices.DeleteFunc(rest, func(one api.Member) bool { return slices.Contains(e.readOnly, one.Key) })
}
