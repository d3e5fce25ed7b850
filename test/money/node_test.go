package money_test

import (
	"context"
	"encoding/binary"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testclock"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web"
)

// place is a database with the clock and the bank of all nodes that run on it.
type place struct {
	url   string
	clock *testclock.Clock
	bank  *bank
	// limit is the largest single donation.
	limit fund.DonationLimit
	// nodes is how many there were: each has random bits of its own.
	nodes byte
}

// node is one server: a store, the use cases, and the handlers of both versions and of the pages.
type node struct {
	*app.App
	store   *store.Store
	handler http.Handler
}

// open starts a node whose provider takes money of a mode; "" for a command, which has no provider.
func (p *place) open(mode fund.Mode) (*node, error) {
	s, err := store.Open(context.Background(), p.url, store.Options{Now: p.clock.Now, Mode: mode})
	if err != nil {
		return nil, err
	}
	p.nodes++
	o := app.Options{
		Store: s, Now: p.clock.Now, Random: rand.NewChaCha8([32]byte{5, p.nodes}), Pages: web.DonorPages(testworld.BaseURL), DonationLimit: p.limit,
	}
	if mode != "" {
		o.Payments = app.Payments{Provider: p.bank, Fee: testworld.Fee}
	}
	n := &node{App: app.New(o), store: s}
	n.handler = n.serve(p)
	return n, nil
}

// serve makes the handlers, with the caches that a server has.
func (n *node) serve(p *place) http.Handler {
	cache := api.NewCache(0)
	set := api.Settings{Now: p.clock.Now, Cache: cache, Log: slog.New(slog.DiscardHandler)}
	pages := web.New(web.Options{App: n.App, BaseURL: testworld.BaseURL, Now: p.clock.Now, Address: freshAddress(), PayOrigins: []string{"https://pay.example"}})
	n.store.OnCommit(func(events []fund.Event) {
		for _, e := range events {
			if e.Topic.ChangesEverything() {
				cache.InvalidateAll()
			}
			cache.Invalidate(api.Tag(e.Subject))
			for _, id := range e.Facts {
				cache.Invalidate(api.Tag(id))
			}
		}
		pages.Changed()
	})
	five := apiv5.New(apiv5.Options{App: n.App, BaseURL: testworld.BaseURL, Settings: set})
	three := apiv3.New(apiv3.Options{App: n.App, BaseURL: testworld.BaseURL, Settings: set})
	// Like a server, it has no ServeMux, which redirects.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for prefix, handler := range map[string]http.Handler{
			"/api/v3/": three, "/api/public/": five.Public, "/api/private/": five.Private, "/api/cause/": five.Cause,
		} {
			if strings.HasPrefix(r.URL.Path, prefix) {
				handler.ServeHTTP(w, r)
				return
			}
		}
		pages.ServeHTTP(w, r)
	})
}

// freshAddress gives each request an address of its own, so that nobody waits for others.
func freshAddress() func(*http.Request) netip.Addr {
	var n uint32
	return func(*http.Request) netip.Addr {
		n++
		return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 10<<24+n<<8)))
	}
}
