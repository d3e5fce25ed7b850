package testworld

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/almoner/almoner/internal/api"
)

// Settings fill in what a wire over the service takes in every test: its clock, a log that nobody reads, and one id for
// all requests.
func (s *Service) Settings(o api.Settings) api.Settings {
	o.Now, o.Log = s.Clock.Now, slog.New(slog.DiscardHandler)
	o.RequestID = func() string { return "request-1" }
	return o
}

// Ask makes one request of JSON. A token of "" sends none, a body of "" sends none; more headers come in pairs.
func Ask(h http.Handler, method, target, token, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer
}

// AuthorizationHeaders are headers with a valid token in every spelling, each with the status of a read that needs it.
func AuthorizationHeaders(token string) map[string]int {
	return map[string]int{
		"Bearer " + token: 200, "bearer " + token: 200, "BEARER   " + token + " ": 200,
		"Basic YTpi": 401, "Bearer": 401, "Bearer ": 401, token: 401, "Bearer a b": 401, "": 401,
		"Token " + token: 401, "Bearer " + token + ", Bearer " + token: 401,
	}
}
