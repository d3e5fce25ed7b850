// Package api is the HTTP machinery under every version of the API. It knows no version
// and no noun: a version brings a Wire (how callers are known and how answers and errors
// look) and a table of Routes, and New makes an http.Handler of both.
//
// The contract:
//   - One adapter writes every answer and every error, also for unknown paths, wrong
//     methods, bodies too large and panics. A foreign error is an Internal fault: it is
//     logged once with its request id, and its text never leaves the process.
//   - HEAD works on every GET and OPTIONS on every known path; any origin may call.
//   - Double and trailing slashes are served as if they were not there, and nothing here
//     ever redirects. The handler must see the path as the client sent it: an
//     http.ServeMux in front of it would redirect first, so mount it by prefix.
//   - Every 200 of a GET has an ETag, stable across restarts and nodes, which is marked weak when the body is
//     sent compressed. Bodies of 1 KiB and more are compressed for callers who take gzip or zstd, once for all of
//     them while the answer is kept.
//   - A cached answer is never older than the last Cache.Invalidate of anything it shows.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Caller is who calls, as the wire's authentication found out.
type Caller interface {
	// RateKey names the token for its rate limit; "" is anonymous and only the address counts.
	RateKey() string
}

// Reply is what a handler answers with.
type Reply struct {
	// Status is the HTTP status; 0 is 200.
	Status int
	// Body is encoded by the wire; it is not encoded for 204 and 304.
	Body any
	// Header are extra headers; they win over those of the adapter. May be nil.
	Header http.Header
	// Fresh says when the answer goes stale; nil is never kept in the process.
	Fresh *Freshness
}

// Handler does the work of one route. Its errors are faults; any other error is Internal.
type Handler[C Caller] func(ctx context.Context, call *Call[C]) (Reply, error)

// Route is one operation: a row of a version's table of routes.
type Route[C Caller] struct {
	// Method is GET, POST, PATCH, PUT or DELETE; HEAD and OPTIONS are served automatically.
	Method string
	// Pattern is the path below the wire's prefix, as http.ServeMux reads it and without a
	// method: "/campaigns/{id}/donations". All methods of a path must name its wildcards alike.
	Pattern string
	// Access tells who may call with a fault for those who may not; nil is anyone.
	Access func(C) error
	// In and Out are zero values of the wire types, for documentation.
	In, Out any
	// Upload (POST and PUT only) says that the body is a file; nil for JSON.
	Upload *Upload
	// Doc says in words what the route is, for documentation.
	Doc Doc
	// Handle does the work.
	Handle Handler[C]
	// Shared (GET only) says that the answer depends on nothing but the path values, in lower case and numbers
	// without zeros before them, and the first values of the parameters in Query, so that all callers who pass Access may get the same bytes. The
	// handler is called for nobody (the zero caller); when it finds nothing, a caller with a
	// token is given a read of their own, because an owner may see more than strangers.
	Shared bool
	// Query are the query parameters that change the answer. The handler of a Shared route
	// sees no others.
	Query []string
	// Name stands for the route in metrics; "" is the method, prefix and pattern.
	Name string
}

// Upload is a file that is the body of a write, alone or in a form.
type Upload struct {
	// MaxBytes is the largest file.
	MaxBytes int64
	// Types are the content types that it may have, and Text is what else is said of it, for documentation.
	Types []string
	Text  string
}

// Wire is what one wire format brings.
type Wire[C Caller] struct {
	// Prefix is the path of the version without a trailing slash: "/api/v3".
	Prefix string
	// Authenticate finds out who calls. Its error is a fault (Unauthenticated).
	Authenticate func(ctx context.Context, r *http.Request) (C, error)
	// Locate notes the network address that the caller calls from. May be nil.
	Locate func(C, netip.Addr) C
	// Encode makes the whole body of an answer, envelope included.
	Encode func(status int, body any) ([]byte, error)
	// EncodeFault makes the status and the whole body of an error. The request id is "" for
	// kinds other than Internal and Unavailable. The fault has lost its private cause.
	EncodeFault func(f *fault.Error, requestID string) (status int, body []byte)
	// ContentType is the Content-Type of answers and errors.
	ContentType string
	// Header sets headers on every answer, also on errors (Deprecation). May be nil.
	Header func(h http.Header)
	// Gate runs before everything but OPTIONS: a Gone fault after a sunset. May be nil.
	Gate func(now time.Time) error
}

// Settings are what a process brings for all its wires. The zero value works.
type Settings struct {
	// Limits bound what is read.
	Limits Limits
	// Rates bound how often a caller may call. Each New counts for itself unless Limiter is set.
	Rates Rates
	// Limiter is shared by several wires and then takes the place of Rates; may be nil.
	Limiter *Limiter
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log takes internal errors; nil is slog.Default.
	Log *slog.Logger
	// Cache keeps the answers of Shared routes; nil keeps none.
	Cache *Cache
	// Metrics is told of every answer; may be nil.
	Metrics Metrics
	// RequestID makes the id of a request; nil is 16 random hex digits.
	RequestID func() string
	// TrustedProxies are believed about X-Forwarded-For.
	TrustedProxies []netip.Prefix
	// Mode is what every answer says in ModeHeader, also an error and a 304, where the money is play money; "" says
	// nothing. It must be fast. May be nil.
	Mode func(context.Context) string
}

// Limits bound what is read of a request.
type Limits struct {
	// Body is the most bytes of a body; 0 is 1 MiB.
	Body int64
}

// Rates bound how often a caller may call, by token and by client address.
type Rates struct {
	// TokenPerMinute and AddressPerMinute are the steady rates; 0 is no limit.
	TokenPerMinute, AddressPerMinute int
	// TokenBurst and AddressBurst are how many calls may come at once; 0 is a minute's worth.
	TokenBurst, AddressBurst int
}

// Metrics is told of every answer.
type Metrics interface {
	// Observe counts one answer of the route (Route.Name, "unknown", "options" or "wrong method")
	// and how many seconds it took. The status of a caller that went away is 499.
	Observe(route string, status int, seconds float64)
}

// Refuser answers requests whose path cannot be read, such as one with a bad escape, in the shape of its wire. Each
// handler that New makes is one.
type Refuser interface {
	// Refuse answers that the request is malformed.
	Refuse(w http.ResponseWriter, r *http.Request)
}

// New builds the handler of one wire for all its routes. It panics on programming errors
// such as a double pattern.
func New[C Caller](wire Wire[C], routes []Route[C], s Settings) Surface {
	return newServer(wire, routes, s)
}
