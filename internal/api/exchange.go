package api

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// statusGone is what metrics see when the caller went away before the answer.
const statusGone = 499

// exchange is one request and its answer.
type exchange[C Caller] struct {
	server   *server[C]
	endpoint *endpoint[C]
	w        http.ResponseWriter
	r        *http.Request
	name     string // of the route, for metrics
	id       string
	began    time.Time
	quota    quota
}

// serve is the only place that writes: an answer, or the error instead of it.
func (x *exchange[C]) serve() {
	a, err := x.guarded()
	status := 0
	if err != nil {
		a, status = x.failure(err)
	}
	written := x.write(a)
	if m := x.server.set.Metrics; m != nil {
		if status == 0 {
			status = written
		}
		m.Observe(x.name, status, x.server.set.Now().Sub(x.began).Seconds())
	}
}

// guarded makes an error of a panic.
func (x *exchange[C]) guarded() (a *answer, err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return x.answer()
}

// answer goes through the checks in their order: the cheap and the public ones first.
func (x *exchange[C]) answer() (*answer, error) {
	if x.r.Method == http.MethodOptions && (len(x.endpoint.allow) > 0 || preflight(x.r)) {
		x.name = "options"
		return optionsAnswer(x.r, x.endpoint.allow), nil
	}
	route, err := x.route()
	if gate := x.server.wire.Gate; gate != nil {
		if shut := gate(x.began); shut != nil {
			return nil, shut
		}
	}
	limiter, address := x.server.set.Limiter, ClientAddress(x.r, x.server.set.TrustedProxies)
	if limiter.address != nil {
		x.quota = limiter.takeAddress(address, x.began)
		if x.quota.wait > 0 {
			return nil, limited(x.quota)
		}
	}
	if err != nil {
		return nil, err
	}
	caller, err := x.server.wire.Authenticate(x.r.Context(), x.r)
	if err != nil {
		return nil, err
	}
	x.quota = x.quota.tighter(limiter.takeToken(caller.RateKey(), x.began))
	if x.quota.wait > 0 {
		return nil, limited(x.quota)
	}
	if route.Access != nil {
		if err := route.Access(caller); err != nil {
			return nil, err
		}
	}
	if locate := x.server.wire.Locate; locate != nil {
		caller = locate(caller, address)
	}
	return x.run(route, caller)
}

// route is the row for the method, or the fault that there is none.
func (x *exchange[C]) route() (*route[C], error) {
	method := x.r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if route := x.endpoint.routes[method]; route != nil {
		x.name = route.Name
		return route, nil
	}
	if len(x.endpoint.allow) == 0 {
		return nil, x.endpoint.none
	}
	x.name = "wrong method"
	wrong := fault.New(fault.WrongMethod, "The method %q is not allowed here.", fault.Echo(x.r.Method))
	wrong.Allow = x.endpoint.allow
	return nil, wrong
}

// run reads the body, or looks into the cache, and calls the handler.
func (x *exchange[C]) run(r *route[C], caller C) (*answer, error) {
	if name := brokenParameter(x.r.URL.RawQuery, r.Query); name != "" {
		return nil, fault.New(fault.Malformed, "The parameter %s cannot be read: its value is not escaped as it should be.", name)
	}
	if r.Method != http.MethodGet {
		body, err := x.body(r)
		if err != nil {
			return nil, err
		}
		a, _, err := x.handle(r, &Call[C]{Request: x.r, Caller: caller, Body: body, ID: x.id})
		return a, err
	}
	if !r.Shared {
		a, _, err := x.handle(r, &Call[C]{Request: x.r, Caller: caller, ID: x.id})
		return a, err
	}
	return x.shared(r, caller)
}

// body is the whole body of a write.
func (x *exchange[C]) body(r *route[C]) ([]byte, error) {
	if r.Upload != nil {
		return readFile(x.w, x.r, r.Upload.MaxBytes)
	}
	return readBody(x.w, x.r, x.server.set.Limits.Body)
}

// shared answers from the cache, or from a read that others may wait for too.
func (x *exchange[C]) shared(r *route[C], caller C) (*answer, error) {
	cache, query := x.server.set.Cache, chosen(x.r.URL, r.Query)
	x.canonicalize(r)
	var space [256]byte
	key := x.key(space[:0], r, query)
	kept := cache != nil && len(key) <= maxCacheKey
	if kept {
		if a := cache.get(key, x.began); a != nil {
			return a, nil
		}
	}
	read := func(ctx context.Context, as C) (*answer, *Freshness, error) {
		return x.handle(r, &Call[C]{Request: narrowed(ctx, x.r, query), Caller: as, ID: x.id, query: query})
	}
	var a *answer
	var err error
	nobody := *new(C)
	if kept {
		a, err = cache.read(x.r.Context(), string(key), x.began, func(ctx context.Context) (*answer, *Freshness, error) {
			return read(ctx, nobody)
		})
	} else {
		a, _, err = read(x.r.Context(), nobody)
	}
	if caller.RateKey() != "" && fault.Is(err, fault.NotFound) {
		a, _, err = read(x.r.Context(), caller)
	}
	return a, err
}

// key appends the cache key: every part has its length before it, so that no two
// requests can run together.
func (x *exchange[C]) key(key []byte, r *route[C], query url.Values) []byte {
	key = append(key, r.key...)
	for _, name := range r.wildcards {
		key = appendPart(key, x.r.PathValue(name))
	}
	if len(query) == 0 {
		return key
	}
	for i, name := range r.Query {
		for _, value := range query[name] {
			key = binary.AppendUvarint(key, uint64(i))
			key = appendPart(key, value)
		}
	}
	return key
}

func appendPart(key []byte, part string) []byte {
	return append(binary.AppendUvarint(key, uint64(len(part))), part...)
}

// chosen are the named parameters of the query.
func chosen(u *url.URL, names []string) url.Values {
	if u.RawQuery == "" || len(names) == 0 {
		return nil
	}
	values := url.Values{}
	for name, all := range parameters(u) {
		if slices.Contains(names, name) {
			values[name] = all[:1] // handlers read no more, and a key must not be made longer by others
		}
	}
	return values
}

// canonicalize gives the path of a shared answer its canonical spelling. Handlers read names in any case and numbers with zeros before them, so
// that a path has any number of spellings: they share one answer, which shows none of them.
func (x *exchange[C]) canonicalize(r *route[C]) {
	changed := false
	for _, name := range r.wildcards {
		value := x.r.PathValue(name)
		if canonical := canonicalValue(value); canonical != value {
			x.r.SetPathValue(name, canonical)
			changed = true
		}
	}
	if !changed {
		return
	}
	parts := strings.Split(r.Pattern, "/")
	for i, part := range parts {
		if name, is := strings.CutPrefix(part, "{"); is {
			parts[i] = x.r.PathValue(strings.TrimSuffix(name, "}"))
		}
	}
	u := *x.r.URL
	u.Path, u.RawPath = x.server.wire.Prefix+strings.Join(parts, "/"), ""
	x.r = x.r.WithContext(x.r.Context())
	x.r.URL = &u
}

// canonicalValue is the value of a wildcard in lower case, and a number without zeros before it.
func canonicalValue(value string) string {
	value = strings.ToLower(value)
	if short := strings.TrimLeft(value, "0"); short != "" && strings.Trim(short, "0123456789") == "" {
		return short
	}
	return value
}

// narrowed is the request without the parameters that must not change a shared answer.
func narrowed(ctx context.Context, r *http.Request, query url.Values) *http.Request {
	narrow := r.WithContext(ctx)
	if r.URL.RawQuery != "" {
		u := *r.URL
		u.RawQuery = query.Encode()
		narrow.URL = &u
	}
	return narrow
}

// handle calls the handler and encodes its reply.
func (x *exchange[C]) handle(r *route[C], call *Call[C]) (*answer, *Freshness, error) {
	reply, err := r.Handle(call.Request.Context(), call)
	if err != nil {
		return nil, nil, err
	}
	a, err := x.encode(reply)
	if err != nil {
		return nil, nil, fmt.Errorf("answer of %s: %w", r.Name, err)
	}
	if a.status != http.StatusOK {
		return a, nil, nil
	}
	if r.Method == http.MethodGet {
		a.read = true
		if len(a.etag) == 0 {
			a.tag([]string{ETag(a.body.Plain())})
		}
	}
	return a, reply.Fresh, nil
}

// failure is the answer to an error, and the status for metrics when it is another one.
func (x *exchange[C]) failure(err error) (*answer, int) {
	f := *fault.From(err)
	observed := 0
	switch gone := x.r.Context().Err() != nil && errors.Is(err, context.Canceled); {
	case gone:
		// Nobody will read it, and it is nobody's error. Something is written all the same:
		// a server that cancels its requests to stop must not seem to have said 200.
		f, observed = fault.Error{Kind: fault.Unavailable}, statusGone
	case f.Kind == fault.Internal || f.Kind == fault.Unavailable:
		x.server.set.Log.ErrorContext(x.r.Context(), "request failed", "request_id", x.id, "method", x.r.Method,
			"path", x.r.URL.Path, "error", err)
	case f.Kind == fault.RateLimited:
		LogLimited(x.r.Context(), x.server.set.Log, ClientAddress(x.r, x.server.set.TrustedProxies), &f)
	}
	return x.encodeFault(&f), observed
}
