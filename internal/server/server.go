// Package server is the composition root: it builds the store, the use cases, the feed, the
// caches, the wires and the pages, mounts them by prefix, and starts and stops them in order.
//
// A start that cannot work is refused with the reason and the way out (see Explain) before
// anything is served. A stop answers 503 on /readyz, takes no new connections, finishes what
// was accepted, ends the background work, and closes the store, in that order.
//
// The other functions are what the commands do that need no server.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/requestline"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/web"
)

// settings is what a node is built from, whichever command starts it.
type settings struct {
	database        config.Database
	baseURL         string
	sandbox         bool
	stripe          config.Stripe
	fee             fund.FeeRate
	captcha         app.Captcha
	shutdownTimeout time.Duration
	sunset          time.Time
	limits          config.Limits
	mail            config.Mail
	proxies         []netip.Prefix
	log             *slog.Logger
}

// node is one running process of Almoner, with everything it holds.
type node struct {
	settings
	store     *store.Store
	app       *app.App
	pages     *web.Site
	cache     *api.Cache
	feed      *feed.Follower
	projector *feed.Projector
	payments  app.Payments
	providers []providerRuntime
	shield    *shield.Shield
	metrics   *metrics
	writes    *writes
	limiter   *api.Limiter
	stopping  atomic.Bool
	release   func() error
}

// Serve runs a server until ctx ends. It prints where it listens.
func Serve(ctx context.Context, c config.Serve, out io.Writer, logTo io.Writer) error {
	if err := checkPayments(c); err != nil {
		return err
	}
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	s := settings{
		database: c.DB, baseURL: string(c.BaseURL), sandbox: c.Sandbox, shutdownTimeout: c.ShutdownTimeout,
		sunset: c.V3.Sunset.Time, limits: c.Limits, fee: rateOf(c.Fee), stripe: c.Stripe, mail: c.Mail, log: newLog(c.Log, logTo),
	}
	if s.baseURL == "" {
		s.baseURL = addressOf(listener)
	}
	if s.captcha, err = captchaOf(c.Captcha); err != nil {
		return err
	}
	for _, n := range c.TrustedProxies {
		s.proxies = append(s.proxies, n.Prefix)
	}
	n, err := open(ctx, s)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "Almoner listens on %s\n", addressOf(listener))
	return errors.Join(n.serve(ctx, listener), n.close())
}

// open builds a node over its database, brought to the present schema. It serves nothing yet.
func open(ctx context.Context, s settings) (*node, error) {
	release, err := lock(s.database)
	if err != nil {
		return nil, err
	}
	n := &node{settings: s, release: release}
	if err := n.build(ctx); err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (n *node) build(ctx context.Context) error {
	if _, err := inspect(ctx, n.database); err != nil {
		return err
	}
	n.writes = &writes{now: time.Now, log: n.log}
	var err error
	if n.store, err = store.Open(ctx, string(n.database), store.Options{Log: n.log}); err != nil {
		return err
	}
	if _, _, err := n.store.Migrate(ctx); err != nil {
		return err
	}
	position, err := n.store.LastPosition(ctx)
	if err != nil {
		return err
	}
	n.feed = feed.New(feed.Options{Store: n.store, From: position, Log: n.log})
	n.projector = feed.NewProjector(n.feed)
	n.cache = api.NewCache(0)
	if err := n.buildPayments(ctx); err != nil {
		return err
	}
	n.app = n.newApp(time.Now, rand.Reader)
	n.metrics = newMetrics(n)
	n.limiter = api.NewLimiter(n.rates())
	n.pages = web.New(web.Options{
		App: n.app, BaseURL: n.baseURL, Log: n.log, Limit: n.limitPages, Address: n.clientAddress, PayOrigins: n.payOrigins(),
	})
	// The caches come first: whoever is woken by the feed must not read an old answer.
	n.store.OnCommit(n.invalidate)
	n.store.OnCommit(n.metrics.committed)
	n.store.OnCommit(n.feed.Committed)
	n.store.OnGroup(n.metrics.grouped)
	n.store.OnGroup(n.writes.succeeded)
	n.store.OnFailure(n.metrics.groupFailed)
	n.store.OnFailure(n.writes.groupFailed)
	return nil
}

func (n *node) newApp(now func() time.Time, random io.Reader) *app.App {
	return app.New(app.Options{
		Store: n.store, Now: now, Random: random, BaseURL: n.baseURL, Payments: n.payments, Mailer: postOf(n.mail), Log: n.log,
		Shield: n.shield, Captcha: n.captcha,
	})
}

// close finishes the writes that were accepted and lets the database go.
func (n *node) close() error {
	var err error
	if n.store != nil {
		err = n.store.Close()
	}
	return errors.Join(err, n.release())
}

// invalidate drops every cached answer that shows what the events changed, and all kept pages.
func (n *node) invalidate(events []fund.Event) {
	tags := make([]api.Tag, 0, 4*len(events))
	for _, e := range events {
		tags = append(tags, api.Tag(e.Subject))
		for _, fact := range e.Facts {
			tags = append(tags, api.Tag(fact))
		}
	}
	n.cache.Invalidate(tags...)
	n.pages.Changed()
}

// follow drops what other nodes changed, and forgets the tokens that they revoked.
func (n *node) follow(ctx context.Context) error {
	subscription := n.feed.Subscribe(n.feed.Position())
	for ctx.Err() == nil {
		events, err := subscription.Next(ctx)
		switch {
		case errors.Is(err, feed.ErrSlow):
			subscription = n.feed.Subscribe(subscription.Position())
		case ctx.Err() != nil:
		case err != nil:
			n.log.WarnContext(ctx, "events of other nodes", "error", err)
			pause(ctx, time.Second)
		default:
			n.invalidate(events)
			n.app.Invalidate(events)
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// serve answers requests until ctx ends, with the other workers beside it.
func (n *node) serve(ctx context.Context, listener net.Listener, workers ...func(context.Context) error) error {
	apart := context.WithoutCancel(ctx)
	work, stopWork := context.WithCancel(apart)
	var running sync.WaitGroup
	workers = append(workers, n.feed.Run, n.follow, n.projector.Run, n.app.RunReconciler, n.sendReceipts)
	for _, t := range n.providers {
		if t.run != nil {
			workers = append(workers, t.run)
		}
	}
	failed := make(chan error, len(workers)+1)
	for _, worker := range workers {
		running.Go(func() { failed <- worker(work) })
	}
	mounts := n.mounts()
	web := n.httpServer(apart, n.handler(mounts))
	listener = requestline.Listen(listener, refusals(mounts))
	running.Go(func() { failed <- web.Serve(listener) })
	n.log.InfoContext(ctx, "serving", "address", listener.Addr().String(), "base_url", n.baseURL)
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	n.stopping.Store(true)
	n.log.InfoContext(apart, "stopping")
	grace, cancel := context.WithTimeout(apart, n.shutdownTimeout)
	defer cancel()
	if late := web.Shutdown(grace); late != nil {
		n.log.WarnContext(apart, "requests cut off", "after", n.shutdownTimeout)
		err = errors.Join(err, web.Close())
	}
	stopWork()
	running.Wait()
	n.log.InfoContext(apart, "stopped")
	return err
}

// httpServer has limits on everything that a slow or hostile client could hold for ever.
func (n *node) httpServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}
