// Package apiv5 is version 5 of the API: a translation between its wire and the use cases of
// package app. No rule lives here and no other package knows a word of this wire.
//
// The contract, in full in docs/v5.md:
//   - Every answer is {"data":…}; a list has {"metadata":{"after","before","limit"}} beside it,
//     and every error is {"error":{"status","message","fields"}} and nothing else.
//   - A key that the published documents or the real answers of the original service show is
//     present. Where the two disagree on the type of a key, or on null, the real answers win.
//   - /api/public is read with the scope public, /api/cause with the scope cause; /api/private
//     is for programs that change something.
//
// The files: routes.go, routes_fact.go, write_routes.go and webhook_routes.go list every operation, with
// parent.go (what stands below which facts) and tags.go (the groups of the documents). One file for each noun (campaign.go) has its wire struct and its mapper. The handlers of reads are in
// read_*.go, by what they read; those of writes in write_*.go, where write_models*.go say which keys
// can be sent, write_inputs*.go document them, and write_decode.go and write_values.go read them;
// webhooks and relays are in webhook_*.go and relay*.go. What all share: envelope.go, errors.go,
// params.go, request.go, cursor.go and listing.go, values.go, fresh.go, and openapi.go.
package apiv5

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
)

// The prefixes of the version. Each is a wire of its own, and rootPrefix that of whatever is below none.
const (
	rootPrefix    = "/api"
	publicPrefix  = "/api/public"
	privatePrefix = "/api/private"
	causePrefix   = "/api/cause"
)

// Options are what a process brings for the version.
type Options struct {
	// App does the work.
	App *app.App
	// BaseURL is the public address of the service without a trailing slash; absolute
	// addresses in answers begin with it.
	BaseURL string
	// Settings are the shared HTTP settings: limits, rates, clock, log and cache. A limiter in
	// them counts for all three prefixes together.
	Settings api.Settings
}

// Handlers serve the version: each everything below its prefix.
type Handlers struct {
	// Public is /api/public, Private /api/private, Cause /api/cause.
	Public, Private, Cause api.Surface
	// Nowhere answers for everything else below /api that there is nothing: who gets there most likely
	// mistyped an address of this version.
	Nowhere api.Surface
	// Sample writes the object of a test event as those read it who follow the live events.
	Sample app.Sampler
}

// version is version 5 with what its mappers need.
type version struct {
	app     *app.App
	baseURL string
	now     func() time.Time
}

// New makes the handlers of the three prefixes.
func New(o Options) Handlers {
	if o.Settings.Limiter == nil {
		o.Settings.Limiter = api.NewLimiter(o.Settings.Rates)
	}
	v := newVersion(o)
	rows := v.routes()
	handler := func(prefix string) api.Surface {
		return api.New(v.wire(prefix), below(prefix, rows), o.Settings)
	}
	return Handlers{
		Public: handler(publicPrefix), Private: handler(privatePrefix), Cause: handler(causePrefix),
		Nowhere: api.New(v.wire(rootPrefix), nil, o.Settings), Sample: v.sample,
	}
}

func newVersion(o Options) *version {
	now := o.Settings.Now
	if now == nil {
		now = time.Now
	}
	return &version{app: o.App, baseURL: strings.TrimSuffix(o.BaseURL, "/"), now: now}
}

// below are the rows of one prefix, their patterns without it.
func below(prefix string, rows []route) []route {
	var some []route
	for _, row := range rows {
		if rest, ok := strings.CutPrefix(row.Pattern, prefix+"/"); ok {
			row.Pattern = "/" + rest
			some = append(some, row)
		}
	}
	return some
}

func (v *version) wire(prefix string) api.Wire[app.Actor] {
	return api.Wire[app.Actor]{
		Prefix:       prefix,
		Authenticate: v.authenticate,
		Locate:       app.Actor.From,
		Encode:       encode,
		EncodeFault:  encodeFault,
		ContentType:  "application/json; charset=utf-8",
		Header:       header,
	}
}

// authenticate reads the bearer token. Callers without one are refused by the route.
func (v *version) authenticate(ctx context.Context, r *http.Request) (app.Actor, error) {
	token, err := api.Bearer(r)
	if token == "" || err != nil {
		return app.Actor{}, err
	}
	actor, err := v.app.Authenticate(ctx, token)
	return actor.Reading(r.Header.Get("Accept-Language")), err
}

var noSniff = []string{"nosniff"}

func header(h http.Header) { h["X-Content-Type-Options"] = noSniff }
