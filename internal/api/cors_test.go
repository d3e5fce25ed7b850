package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPreflightIsAllowedTheHeadersThatItAsksFor(t *testing.T) {
	t.Parallel()
	const usual = "Authorization, Content-Type, If-None-Match, If-Match, Idempotency-Key"
	h := serving(testRoutes()...)
	for asked, want := range map[string]string{
		"":                       usual,
		"authorization":          usual,
		"CONTENT-TYPE, if-match": usual,
		"authorization,cache-control,x-requested-with":                    usual + ", cache-control, x-requested-with",
		" pragma ,, PRAGMA,x_1!":                                          usual + ", pragma, x_1!",
		"a b, x:y, é, *":                                                  usual + ", *",
		"x-" + strings.Repeat("a", 62) + ", b-" + strings.Repeat("a", 63): usual + ", x-" + strings.Repeat("a", 62),
	} {
		for _, path := range []string{"/api/v9/things", "/api/v9/unknown"} {
			w := ask(h, "OPTIONS", path, "", "Origin", "https://a.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", asked)
			wantStatus(t, w, 204)
			wantHeader(t, w, "Access-Control-Allow-Headers", want)
			wantHeader(t, w, "Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
		}
	}
}

func TestPreflightIsAllowedThirtyTwoHeaders(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 33 {
		names = append(names, fmt.Sprintf("x-%d", i))
	}
	w := ask(serving(testRoutes()...), "OPTIONS", "/api/v9/things", "", "Origin", "null", "Access-Control-Request-Method", "GET",
		"Access-Control-Request-Headers", strings.Join(names[:20], ","), "Access-Control-Request-Headers", strings.Join(names[20:], ","))
	allowed := strings.Split(w.Header().Get("Access-Control-Allow-Headers"), ", ")
	if !slices.Contains(allowed, "x-31") || slices.Contains(allowed, "x-32") {
		t.Errorf("got %v, want the first 32 names", allowed)
	}
}
