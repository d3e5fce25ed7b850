package apiv5

import (
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

type errorEnvelope struct {
	Error problem `json:"error"`
}

// problem has exactly these keys. Fields is null, or what is wrong with each field.
type problem struct {
	Status  int                 `json:"status"`
	Message string              `json:"message"`
	Fields  map[string][]string `json:"fields" null:"true"`
}

// row is what a kind of fault is in V5. Its message is fixed: clients compare it.
type row struct {
	status  int
	message string
	// told puts the fault's own words into the fields, under base: what is wrong is in the
	// request, and the message alone would not say what.
	told bool
}

// base is the name of what is wrong with the request as a whole.
const base = "base"

// unprocessable is spelt as on the wire.
const unprocessable = "Unprocessible Entity"

// table is the whole error contract; a test ranges over all kinds.
var table = map[fault.Kind]row{
	fault.Internal:        {http.StatusInternalServerError, "Internal Server Error", false},
	fault.Malformed:       {http.StatusBadRequest, "Bad Request", true},
	fault.Invalid:         {http.StatusUnprocessableEntity, unprocessable, true},
	fault.Unauthenticated: {http.StatusUnauthorized, "Unauthorized", false},
	fault.Forbidden:       {http.StatusForbidden, "Forbidden", false},
	fault.NotFound:        {http.StatusNotFound, "Not Found", false},
	fault.WrongMethod:     {http.StatusMethodNotAllowed, "Method Not Allowed", false},
	fault.Conflict:        {http.StatusConflict, "Conflict", true},
	fault.Gone:            {http.StatusGone, "Gone", true},
	fault.Stale:           {http.StatusPreconditionFailed, "Precondition Failed", true},
	fault.TooLarge:        {http.StatusRequestEntityTooLarge, "Content Too Large", true},
	fault.Unsupported:     {http.StatusUnsupportedMediaType, "Unsupported Media Type", true},
	fault.PaymentFailed:   {http.StatusUnprocessableEntity, unprocessable, true},
	fault.RateLimited:     {http.StatusTooManyRequests, "Too Many Requests", false},
	fault.Unavailable:     {http.StatusServiceUnavailable, "Service Unavailable", false},
}

// encodeFault makes the body of every error. The request id is in the headers only: there is no
// key for it.
func encodeFault(f *fault.Error, _ string) (int, []byte) {
	r, ok := table[f.Kind]
	if !ok {
		r = table[fault.Internal]
	}
	body, err := api.Marshal(errorEnvelope{problem{Status: r.status, Message: r.message, Fields: r.fields(f)}})
	if err != nil { // unreachable: there are only texts and a number in it
		return http.StatusInternalServerError, []byte(`{"error":{"status":500,"message":"Internal Server Error","fields":null}}`)
	}
	return r.status, body
}

// fields are what is wrong, by path; nil where the status says everything.
func (r row) fields(f *fault.Error) map[string][]string {
	if len(f.Fields) == 0 {
		if !r.told || f.Message == "" {
			return nil
		}
		return map[string][]string{base: {f.Message}}
	}
	named := map[string][]string{}
	for _, one := range f.Fields {
		named[one.Path] = append(named[one.Path], one.Text)
	}
	return named
}
