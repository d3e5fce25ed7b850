package api

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
)

// answer is what is written, ready for many callers: it never changes once it is made.
// Header values are slices already because a kept answer is written without allocating.
type answer struct {
	status int
	body   *coding.Body // nil for an answer that has none
	read   bool         // a 200 of a GET: it has an ETag and may be revalidated
	etag   []string
	weak   []string    // the same of the compressed body
	header http.Header // extra headers, canonical names
}

// tag sets the entity tag.
func (a *answer) tag(tag []string) {
	a.etag = tag
	if len(tag) > 0 && a.body.Compressible() {
		a.weak = []string{weak(tag[0])}
	}
}

// size is about how many bytes it holds.
func (a *answer) size() int64 {
	n := a.body.Size()
	for name, values := range a.header {
		n += int64(len(name) + len(strings.Join(values, "")) + 64)
	}
	return n
}

// The values of headers that are always the same, shared by all answers.
var (
	anyOrigin   = []string{"*"}
	exposed     = []string{"ETag, Link, Location, Allow, WWW-Authenticate, Deprecation, Sunset, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotent-Replayed, X-Request-Id"}
	exposedPlay = []string{exposed[0] + ", " + ModeHeader}
	vary        = []string{"Accept-Encoding, Authorization"}
	revalidate  = []string{"must-revalidate, private, max-age=0"} // as the original service says it
	neverStored = []string{"no-store"}
)

// encode makes the answer of a handler's reply.
func (x *exchange[C]) encode(reply Reply) (*answer, error) {
	a := &answer{status: reply.Status}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.status < 200 || a.status > 599 {
		return nil, fmt.Errorf("status %d cannot be answered", a.status)
	}
	if bodyless := a.status == http.StatusNoContent || a.status == http.StatusNotModified; !bodyless {
		body, raw := reply.Body.(Raw)
		if !raw {
			var err error
			if body, err = x.server.wire.Encode(a.status, reply.Body); err != nil {
				return nil, fmt.Errorf("encode: %w", err)
			}
		}
		a.body = coding.NewBody(body)
	}
	if len(reply.Header) > 0 {
		a.header = make(http.Header, len(reply.Header))
		for name, values := range reply.Header {
			a.header[http.CanonicalHeaderKey(name)] = values
		}
		a.tag(a.header["Etag"])
	}
	return a, nil
}

// encodeFault makes the answer of an error. The wire gets the public face of it only.
func (x *exchange[C]) encodeFault(f *fault.Error) *answer {
	id := ""
	if f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		id = x.id
	}
	public := &fault.Error{
		Kind: f.Kind, Message: f.Message, Fields: f.Fields, RetryAfter: f.RetryAfter, Allow: f.Allow, Denial: f.Denial, Scopes: f.Scopes,
	}
	status, body := x.server.wire.EncodeFault(public, id)
	if status < 400 || status > 599 {
		status = http.StatusInternalServerError
	}
	a := &answer{status: status, body: coding.NewBody(body), header: http.Header{}}
	if len(f.Allow) > 0 {
		a.header["Allow"] = []string{strings.Join(f.Allow, ", ")}
	}
	if wait := f.Wait(); wait > 0 {
		a.header["Retry-After"] = []string{Seconds(wait)}
	}
	if why := bearer.Refusal(public, status); why != "" {
		a.header["Www-Authenticate"] = []string{why}
	}
	return a
}

// write sends the answer, or 304 to a caller that has it, and returns the status.
func (x *exchange[C]) write(a *answer) int {
	h := x.w.Header()
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Access-Control-Expose-Headers"] = exposed
	h["Vary"] = vary
	h[RequestIDHeader] = []string{x.id}
	x.showMode(h)
	x.quota.show(h)
	if set := x.server.wire.Header; set != nil {
		set(h)
	}
	if a.read {
		h["Cache-Control"] = revalidate
	} else {
		h["Cache-Control"] = neverStored
	}
	for name, values := range a.header {
		h[name] = values
	}
	form := a.body.Choose(x.r.Header)
	if len(a.etag) > 0 {
		h["Etag"] = a.etag
		if form != coding.Identity {
			h["Etag"] = a.weak
		}
		if a.read && unchanged(x.r.Header["If-None-Match"], a.etag[0]) {
			x.w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified
		}
	}
	if a.body == nil {
		x.w.WriteHeader(a.status)
		return a.status
	}
	if h["Content-Type"] == nil {
		h["Content-Type"] = x.server.contentType
	}
	a.body.Send(x.w, x.r, a.status, form)
	return a.status
}

// ModeHeader says of an answer that its money is play money, and of which kind.
const ModeHeader = "Almoner-Mode"

// showMode says that the money is play money, where it is.
func (x *exchange[C]) showMode(h http.Header) {
	if x.server.set.Mode == nil {
		return
	}
	if mode := x.server.set.Mode(x.r.Context()); mode != "" {
		h[ModeHeader] = []string{mode}
		h["Access-Control-Expose-Headers"] = exposedPlay
	}
}

// show tells the caller how much is left.
func (q quota) show(h http.Header) {
	if q.limit == 0 {
		return
	}
	h["Ratelimit-Limit"] = number(q.limit)
	h["Ratelimit-Remaining"] = number(q.left)
	h["Ratelimit-Reset"] = number(wholeSeconds(q.full))
}

func limited(q quota) error {
	f := fault.New(fault.RateLimited, "There were too many requests. Please try again in %s seconds.", Seconds(time.Duration(q.wait)))
	f.RetryAfter = time.Duration(q.wait)
	return f
}

// Seconds is a time to wait as the header Retry-After has it: whole seconds, rounded up.
func Seconds(wait time.Duration) string { return strconv.FormatInt(wholeSeconds(int64(wait)), 10) }

// wholeSeconds rounds up: who comes back after it is not too early.
func wholeSeconds(nanos int64) int64 {
	return (max(nanos, 0) + int64(time.Second) - 1) / int64(time.Second)
}

// numbers are the small numbers as header values, made once.
var numbers = func() (all [1024][]string) {
	for i := range all {
		all[i] = []string{strconv.Itoa(i)}
	}
	return all
}()

func number(n int64) []string {
	if n >= 0 && n < int64(len(numbers)) {
		return numbers[n]
	}
	return []string{strconv.FormatInt(n, 10)}
}
