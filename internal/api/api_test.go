package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	notFound := statusOf(fault.NotFound)
	for _, c := range []struct {
		target string
		status int
		id     string
	}{
		{"/api/v9/things", 200, ""},
		{"/api/v9/things/", 200, ""},
		{"/api/v9/things/1", 200, "1"},
		{"/api/v9//things/1", 200, "1"},
		{"//api//v9///things//1//", 200, "1"},
		{"/api/v9//things/1/parts/", 200, "1"},
		{"/api/v9/things/a%2Fb", 200, "a/b"},
		{"/api/v9/things/a%2F%2Fb/", 200, "a//b"},
		{"/api/v9//things/a%2Fparts", 200, "a/parts"},
		{"/api/v9/things/%E2%82%AC%20x", 200, "€ x"},
		{"/api/v9/things/.hidden", 200, ".hidden"},
		{"/api/v9/things/%2e%2e", 200, ".."},
		{"/api/v9/things/1/../2", notFound, ""},
		{"/api/v9/other/../things", notFound, ""},
		{"/api/v9/./things", notFound, ""},
		{"/api/v9/things/..", notFound, ""},
		{"/api/v9", notFound, ""},
		{"/", notFound, ""},
		{"/api/v9/thing", notFound, ""},
		{"/api/v9/things/1/parts/2", notFound, ""},
		{"/api%2Fv9/things", notFound, ""},
	} {
		w := ask(h, "GET", c.target, "")
		if w.Code != c.status {
			t.Errorf("%s: got status %d, want %d", c.target, w.Code, c.status)
			continue
		}
		if c.status == 200 && data(t, w)["id"] != c.id {
			t.Errorf("%s: got id %q, want %q", c.target, data(t, w)["id"], c.id)
		}
	}
}

func TestRootPattern(t *testing.T) {
	t.Parallel()
	wire := testWire()
	for _, prefix := range []string{"", "/api/v9"} {
		wire.Prefix = prefix
		h := api.New(wire, []route{{Method: "GET", Pattern: "/", Handle: echo}}, api.Settings{})
		wantStatus(t, ask(h, "GET", prefix+"/", ""), 200)
		wantStatus(t, ask(h, "GET", prefix+"/x", ""), statusOf(fault.NotFound))
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	for _, c := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"PUT", "/api/v9/things", statusOf(fault.WrongMethod), "GET, HEAD, OPTIONS, POST"},
		{"BREW", "/api/v9/things/1", statusOf(fault.WrongMethod), "DELETE, GET, HEAD, OPTIONS, PATCH"},
		{"GET", "/api/v9/only/post", statusOf(fault.WrongMethod), "OPTIONS, POST"},
		{"HEAD", "/api/v9/only/post", statusOf(fault.WrongMethod), "OPTIONS, POST"},
		{"OPTIONS", "/api/v9/things", 204, "GET, HEAD, OPTIONS, POST"},
		{"OPTIONS", "/api/v9//only/post/", 204, "OPTIONS, POST"},
		{"OPTIONS", "/api/v9/unknown", statusOf(fault.NotFound), ""},
		{"DELETE", "/api/v9/unknown", statusOf(fault.NotFound), ""},
		{"DELETE", "/api/v9/things/1", 204, ""},
	} {
		w := ask(h, c.method, c.target, "")
		if w.Code != c.status || w.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s: got %d Allow %q, want %d %q", c.method, c.target, w.Code, w.Header().Get("Allow"), c.status, c.allow)
		}
		if c.status == 204 && (w.Body.Len() > 0 || w.Header().Get("Content-Length") != "") {
			t.Errorf("%s %s: got a body with 204", c.method, c.target)
		}
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serving(append(testRoutes(), route{Method: "GET", Pattern: "/fail", Handle: fails(fault.New(fault.Conflict, "No."))})...))
	t.Cleanup(server.Close)
	for _, path := range []string{"/api/v9/things/1?a=b", "/api/v9/fail", "/api/v9/unknown"} {
		get, head := fetch(t, server, "GET", path), fetch(t, server, "HEAD", path)
		if get.StatusCode != head.StatusCode || get.ContentLength != head.ContentLength || get.ContentLength <= 0 {
			t.Errorf("%s: got %d of %d bytes, want %d of %d", path, head.StatusCode, head.ContentLength, get.StatusCode, get.ContentLength)
		}
		for name := range get.Header {
			if name != "X-Request-Id" && name != "Date" && get.Header.Get(name) != head.Header.Get(name) {
				t.Errorf("%s: got %s %q, want %q", path, name, head.Header.Get(name), get.Header.Get(name))
			}
		}
	}
	if w := ask(serving(testRoutes()...), "HEAD", "/api/v9/things", ""); w.Body.Len() > 0 {
		t.Errorf("got body %q, want none", w.Body)
	}
}

func fetch(t *testing.T, server *httptest.Server, method, path string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = got.Body.Close() })
	return got
}

func TestCORSOnEveryAnswer(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	for _, c := range [][2]string{{"GET", "/api/v9/things"}, {"GET", "/nothing"}, {"PUT", "/api/v9/things"}, {"OPTIONS", "/api/v9/things"}} {
		w := ask(h, c[0], c[1], "", "Origin", "null")
		wantHeader(t, w, "Access-Control-Allow-Origin", "*")
		wantHeader(t, w, "Access-Control-Allow-Credentials", "")
		if w.Header().Get("Access-Control-Expose-Headers") == "" || w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s %s: got headers %v, want exposed headers and a request id", c[0], c[1], w.Header())
		}
	}
	w := ask(h, "OPTIONS", "/nothing", "", "Origin", "https://a.example", "Access-Control-Request-Method", "GET")
	wantStatus(t, w, 204)
	wantHeader(t, w, "Access-Control-Allow-Methods", "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS")
	wantHeader(t, w, "Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match, If-Match, Idempotency-Key")
	wantHeader(t, w, "Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	if w.Header().Get("Access-Control-Max-Age") == "" {
		t.Error("got no Access-Control-Max-Age, want one")
	}
}

func TestGateAndWireHeaders(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	wire := testWire()
	wire.Header = func(h http.Header) { h.Set("Deprecation", "@1") }
	wire.Gate = func(at time.Time) error {
		if !at.Equal(now) {
			t.Errorf("got %v, want %v", at, now)
		}
		return fault.New(fault.Gone, "This version is gone.")
	}
	h := api.New(wire, testRoutes(), api.Settings{Now: func() time.Time { return now }})
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/api/v9/things", statusOf(fault.Gone)},
		{"PUT", "/api/v9/things", statusOf(fault.Gone)},
		{"GET", "/unknown", statusOf(fault.Gone)},
		{"OPTIONS", "/api/v9/things", 204},
	} {
		w := ask(h, c.method, c.target, "")
		wantStatus(t, w, c.status)
		wantHeader(t, w, "Deprecation", "@1")
	}
}

func TestReplyHeadersWin(t *testing.T) {
	t.Parallel()
	h := serving(route{Method: "POST", Pattern: "/x", Handle: func(context.Context, *call) (api.Reply, error) {
		return api.Reply{Status: 201, Body: 1, Header: http.Header{"location": {"/y"}, "Content-Type": {"text/plain"}, "ETag": {`"v1"`}}}, nil
	}})
	w := ask(h, "POST", "/api/v9/x", "")
	wantStatus(t, w, 201)
	wantHeader(t, w, "Location", "/y")
	wantHeader(t, w, "Content-Type", "text/plain")
	wantHeader(t, w, "ETag", `"v1"`)
	wantHeader(t, w, "Cache-Control", "no-store")
}

func TestNewPanicsOnProgrammingErrors(t *testing.T) {
	t.Parallel()
	good := route{Method: "GET", Pattern: "/x", Handle: echo}
	for name, routes := range map[string][]route{
		"twice":           {good, {Method: "GET", Pattern: "/x/", Handle: echo}},
		"method":          {{Method: "HEAD", Pattern: "/x", Handle: echo}},
		"no slash":        {{Method: "GET", Pattern: "x", Handle: echo}},
		"rest wildcard":   {{Method: "GET", Pattern: "/x/{rest...}", Handle: echo}},
		"no handler":      {{Method: "GET", Pattern: "/x"}},
		"shared write":    {{Method: "POST", Pattern: "/x", Handle: echo, Shared: true}},
		"wildcard twice":  {{Method: "GET", Pattern: "/x/{a}", Handle: echo}, {Method: "POST", Pattern: "/x/{b}", Handle: echo}},
		"ambiguous paths": {{Method: "GET", Pattern: "/{a}/y", Handle: echo}, {Method: "GET", Pattern: "/x/{b}", Handle: echo}},
	} {
		if !panics(func() { serving(routes...) }) {
			t.Errorf("%s: got no panic, want one", name)
		}
	}
	if !panics(func() { api.New(api.Wire[caller]{}, nil, api.Settings{}) }) {
		t.Error("empty wire: got no panic, want one")
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

type observed struct {
	route  string
	status int
}

type recorder struct{ all []observed }

func (r *recorder) Observe(route string, status int, seconds float64) {
	r.all = append(r.all, observed{route, status})
	if seconds != 0 {
		r.all = append(r.all, observed{"took time", -1})
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := &recorder{}
	now := time.Now()
	routes := append(testRoutes(), route{Method: "GET", Pattern: "/named", Name: "named", Handle: echo})
	h := api.New(testWire(), routes, api.Settings{Metrics: m, Now: func() time.Time { return now }})
	for _, c := range [][2]string{{"GET", "/api/v9/things/1"}, {"HEAD", "/api/v9/named"}, {"GET", "/a"}, {"PUT", "/api/v9/things"}, {"OPTIONS", "/api/v9/things"}} {
		ask(h, c[0], c[1], "")
	}
	want := []observed{
		{"GET /api/v9/things/{id}", 200},
		{"named", 200},
		{"unknown", statusOf(fault.NotFound)},
		{"wrong method", statusOf(fault.WrongMethod)},
		{"options", 204},
	}
	if len(m.all) != len(want) {
		t.Fatalf("got %v, want %v", m.all, want)
	}
	for i := range want {
		if m.all[i] != want[i] {
			t.Errorf("got %v, want %v", m.all[i], want[i])
		}
	}
}

func TestAByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	for body, want := range map[string]string{
		"\ufeff{}":       `{}`,
		"{}":             `{}`,
		"\ufeff":         ``,
		"\n\ufeff{}":     "\n\ufeff{}",
		"\ufeff\ufeff{}": "\ufeff{}",
	} {
		w := ask(h, "POST", "/api/v9/things", body, "Content-Type", "application/json")
		var got struct{ Data struct{ Body string } }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Data.Body != want {
			t.Errorf("%q: got %q (%v), want %q", body, got.Data.Body, err, want)
		}
	}
}

func TestRefuseAnswersInTheShapeOfTheWire(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	for _, target := range []string{"/api/v9/things", "/api/v9/nothing"} {
		w := httptest.NewRecorder()
		refuser, ok := h.(api.Refuser)
		if !ok {
			t.Fatal("got a handler that is no Refuser")
		}
		refuser.Refuse(w, httptest.NewRequest("GET", target, nil))
		wantStatus(t, w, statusOf(fault.Malformed))
		wantHeader(t, w, "Access-Control-Allow-Origin", "*")
		wantHeader(t, w, "Cache-Control", "no-store")
	}
}
