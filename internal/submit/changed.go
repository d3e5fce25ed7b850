package submit

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/money"
)

// Shown is a wire struct as a caller gets it and may send it back.
func Shown(wire any) (api.Object, error) {
	text, err := json.Marshal(wire)
	if err != nil {
		return nil, fmt.Errorf("present state: %w", err)
	}
	return api.DecodeJSON(text)
}

// Changed is what was sent without the keys that say what is shown at the moment. So a caller may send
// back a whole object with one change, though several keys show one field, and some cannot show all of it.
func Changed(sent, shown api.Object) api.Object {
	return slices.DeleteFunc(slices.Clone(sent), func(one api.Member) bool {
		now, ok := shown.Get(one.Key)
		return ok && Same(one.Value, now)
	})
}

// Same reports whether two JSON values say the same: 10 and 10.0 do, and the order of keys does not
// count.
func Same(a, b any) bool {
	switch a := a.(type) {
	case api.Object:
		b, ok := b.(api.Object)
		return ok && len(a) == len(b) && !slices.ContainsFunc(a, func(one api.Member) bool {
			other, found := b.Get(one.Key)
			return !found || !Same(one.Value, other)
		})
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Same)
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
