package testcallers

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
)

// Routes are all endpoints of a node. Signing out comes last, for it ends the sessions that the others need.
func (w *World) Routes() []api.Endpoint {
	all := slices.Clone(w.Handler.Endpoints()) // callers may ask at once
	slices.SortStableFunc(all, func(a, b api.Endpoint) int { return order(a.Pattern == SignOutPage) - order(b.Pattern == SignOutPage) })
	return all
}

func order(last bool) int {
	if last {
		return 1
	}
	return 0
}

// Request is what the caller sends to a route.
func (w *World) Request(t testing.TB, caller string, r api.Endpoint) *http.Request {
	t.Helper()
	if !strings.HasPrefix(r.Pattern, "/api/") {
		return w.visit(t, caller, r)
	}
	body := ""
	if r.Method != http.MethodGet && r.Method != http.MethodDelete {
		body = "{}"
	}
	if r.Method == http.MethodPut && strings.Contains(r.Pattern, "/members/") {
		body = `{"role":"team_member"}`
	}
	if r.Method == http.MethodPatch && strings.HasSuffix(r.Pattern, "/donations/{donation_id}") { // an empty one is wrong for anybody
		body = `{"screening":"hidden"}`
	}
	if strings.HasSuffix(r.Pattern, "/fitness_activities") { // without a user it is a question of whose token it is
		body = `{"user_id":"` + w.IDs["user_id"] + `"}`
	}
	request := httptest.NewRequestWithContext(t.Context(), r.Method, w.Path(t, r.Pattern), strings.NewReader(body))
	if token := w.Callers[caller]; token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if r.Method != http.MethodGet {
		request.Header.Set("If-Match", `"nothing is like this"`)
	}
	return request
}

// Serve answers a request.
func (w *World) Serve(request *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	w.Handler.ServeHTTP(recorder, request)
	return recorder
}
