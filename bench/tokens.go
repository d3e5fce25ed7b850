package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// batch is how many requests are timed together, because one takes less than the clock's resolution.
const batch = 1000

// tokens measures the cost of checking an access token per request: a route that does nothing, with the middleware of every route, called
// in this process without a network. The route gets its caller without a check of the token, from the cache, and from the database.
func tokens(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		w, err := b.newWorld(ctx, d, "tokens")
		if err != nil {
			return err
		}
		err = w.open(ctx, func(_ *store.Store, a *app.App) error { return b.checks(ctx, d, a, w.V3.ApplicationToken) })
		if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (b *bench) checks(ctx context.Context, d database, a *app.App, token string) error {
	known, err := a.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	forget := []fund.Event{{Topic: fund.TopicTokenRevoked, Subject: known.Token}}
	checked := idler(func(ctx context.Context, r *http.Request) (app.Actor, error) {
		bearer, err := api.Bearer(r)
		if err != nil {
			return app.Actor{}, err
		}
		return a.Authenticate(ctx, bearer)
	})
	trusting := idler(func(context.Context, *http.Request) (app.Actor, error) { return known, nil })
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/idle/nothing", nil)
	if err != nil {
		return err
	}
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Authorization", "Bearer "+token)
	from, without, err := inTurns(timed(checked, r, batch), timed(trusting, r, batch))
	if err != nil {
		return err
	}
	read, _, err := inTurns(func(i int) (time.Duration, error) {
		a.Invalidate(forget)
		return timed(checked, r, 1)(i)
	}, timed(checked, r, 1))
	if err != nil {
		return err
	}
	against := "token not checked: " + short(without)
	b.table.add(row{
		what: "one request of a route that does nothing, token from the cache, " + d.name, measured: short(from), against: against,
		ratio: ratioOf(from.Seconds(), without.Seconds()),
	})
	b.table.add(row{
		what: "one request of a route that does nothing, token from the database, " + d.name, measured: short(read), against: against,
		ratio: ratioOf(read.Seconds(), without.Seconds()),
	})
	return nil
}

// idler is a wire with one route that does nothing.
func idler(authenticate func(context.Context, *http.Request) (app.Actor, error)) http.Handler {
	return api.New(api.Wire[app.Actor]{
		Prefix: "/idle", Authenticate: authenticate, ContentType: "application/json",
		Encode:      func(_ int, body any) ([]byte, error) { return json.Marshal(body) },
		EncodeFault: func(f *fault.Error, _ string) (int, []byte) { return http.StatusTeapot, []byte(f.Error()) },
	}, []api.Route[app.Actor]{{
		Method: http.MethodGet, Pattern: "/nothing", Access: app.RequireToken,
		Handle: func(context.Context, *api.Call[app.Actor]) (api.Reply, error) {
			return api.Reply{Status: http.StatusNoContent}, nil
		},
	}}, api.Settings{Rates: api.Rates{TokenPerMinute: neverReached, AddressPerMinute: neverReached}})
}

// timed calls a handler n times and returns the time of one call.
func timed(h http.Handler, r *http.Request, n int) func(int) (time.Duration, error) {
	return func(int) (time.Duration, error) {
		w := nowhere{header: http.Header{}}
		began := time.Now()
		for range n {
			clear(w.header)
			h.ServeHTTP(&w, r)
		}
		took := time.Since(began) / time.Duration(n)
		if w.status != http.StatusNoContent {
			return took, fmt.Errorf("got status %d, want %d", w.status, http.StatusNoContent)
		}
		return took, nil
	}
}

// nowhere is a ResponseWriter that keeps only the status.
type nowhere struct {
	header http.Header
	status int
}

// Header returns the headers of the response.
func (w *nowhere) Header() http.Header { return w.header }

// WriteHeader records the status.
func (w *nowhere) WriteHeader(status int) { w.status = status }

// Write discards what is written.
func (w *nowhere) Write(p []byte) (int, error) { return len(p), nil }
