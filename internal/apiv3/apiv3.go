// Package apiv3 is version 3 of the API: a translation between its wire and the use cases
// of package app. No rule lives here and no other package knows a word of this wire.
//
// The contract, in full in docs/v3.md:
//   - Every answer is {"meta":{"status":…},"data":…} with links only on paged lists, and
//     every error carries either one error with a title and a detail, or the errors of a
//     submitted model, field by field.
//   - A key that the published documents or the real answers of the original service show
//     is present. Where the two disagree on the type of a key, or on null or absent, the
//     real answers win.
//   - Version 3 is the old version and says so on every answer; after its sunset, when
//     there is one, every answer is 410.
//
// The files: routes.go has the reads and write_routes.go the writes; one file for each noun has its wire
// struct, its mapper and its handlers; paging.go, errors.go and header.go are what all share.
package apiv3

import (
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
)

const prefix = "/api/v3"

// Options are what a process brings for the version.
type Options struct {
	// App does the work.
	App *app.App
	// BaseURL is the public address of the service without a trailing slash; absolute
	// addresses in answers begin with it.
	BaseURL string
	// Settings are the shared HTTP settings: limits, rates, clock, log and cache.
	Settings api.Settings
	// Sunset is when the version ends and answers 410 from then on; zero is never.
	Sunset time.Time
}

// version is version 3 with what its mappers need.
type version struct {
	app     *app.App
	baseURL string
	now     func() time.Time
	// ends is the sunset, sunset its header; both zero for none.
	ends   time.Time
	sunset []string
}

// New makes the handler of everything below /api/v3.
func New(o Options) api.Surface {
	v := newVersion(o)
	return api.New(v.wire(), v.routes(), o.Settings)
}

// routes are all rows of the version, reads and writes.
func (v *version) routes() []route {
	rows := append(v.reads(), v.writes()...)
	for i := range rows {
		rows[i].Handle = advised(rows[i].Handle, wildcards(rows[i].Pattern))
	}
	return rows
}

func newVersion(o Options) *version {
	now := o.Settings.Now
	if now == nil {
		now = time.Now
	}
	v := &version{app: o.App, baseURL: strings.TrimSuffix(o.BaseURL, "/"), now: now, ends: o.Sunset}
	if !o.Sunset.IsZero() {
		v.sunset = []string{o.Sunset.UTC().Format(http.TimeFormat)}
	}
	return v
}

func (v *version) wire() api.Wire[app.Actor] {
	return api.Wire[app.Actor]{
		Prefix:       prefix,
		Authenticate: v.authenticate,
		Locate:       app.Actor.From,
		Encode:       encode,
		EncodeFault:  encodeFault,
		ContentType:  "application/json; charset=utf-8",
		Header:       v.header,
		Gate:         v.gate,
	}
}
