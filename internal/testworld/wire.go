package testworld

import (
	"context"
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

// Call is one request of JSON. A token of "" sends none, a body of "" sends none; more headers come in pairs.
type Call struct {
	Method, Target, Token, Body string
	Header                      []string
}

// Ask makes the request.
func Ask(h http.Handler, c Call) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), c.Method, c.Target, strings.NewReader(c.Body))
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(c.Header); i += 2 {
		r.Header.Set(c.Header[i], c.Header[i+1])
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
