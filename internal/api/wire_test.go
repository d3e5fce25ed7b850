package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

// caller is its token.
type caller string

func (c caller) RateKey() string { return string(c) }

type (
	route = api.Route[caller]
	call  = api.Call[caller]
)

// testWire answers {"data":…} and {"error":kind,…}, with the kind's number + 400 as status.
func testWire() api.Wire[caller] {
	return api.Wire[caller]{
		Prefix:      "/api/v9",
		ContentType: "application/json; charset=utf-8",
		Authenticate: func(_ context.Context, r *http.Request) (caller, error) {
			token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			if token == "bad" {
				return "", fault.New(fault.Unauthenticated, "The token is not known.")
			}
			return caller(token), nil
		},
		Encode: func(_ int, body any) ([]byte, error) { return json.Marshal(map[string]any{"data": body}) },
		EncodeFault: func(f *fault.Error, id string) (int, []byte) {
			body, _ := json.Marshal(map[string]string{"error": f.Kind.String(), "message": f.Message, "all": f.Error(), "id": id})
			return statusOf(f.Kind), body
		},
	}
}

func statusOf(k fault.Kind) int {
	switch k {
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Internal:
		return http.StatusInternalServerError
	}
	return 440 + int(k)
}

// echo answers with what it was asked.
func echo(_ context.Context, c *call) (api.Reply, error) {
	match, conditional := c.IfMatch()
	return api.Reply{Body: map[string]any{
		"path": c.Request.Pattern, "id": c.Path("id"), "query": c.Query(), "body": string(c.Body), "caller": c.Caller,
		"match": match, "conditional": conditional,
	}}, nil
}

// fails answers with this error.
func fails(err error) api.Handler[caller] {
	return func(context.Context, *call) (api.Reply, error) { return api.Reply{}, err }
}

func testRoutes() []route {
	return []route{
		{Method: "GET", Pattern: "/things", Handle: echo},
		{Method: "POST", Pattern: "/things", Handle: echo},
		{Method: "GET", Pattern: "/things/{id}", Handle: echo},
		{Method: "PATCH", Pattern: "/things/{id}", Handle: echo},
		{Method: "DELETE", Pattern: "/things/{id}", Handle: func(context.Context, *call) (api.Reply, error) {
			return api.Reply{Status: http.StatusNoContent}, nil
		}},
		{Method: "GET", Pattern: "/things/{id}/parts", Handle: echo},
		{Method: "POST", Pattern: "/only/post", Handle: echo},
	}
}

// quiet is a set of settings that logs into the test's own buffer.
func quiet() (api.Settings, *logBuffer) {
	b := &logBuffer{}
	n := 0
	return api.Settings{
		Log: slog.New(slog.NewJSONHandler(b, nil)),
		RequestID: func() string {
			b.mu.Lock()
			defer b.mu.Unlock()
			n++
			return fmt.Sprintf("request-%d", n)
		},
	}, b
}

type logBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) lines() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.FieldsFunc(b.text.String(), func(r rune) bool { return r == '\n' })
}

// serving is the handler of the test wire with these routes.
func serving(routes ...route) http.Handler {
	s, _ := quiet()
	return api.New(testWire(), routes, s)
}

// ask sends a request; header is name, value, name, value….
func ask(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	var r *http.Request
	if body == "" {
		r = httptest.NewRequest(method, target, nil)
	} else {
		r = httptest.NewRequest(method, target, strings.NewReader(body))
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// data is what the echo handler said.
func data(t testing.TB, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var v struct{ Data map[string]any }
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("body %q: %v", w.Body, err)
	}
	return v.Data
}

func wantStatus(t testing.TB, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("got status %d, want %d; body %s", w.Code, want, w.Body)
	}
}

func wantHeader(t testing.TB, w *httptest.ResponseRecorder, name, want string) {
	t.Helper()
	if got := w.Header().Get(name); got != want {
		t.Errorf("got %s %q, want %q", name, got, want)
	}
}
