package api_test

import (
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
)

// FuzzServe sends what a server could hand over: any target that net/url reads.
func FuzzServe(f *testing.F) {
	for _, seed := range []string{
		"/api/v9/things", "/api/v9//things/1/", "/api/v9/things/%2e%2e/parts", "/api/v9/things/../x?count=1&count=%zz;",
		"/api/v9/shared/%2F/%00?count=1&page=2", "*", "//", "/api/v9/shared/a//b?x", "http://h/api/v9/things",
	} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PATCH", "CONNECT"} {
			f.Add(method, seed, "{}")
		}
	}
	settings, _ := quiet()
	settings.Cache = api.NewCache(1 << 20)
	settings.Rates = api.Rates{TokenPerMinute: 1e9, AddressPerMinute: 1e9}
	h := api.New(testWire(), append(testRoutes(), route{
		Method: "GET", Pattern: "/shared/{id}/{part}", Shared: true, Query: []string{"count"}, Handle: fresh(1, api.Tag{1}),
	}), settings)
	f.Fuzz(func(t *testing.T, method, target, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || method == "" {
			return
		}
		r := httptest.NewRequest("POST", "/", nil)
		r.Method, r.URL, r.RequestURI = method, u, target
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), -1
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code >= 300 && w.Code < 400 {
			t.Errorf("%s %q: got status %d %v", method, target, w.Code, w.Header())
		}
	})
}
