package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// meanings are the kinds of faults in words for a reader of the document.
var meanings = map[fault.Kind]string{
	fault.Internal:        "Something went wrong on our side.",
	fault.Malformed:       "A parameter or the body cannot be read.",
	fault.Invalid:         "Values are not allowed; all of them are reported at once.",
	fault.Unauthenticated: "A valid access token is needed: WWW-Authenticate says what is wrong with the one that was sent.",
	fault.Forbidden:       "The token is known, but may not do this: WWW-Authenticate names the scope that is missing.",
	fault.NotFound:        "There is no such thing, or the caller may not know of it.",
	fault.WrongMethod:     "The method is not allowed here.",
	fault.Conflict:        "The present state does not allow this change.",
	fault.Gone:            "This was here and will not come back.",
	fault.Stale:           "What was changed is no longer the present version (If-Match).",
	fault.TooLarge:        "More was sent than is read here.",
	fault.Unsupported:     "The body is no JSON.",
	fault.PaymentFailed:   "The payment was refused.",
	fault.RateLimited:     "There were too many requests: Retry-After says when to come back.",
	fault.Unavailable:     "This cannot be done now, but later.",
}

// faults says what the wire makes of each kind of fault.
type faults struct {
	status  map[fault.Kind]int
	example map[int]json.RawMessage // one body for each status
	used    map[int]bool            // the statuses that some operation names
	gate    bool                    // the wire may end
}

func newFaults(encode func(*fault.Error, string) (int, []byte), gate bool) faults {
	t := faults{status: map[fault.Kind]int{}, example: map[int]json.RawMessage{}, used: map[int]bool{}, gate: gate}
	for _, kind := range fault.Kinds() {
		status, body := encode(&fault.Error{Kind: kind}, "")
		t.status[kind] = status
		if t.example[status] == nil {
			t.example[status] = body
		}
	}
	return t
}

// of are the statuses of the errors that the machinery and a handler can make of a row.
func (t faults) of(op operation) []int {
	kinds := []fault.Kind{fault.Unauthenticated, fault.RateLimited, fault.Internal, fault.Unavailable}
	if t.gate {
		kinds = append(kinds, fault.Gone)
	}
	if !op.open {
		kinds = append(kinds, fault.Forbidden)
	}
	if strings.Contains(op.pattern, "{") {
		kinds = append(kinds, fault.NotFound)
	}
	if len(queryNames(op)) > 0 {
		kinds = append(kinds, fault.Malformed, fault.Invalid)
	}
	if op.in != nil || op.upload != nil {
		kinds = append(kinds, fault.Malformed, fault.Invalid)
	}
	if op.method != http.MethodGet {
		kinds = append(kinds, fault.Conflict, fault.TooLarge, fault.Unsupported)
	}
	if op.changes() {
		kinds = append(kinds, fault.Stale)
	}
	statuses := map[int]bool{}
	for _, k := range kinds {
		statuses[t.status[k]], t.used[t.status[k]] = true, true
	}
	return slices.Sorted(maps.Keys(statuses))
}

// name is what the component for a status is called.
func (faults) name(status int) string {
	text := http.StatusText(status)
	if text == "" {
		text = "Status " + strconv.Itoa(status)
	}
	return Title(strings.ReplaceAll(text, " ", "_"))
}

// responses are the components for all statuses that operations name.
func (t faults) responses(body Schema, examples Examples) Object {
	var all Object
	for _, status := range slices.Sorted(maps.Keys(t.used)) {
		var said []string
		for _, kind := range fault.Kinds() {
			if t.status[kind] == status && (t.gate || kind != fault.Gone) {
				said = append(said, meanings[kind])
			}
		}
		all = append(all, Member{t.name(status), Object{
			{"description", strings.Join(said, " ")},
			{"content", Object{{"application/json", Object{{"schema", body}, {"example", examples.ofStatus(status, t.example[status])}}}}},
		}})
	}
	return all
}
