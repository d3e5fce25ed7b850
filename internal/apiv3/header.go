package apiv3

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
)

// successor is where version 5 lives.
const successor = "/api/public"

// deprecated is when version 3 of the original service was superseded for good: the end of
// 2023, in the course of which its clients moved on.
var deprecated = time.Date(2023, time.December, 31, 0, 0, 0, 0, time.UTC)

// The values of headers that never change, made once.
var (
	deprecation      = []string{"@" + strconv.FormatInt(deprecated.Unix(), 10)}
	successorVersion = []string{"<" + successor + ">; rel=\"successor-version\""}
	noSniff          = []string{"nosniff"}
)

// header says on every answer that this is the old version (RFC 9745), which is the new one,
// and when the old one ends if it does (RFC 8594).
func (v *version) header(h http.Header) {
	h["Deprecation"] = deprecation
	h["Link"] = successorVersion
	h["X-Content-Type-Options"] = noSniff
	if v.sunset != nil {
		h["Sunset"] = v.sunset
	}
}

// gate lets nobody in after the sunset.
func (v *version) gate(now time.Time) error {
	if v.ends.IsZero() || now.Before(v.ends) {
		return nil
	}
	return fault.New(fault.Gone, "Version 3 of the API ended on %s. Please use version 5: %s",
		v.ends.UTC().Format(time.DateOnly), v.baseURL+successor)
}

// authenticate reads the bearer token. A token that is no good is refused on open endpoints
// too: a caller who sent one wants to be known, and would otherwise take the answer for
// strangers for its own.
func (v *version) authenticate(ctx context.Context, r *http.Request) (app.Actor, error) {
	token, err := api.Bearer(r)
	if token == "" || err != nil {
		return app.Actor{}, err
	}
	actor, err := v.app.Authenticate(ctx, token)
	return actor.Reading(r.Header.Get("Accept-Language")), err
}
