package apiv5_test

import (
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/fault"
)

// spoken are the messages of this wire by status.
var spoken = map[int]string{
	400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
	410: "Gone", 412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type",
	422: "Unprocessible Entity", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}

// wantError checks the whole shape of an error and gives its fields.
func wantError(t *testing.T, what string, answer *httptest.ResponseRecorder, status int) map[string][]string {
	t.Helper()
	var whole map[string]map[string]json.RawMessage
	if err := json.Unmarshal(answer.Body.Bytes(), &whole); err != nil || len(whole) != 1 || len(whole["error"]) != 3 {
		t.Errorf("%s: got %d %s (%v), want an error with three keys", what, answer.Code, answer.Body, err)
		return nil
	}
	var body struct {
		Error struct {
			Status  int
			Message string
			Fields  map[string][]string
		}
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		t.Errorf("%s: got %s (%v)", what, answer.Body, err)
	}
	if answer.Code != status || body.Error.Status != status || body.Error.Message != spoken[status] {
		t.Errorf("%s: got %d %s, want %d %q", what, answer.Code, answer.Body, status, spoken[status])
	}
	if got := answer.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("%s: got Content-Type %q, want JSON", what, got)
	}
	if got := answer.Header().Get("WWW-Authenticate"); (status == 401 || status == 403) != strings.HasPrefix(got, "Bearer realm=") {
		t.Errorf("%s: got WWW-Authenticate %q with %d, want Bearer on every 401 and 403 only", what, got, status)
	}
	return body.Error.Fields
}

func TestEveryKindOfFaultHasItsError(t *testing.T) {
	t.Parallel()
	type want struct {
		status int
		// told tells that the words of the fault are shown.
		told bool
	}
	table := map[fault.Kind]want{
		fault.Internal: {500, false}, fault.Malformed: {400, true}, fault.Invalid: {422, true},
		fault.Unauthenticated: {401, false}, fault.Forbidden: {403, false}, fault.NotFound: {404, false},
		fault.WrongMethod: {405, false}, fault.Conflict: {409, true}, fault.Gone: {410, true}, fault.Stale: {412, true},
		fault.TooLarge: {413, true}, fault.Unsupported: {415, true}, fault.PaymentFailed: {422, true},
		fault.RateLimited: {429, false}, fault.Unavailable: {503, false},
	}
	for _, kind := range fault.Kinds() {
		want, known := table[kind]
		if !known {
			t.Errorf("%s: there is no row for it in this test", kind)
			continue
		}
		status, body := apiv5.EncodeFault(fault.New(kind, "Why."), "request-1")
		var got map[string]map[string]any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		fields := any(nil)
		if want.told {
			fields = map[string]any{"base": []any{"Why."}}
		}
		whole := map[string]any{"status": float64(want.status), "message": spoken[want.status], "fields": fields}
		if status != want.status || len(got) != 1 || !reflect.DeepEqual(got["error"], whole) {
			t.Errorf("%s: got %d %s, want %d %v", kind, status, body, want.status, whole)
		}
	}
}

func TestEveryWrongFieldIsListed(t *testing.T) {
	t.Parallel()
	wrong := &fault.Error{Kind: fault.Invalid, Message: "No.", Fields: fault.Fields{{Path: "name", Text: "is blank"}, {Path: "options.0.name", Text: "is <long>"}}}
	_, body := apiv5.EncodeFault(wrong, "")
	want := `{"error":{"status":422,"message":"Unprocessible Entity","fields":{"name":["is blank"],"options.0.name":["is <long>"]}}}`
	if string(body) != want {
		t.Errorf("got %s, want %s", body, want)
	}
}
