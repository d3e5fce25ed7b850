package session

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
)

// Routes are the pages of a room: the handler of each method, by the pattern of their path as http.ServeMux reads it.
type Routes map[string]map[string]http.HandlerFunc

// Room serves the pages of a room.
type Room struct {
	pages  Pages
	routes Routes
	mux    *http.ServeMux
}

// Room makes the handler of a room.
func (p Pages) Room(routes Routes) *Room {
	room := &Room{pages: p, routes: routes, mux: http.NewServeMux()}
	for pattern, methods := range routes {
		room.mux.HandleFunc(pattern, room.of(methods))
		if get := methods[http.MethodGet]; get != nil {
			p.gets.HandleFunc(pattern, get)
		}
	}
	room.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { room.refuse(w, r, http.StatusNotFound) })
	return room
}

// of serves the methods of a path.
func (room *Room) of(methods map[string]http.HandlerFunc) http.HandlerFunc {
	allow := AllowOf(methods)
	return func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		switch handle := methods[method]; {
		case method == http.MethodOptions:
			w.Header().Set("Allow", allow)
			w.WriteHeader(http.StatusNoContent)
		case handle == nil:
			w.Header().Set("Allow", allow)
			room.refuse(w, r, http.StatusMethodNotAllowed)
		default:
			handle(w, r)
		}
	}
}

// AllowOf is the header Allow of a path with those methods.
func AllowOf(methods map[string]http.HandlerFunc) string {
	allowed := append(slices.Collect(maps.Keys(methods)), http.MethodOptions)
	if methods[http.MethodGet] != nil {
		allowed = append(allowed, http.MethodHead)
	}
	slices.Sort(allowed)
	return strings.Join(allowed, ", ")
}

// ServeHTTP answers a request. Asking what may be done at a path counts for nothing.
func (room *Room) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pageHeader(w.Header())
	tidied, ok := api.TidyPath(r)
	if r.Method != http.MethodOptions {
		if wait := room.pages.Wait(r); wait > 0 {
			w.Header().Set("Retry-After", api.Seconds(wait))
			room.refuse(w, r, http.StatusTooManyRequests)
			return
		}
	}
	if !ok {
		room.refuse(w, r, http.StatusNotFound)
		return
	}
	room.mux.ServeHTTP(w, tidied)
}

// refuse answers with the page of a status.
func (room *Room) refuse(w http.ResponseWriter, r *http.Request, status int) {
	room.pages.Show(w, r, problem(w, r, status))
}

// Refuse answers a request whose path cannot be read.
func (room *Room) Refuse(w http.ResponseWriter, r *http.Request) {
	pageHeader(w.Header())
	room.refuse(w, r, http.StatusBadRequest)
}

// Endpoints are all paths with their methods.
func (room *Room) Endpoints() []api.Endpoint {
	var all []api.Endpoint
	for pattern, methods := range room.routes {
		for method := range methods {
			all = append(all, api.Endpoint{Method: method, Pattern: pattern})
		}
	}
	return all
}
