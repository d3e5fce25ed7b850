package api

import (
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const defaultBody = 1 << 20

// server is the handler of one wire.
type server[C Caller] struct {
	wire        Wire[C]
	rows        []Route[C]
	set         Settings
	mux         *http.ServeMux
	unknown     *endpoint[C]
	unreadable  *endpoint[C]
	contentType []string
}

// endpoint is one path with its methods. The unknown path and the one that cannot be read have none.
type endpoint[C Caller] struct {
	server *server[C]
	none   *fault.Error // why there are no methods
	routes map[string]*route[C]
	allow  []string // the methods, HEAD and OPTIONS included; none for the unknown path
}

// route is a Route made ready.
type route[C Caller] struct {
	Route[C]
	wildcards []string
	key       []byte // begins the cache key of its answers
}

func newServer[C Caller](wire Wire[C], routes []Route[C], set Settings) *server[C] {
	if wire.Authenticate == nil || wire.Encode == nil || wire.EncodeFault == nil {
		panic("api: a wire needs Authenticate, Encode and EncodeFault")
	}
	s := &server[C]{wire: wire, rows: routes, set: complete(set), mux: http.NewServeMux(), contentType: []string{wire.ContentType}}
	s.unknown = &endpoint[C]{server: s, none: fault.New(fault.NotFound, "There is nothing at this address.")}
	s.unreadable = &endpoint[C]{server: s, none: fault.New(fault.Malformed,
		"The path cannot be read: each %% needs two hexadecimal digits behind it, and spaces and control characters must be written so.")}
	paths := map[string]*endpoint[C]{}
	for _, r := range routes {
		path := strings.TrimSuffix(wire.Prefix+r.Pattern, "/")
		if paths[path] == nil {
			paths[path] = &endpoint[C]{server: s, routes: map[string]*route[C]{}}
		}
		paths[path].add(r)
	}
	for path, e := range paths {
		e.allow = allowed(e.routes)
		if path == "" {
			path = "/{$}"
		}
		s.mux.Handle(path, e)
	}
	s.mux.Handle("/", s.unknown)
	return s
}

// complete fills in what the settings leave open.
func complete(set Settings) Settings {
	if set.Limits.Body <= 0 {
		set.Limits.Body = defaultBody
	}
	if set.Limiter == nil {
		set.Limiter = NewLimiter(set.Rates)
	}
	if set.Now == nil {
		set.Now = time.Now
	}
	if set.Log == nil {
		set.Log = slog.Default()
	}
	if set.RequestID == nil {
		set.RequestID = randomID
	}
	return set
}

// RequestIDHeader is the header with the id of a request, in the form of http.CanonicalHeaderKey.
const RequestIDHeader = "X-Request-Id"

// Identify gives the answer to a request an id, which its error and the log quote.
func Identify(h http.Header) { h[RequestIDHeader] = []string{randomID()} }

// RequestID is the id that Identify gave the answer; "" for none.
func RequestID(h http.Header) string {
	if id := h[RequestIDHeader]; len(id) > 0 {
		return id[0]
	}
	return ""
}

// randomID only has to be found again in a log, so it need not be unguessable.
func randomID() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], rand.Uint64()) //nolint:gosec // no secret: see above
	return hex.EncodeToString(b[:])
}

// add makes a row of the table ready. It panics when the row cannot work.
func (e *endpoint[C]) add(r Route[C]) {
	where := r.Method + " " + e.server.wire.Prefix + r.Pattern
	switch {
	case !slices.Contains([]string{"GET", "POST", "PATCH", "PUT", "DELETE"}, r.Method):
		panic("api: the method cannot be routed: " + where)
	case !strings.HasPrefix(r.Pattern, "/") || strings.Contains(r.Pattern, "...}") || strings.Contains(r.Pattern, "{$}"):
		panic("api: the pattern must begin with a slash and match whole segments: " + where)
	case e.routes[r.Method] != nil:
		panic("api: there are two routes for " + where)
	case r.Handle == nil:
		panic("api: nothing handles " + where)
	case r.Upload != nil && r.Method != http.MethodPost && r.Method != http.MethodPut:
		panic("api: only a POST or PUT takes a file: " + where)
	case r.Shared && r.Method != http.MethodGet:
		panic("api: only a GET can be shared: " + where)
	}
	if r.Name == "" {
		r.Name = where
	}
	made := &route[C]{Route: r, wildcards: wildcards(r.Pattern)}
	if cache := e.server.set.Cache; cache != nil {
		made.key = binary.AppendUvarint(nil, uint64(cache.routes.Add(1)))
	}
	e.routes[r.Method] = made
}

func wildcards(pattern string) []string {
	var names []string
	for segment := range strings.SplitSeq(pattern, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

func allowed[C Caller](routes map[string]*route[C]) []string {
	methods := append(slices.Collect(maps.Keys(routes)), http.MethodOptions)
	if routes[http.MethodGet] != nil {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return methods
}

// ServeHTTP gives the mux a path that it does not want to redirect.
func (s *server[C]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, ok := TidyPath(r)
	if !ok {
		s.unknown.ServeHTTP(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// Refuse answers a request whose path net/http cannot read.
func (s *server[C]) Refuse(w http.ResponseWriter, r *http.Request) { s.unreadable.ServeHTTP(w, r) }

// ServeHTTP answers a request to this path.
func (e *endpoint[C]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := e.server
	id := RequestID(w.Header())
	if id == "" {
		id = s.set.RequestID()
	}
	x := exchange[C]{server: s, endpoint: e, w: w, r: r, name: "unknown", id: id, began: s.set.Now()}
	x.serve()
}
