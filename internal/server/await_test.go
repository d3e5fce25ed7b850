package server_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/server"
)

// TestRequestsEnd wants a deadline for all requests but those that stay open, early enough for an answer.
func TestRequestsEnd(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]time.Duration{
		"/": 45 * time.Second, "/api/v3/campaigns/1": 45 * time.Second, "/oauth/token": 45 * time.Second, "/liver": 45 * time.Second,
		"/live/@ada/run": 0, "/socket/websocket": 0,
	} {
		began := time.Now()
		r, cancel := server.Awaited(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil), path)
		t.Cleanup(cancel)
		end, ends := r.Context().Deadline()
		switch {
		case want == 0 && !ends:
		case !ends || end.Before(began.Add(want)) || end.After(time.Now().Add(want)):
			t.Errorf("%s: got %v after %v, want it to end after %v", path, end.Sub(began), ends, want)
		case want >= server.WriteTimeout:
			t.Errorf("%s: got an end after %v, too late for an answer within %v", path, want, server.WriteTimeout)
		}
	}
}
