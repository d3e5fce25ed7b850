package api

import (
	"cmp"
	"net/http"
	"slices"
)

// Endpoint is one thing that a handler serves: a method, and the pattern of the paths that take it.
type Endpoint struct {
	// Method is GET, POST, PATCH, PUT or DELETE. HEAD comes with GET, and OPTIONS with each.
	Method string
	// Pattern is the whole path, with a name in braces for each part that varies.
	Pattern string
}

// String is the endpoint in one line.
func (e Endpoint) String() string { return e.Method + " " + e.Pattern }

// Surface is a handler that names everything it serves, so that a test can ask all of it.
type Surface interface {
	http.Handler
	// Endpoints are what is served, in no order.
	Endpoints() []Endpoint
}

// WithEndpoints is a handler that serves those.
func WithEndpoints(h http.Handler, endpoints []Endpoint) Surface { return listed{h, endpoints} }

type listed struct {
	http.Handler
	endpoints []Endpoint
}

// Endpoints are those that the handler was made with.
func (l listed) Endpoints() []Endpoint { return l.endpoints }

// Endpoints are all routes of the wire.
func (s *server[C]) Endpoints() []Endpoint {
	all := make([]Endpoint, 0, len(s.rows))
	for _, r := range s.rows {
		all = append(all, Endpoint{r.Method, s.wire.Prefix + r.Pattern})
	}
	return all
}

// SortEndpoints sorts by path and method, and drops repetitions.
func SortEndpoints(all []Endpoint) []Endpoint {
	slices.SortFunc(all, func(a, b Endpoint) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
	return slices.Compact(all)
}
