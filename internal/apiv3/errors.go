package apiv3

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

// problem is the one thing that is wrong: exactly these two keys.
type problem struct {
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

type errorEnvelope struct {
	Meta   meta           `json:"meta"`
	Error  *problem       `json:"error,omitempty"`
	Errors map[string]any `json:"errors,omitempty"`
}

// row is what a kind of fault is in V3. The detail stands in where a fault has no message.
type row struct {
	status        int
	title, detail string
}

const (
	notAuthorized = "Not Authorized"
	// forbiddenDetail is documented to the letter, so no other text takes its place.
	forbiddenDetail = "Sorry, you are not authorized to view this resource."
)

// table is the whole error contract; a test ranges over all kinds. V3 has no 402 and no 409:
// values that are fine but cannot be taken now are 422 with one error.
var table = map[fault.Kind]row{
	fault.Internal:        {500, "Internal Server Error", "Something went wrong on our side."},
	fault.Malformed:       {400, "Bad Request", "The request cannot be fulfilled: a parameter is missing or cannot be read."},
	fault.Invalid:         {422, "Unprocessable Entity", "Some of the submitted values are not allowed."},
	fault.Unauthenticated: {401, notAuthorized, "Please send a valid access token: \"Authorization: Bearer <token>\"."},
	fault.Forbidden:       {403, notAuthorized, forbiddenDetail},
	fault.NotFound:        {404, "Not Found", "There is nothing at this address: the id or slug is wrong or has changed."},
	fault.WrongMethod:     {405, "Method Not Allowed", "This method is not allowed here."},
	fault.Conflict:        {422, "Unprocessable Entity", "The present state does not allow this change."},
	fault.Gone:            {410, "Gone", "This is no longer here."},
	fault.Stale:           {412, "Precondition Failed", "What you changed is no longer the present version."},
	fault.TooLarge:        {413, "Content Too Large", "More was sent than is read here."},
	fault.Unsupported:     {415, "Unsupported Media Type", "The body must be JSON."},
	fault.PaymentFailed:   {422, "Unprocessable Entity", "The payment was refused."},
	fault.RateLimited:     {429, "Too Many Requests", "There were too many requests. Please try again later."},
	fault.Unavailable:     {503, "Internal Server Error", "This cannot be done right now. Please try again later."},
}

// encodeFault makes the body of every error.
func encodeFault(f *fault.Error, requestID string) (int, []byte) {
	r, ok := table[f.Kind]
	if !ok {
		r = table[fault.Internal]
	}
	body := errorEnvelope{Meta: meta{Status: r.status}}
	if body.Errors = modelErrors(f); body.Errors == nil {
		body.Error = &problem{Title: r.title, Detail: r.say(f, requestID)}
	}
	encoded, err := api.Marshal(body)
	if err != nil { // unreachable: there are only texts and numbers in it
		return http.StatusInternalServerError, []byte(`{"meta":{"status":500},"error":{"title":"Internal Server Error","detail":""}}`)
	}
	return r.status, encoded
}

// spoken says in the words of this wire what the domain calls otherwise: a target is a challenge
// here, and is switched off with its key active. A word with a full stop behind it may be a slug,
// and stays.
func spoken(text string) string {
	text = strings.ReplaceAll(text, "disable it instead", "set its active to false instead")
	text = strings.ReplaceAll(text, "no such target.", "no such challenge.")
	words := strings.Split(text, " ")
	for i, word := range words {
		bare := strings.TrimRight(word, ",;:")
		switch bare {
		case "target", "targets":
			words[i] = "challenge" + strings.TrimPrefix(word, "target")
		case "Target", "Targets":
			words[i] = "Challenge" + strings.TrimPrefix(word, "Target")
		}
	}
	return strings.Join(words, " ")
}

// say is the detail for the fault.
func (r row) say(f *fault.Error, requestID string) string {
	detail := f.Message
	if detail == "" || f.Kind == fault.Internal || f.Kind == fault.Forbidden {
		detail = r.detail
	}
	for i, one := range f.Fields {
		detail += [...]string{" ", "; "}[min(i, 1)] + one.Path + " " + one.Text
	}
	if r.status >= 500 && requestID != "" {
		detail += " If you report it, please quote the request id " + requestID + "."
	}
	return spoken(detail)
}

// modelMark ends the name of a submitted model in the path of a field: "campaign:endsAt". A
// fault crosses the HTTP machinery with nothing but its public face, so this is how the name
// gets here.
const modelMark = ":"

// modelErrors is model, field, message, nested as the submitted model was; nil for a fault that
// is about no model.
func modelErrors(f *fault.Error) map[string]any {
	if f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return nil
	}
	errors := map[string]any{}
	for _, one := range f.Fields {
		model, path, ok := strings.Cut(one.Path, modelMark)
		if !ok {
			return nil
		}
		fields, _ := errors[model].(map[string]any)
		if fields == nil {
			fields = map[string]any{}
			errors[model] = fields
		}
		pathParameter(fields, strings.Split(path, "."), fieldName(path)+" "+spoken(one.Text))
	}
	return errors
}

// pathParameter puts a message at its keys. About a whole and its parts there is room for one of the two:
// what was found first stays.
func pathParameter(fields map[string]any, keys []string, message string) {
	last := len(keys) - 1
	for _, key := range keys[:last] {
		inner, ok := fields[key].(map[string]any)
		if !ok {
			if fields[key] != nil {
				return
			}
			inner = map[string]any{}
			fields[key] = inner
		}
		fields = inner
	}
	if fields[keys[last]] == nil {
		fields[keys[last]] = message
	}
}

// fieldName is the last key of a path that is a name and no number of an item.
func fieldName(path string) string {
	keys := strings.Split(path, ".")
	for i := len(keys) - 1; i > 0; i-- {
		if strings.Trim(keys[i], "0123456789") != "" {
			return keys[i]
		}
	}
	return keys[0]
}
