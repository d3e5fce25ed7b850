package oauth

import (
	"encoding/json"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
)

// programHeader is what all answers to programs have.
func programHeader(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Retry-After, WWW-Authenticate, "+api.RequestIDHeader)
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"server_error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// problem is the body of an error for programs.
type problem struct {
	Error       string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

// refusal is a fault in the words of OAuth.
type refusal struct {
	code   string
	status int
}

// refusals are the words for all kinds of faults but Invalid. RFC 6749 knows the codes for the token
// endpoint; the statuses are those that V5 documents, where it does: 422 for what RFC 6749 answers
// with 400 or 401.
var refusals = map[fault.Kind]refusal{
	fault.Internal:        {"server_error", http.StatusInternalServerError},
	fault.Malformed:       {"invalid_request", http.StatusBadRequest},
	fault.Unauthenticated: {"invalid_client", http.StatusUnprocessableEntity},
	fault.Forbidden:       {"access_denied", http.StatusUnauthorized},
	fault.NotFound:        {"invalid_request", http.StatusNotFound},
	fault.WrongMethod:     {"invalid_request", http.StatusMethodNotAllowed},
	fault.Conflict:        {"invalid_request", http.StatusConflict},
	fault.Gone:            {"invalid_request", http.StatusGone},
	fault.Stale:           {"invalid_request", http.StatusPreconditionFailed},
	fault.TooLarge:        {"invalid_request", http.StatusRequestEntityTooLarge},
	fault.Unsupported:     {"invalid_request", http.StatusUnsupportedMediaType},
	fault.PaymentFailed:   {"invalid_request", http.StatusPaymentRequired},
	fault.RateLimited:     {"temporarily_unavailable", http.StatusTooManyRequests},
	fault.Unavailable:     {"temporarily_unavailable", http.StatusServiceUnavailable},
}

// fieldGrantType is the field of a refused grant_type, fieldResponseType that of a response_type.
const (
	fieldGrantType    = "grant_type"
	fieldResponseType = "response_type"
)

// invalid are the codes for Invalid faults, by the field that they are about.
var invalid = map[string]string{
	app.FieldScope:    "invalid_scope",
	app.FieldGrant:    "invalid_grant",
	app.FieldRedirect: "invalid_redirect_uri",
	fieldGrantType:    "unsupported_grant_type",
	fieldResponseType: "unsupported_response_type",
}

func refusalOf(f *fault.Error) refusal {
	if f.Kind != fault.Invalid {
		return refusals[f.Kind]
	}
	for _, field := range f.Fields {
		if code := invalid[field.Path]; code != "" {
			return refusal{code, http.StatusUnprocessableEntity}
		}
	}
	return refusal{"invalid_request", http.StatusUnprocessableEntity}
}

// unsupported is the fault for a word that is not one of those that work here.
func unsupported(field, message string) error {
	return &fault.Error{Kind: fault.Invalid, Message: message, Fields: fault.Fields{{Path: field, Text: "is not supported"}}}
}

// fail answers a program with an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	said := refusalOf(f)
	s.note(w, r, f)
	retryAfter(w, f)
	answer(w, said.status, problem{Error: said.code, Description: bearer.Description(f.Message)})
}

// retryAfter says how long to wait, where that is known.
func retryAfter(w http.ResponseWriter, f *fault.Error) {
	if wait := f.Wait(); wait > 0 {
		w.Header().Set("Retry-After", api.Seconds(wait))
	}
}

// note logs what is our fault, unless the caller went away and nobody is left to tell.
func (s *Server) note(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	if r.Context().Err() == nil && refusalOf(f).status >= http.StatusInternalServerError {
		s.log.ErrorContext(r.Context(), "oauth", "request_id", api.RequestID(w.Header()), "path", r.URL.Path, "error", f)
	}
}

// failClient is fail for the endpoints that RFC 7009 and 7662 describe: there a client that does not
// prove who it is gets 401, and is told how to.
func (s *Server) failClient(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	if f.Kind != fault.Unauthenticated {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="almoner", charset="UTF-8"`)
	answer(w, http.StatusUnauthorized, problem{Error: "invalid_client", Description: bearer.Description(f.Message)})
}

// refuse answers what no endpoint could: in the words of the API where there is no endpoint at all, for those who mistyped are most likely programs.
func refuse(w http.ResponseWriter, status int) {
	switch status {
	case http.StatusNotFound:
		type missing struct {
			Status  int                 `json:"status"`
			Message string              `json:"message"`
			Fields  map[string][]string `json:"fields"`
		}
		answer(w, status, map[string]missing{"error": {Status: status, Message: "Not Found"}})
	case http.StatusMethodNotAllowed:
		answer(w, status, problem{"invalid_request", "This endpoint is for " + w.Header().Get("Allow") + "."})
	case http.StatusBadRequest:
		answer(w, status, problem{"invalid_request", "The path cannot be read: it is not escaped as it should be."})
	default:
		answer(w, status, problem{"temporarily_unavailable", "There were too many requests from this address."})
	}
}
