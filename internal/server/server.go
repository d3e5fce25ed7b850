// Package server is the composition root: it builds the store, the use cases, the feed, the
// caches, the wires and the pages, mounts them by prefix, and starts and stops them in order.
//
// A start that cannot work is refused with the reason and the way out before anything is served. A stop answers 503 on /readyz, takes no new connections, finishes what
// was accepted, ends the background work, and closes the store, in that order.
package server

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/certs"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/logthrottle"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/speech"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/version"
	"github.com/almoner/almoner/internal/web"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/web/ui"
	"github.com/almoner/almoner/internal/webhook"
)

// Settings are what a node is built from, whichever command starts it.
type Settings struct {
	Database config.Database
	// BaseURL is the address that others reach the node at, without a slash at its end.
	BaseURL string
	// Payments must have passed their Check.
	Payments checkout.Settings
	Captcha  config.Captcha
	OpenID   config.OpenID
	// Secret is the key that webhooks are sealed with. Without one, its file is beside the database.
	Secret config.Secret
	// TLS must have passed its Check. With names in it the node serves https alone.
	TLS config.TLS
	// Address is where the node will listen, HTTP what sends http:// on to https://, nil for nothing; both are for TLS alone. The node closes HTTP.
	Address net.Addr
	HTTP    net.Listener
	Backups config.Backups
	// Alarms are how operators are told that something is wrong besides mail.
	Alarms  config.Alarms
	Mail    config.Mail
	Site    config.Site
	Speech  config.Speech
	Limits  config.Limits
	Metrics Metrics
	// DonationLimit is the largest single donation; 0 is the default.
	DonationLimit fund.DonationLimit
	// V3Sunset is from when version 3 of the API answers 410; the zero time is never.
	V3Sunset time.Time
	// WebhookNetworks are networks that webhooks and requests to OpenID providers may reach although they are not public.
	WebhookNetworks []netip.Prefix
	// TrustedProxies are believed about X-Forwarded-For.
	TrustedProxies []netip.Prefix
	// AnswerTime is how long a request waits for one query or write at most; 0 is store.AnswerTime.
	AnswerTime time.Duration
	// ShutdownTimeout is how long accepted requests may take to finish when the node stops, and background work after them.
	ShutdownTimeout time.Duration
	Log             *slog.Logger
}

// Node is one running process of Almoner, with everything it holds.
type Node struct {
	Settings
	store *store.Store
	app   *app.App
	pages *web.Site
	cache *api.Cache
	feed  *feed.Follower
	// projectors follow the log: the leaderboards, and the deliveries of webhooks.
	projectors []*feed.Projector
	hub        *live.Hub
	checkout   *checkout.Checkout
	captcha    app.Captcha
	speaker    app.Speaker
	openID     []app.OpenIDProvider
	brand      ui.Brand
	shield     *shield.Shield
	metrics    *metrics
	writes     *writes
	limiter    *api.Limiter
	// hookClient sends webhooks.
	hookClient *webhook.Client
	stopping   atomic.Bool
	// aheadLogged reports whether the log says that the last donation is dated ahead of now.
	aheadLogged atomic.Bool
	release     func() error
	mark        marker
	// backups are made on a schedule; nil for none.
	backups *ops.Schedule
	// certs has the certificates; nil for a node behind a proxy.
	certs certs.Source
	// findings are what the node found when it examined itself.
	findings findings
	// messenger tells operators of alarms.
	messenger *ops.Messenger
	// damaged is set once the database was found to be damaged.
	damaged atomic.Bool
}

// Open builds a node over its database, brought to the present schema. It serves nothing yet, and must be closed.
func Open(ctx context.Context, s Settings) (*Node, error) {
	captcha, err := captchaOf(s.Captcha)
	if err != nil {
		return nil, err
	}
	speaker, err := speechOf(s.Speech)
	if err != nil {
		return nil, err
	}
	brand, err := brandOf(ctx, s.Site)
	if err != nil {
		return nil, err
	}
	brand.Speaker = speech.Host(s.Speech.URL)
	s.Secret = s.Secret.For(s.Database)
	s.Log = slog.New(logthrottle.New(s.Log.Handler()))
	openID, err := openIDOf(s)
	if err != nil {
		return nil, err
	}
	release, err := Lock(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	n := &Node{Settings: s, captcha: captcha, speaker: speaker, openID: openID, brand: brand, release: release}
	if err := n.build(ctx); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func (n *Node) build(ctx context.Context) error {
	schema, err := Inspect(ctx, n.Database)
	if err != nil {
		return err
	}
	n.writes = &writes{now: time.Now, log: n.Log}
	if n.store, err = store.Open(ctx, string(n.Database), store.Options{Log: n.Log, Mode: n.Payments.Mode()}); err != nil {
		return err
	}
	other, err := n.checkPosition(ctx, schema)
	if err != nil {
		return err
	}
	from, to, err := n.store.Migrate(ctx)
	if err != nil {
		return err
	}
	if err := n.sealed(ctx); err != nil {
		return err
	}
	if err := n.buildCertificates(); err != nil {
		return err
	}
	if err := n.checkMode(ctx); err != nil {
		return err
	}
	if err := n.checkClock(ctx); err != nil {
		return err
	}
	if err := n.beginMark(ctx, other); err != nil {
		return err
	}
	position, err := n.store.LastPosition(ctx)
	if err != nil {
		return err
	}
	epoch, err := n.store.Epoch(ctx)
	if err != nil {
		return err
	}
	n.feed = feed.New(feed.Options{Store: n.store, From: position, Epoch: epoch, Log: n.Log})
	n.cache = api.NewCache(0)
	if err := n.buildPayments(ctx); err != nil {
		return err
	}
	n.hookClient = webhook.NewClient(n.WebhookNetworks...)
	n.messenger = n.Settings.messenger()
	n.app = n.NewApp(time.Now, rand.Reader)
	if err := errors.Join(n.warnPasskeys(ctx), n.app.CheckOwnAccount(ctx)); err != nil {
		return err
	}
	n.checkout.Bind(n.app)
	n.cache.While(n.app.Vouches)
	for _, of := range []feed.Projection{feed.Leaderboards(n.store), feed.RaisedHours(n.store), feed.SearchWords(n.store), {Name: "webhook deliveries", Fold: n.app.FanOut}, {Name: "alerts", Fold: n.app.QueueAlerts, Pause: feed.SoonPause}, {Name: "counters", Fold: n.app.CountDonations}} {
		n.projectors = append(n.projectors, feed.NewProjector(n.feed, of))
	}
	if err := n.app.LogMigration(ctx, app.System(), from, to); err != nil {
		return err
	}
	n.hub = live.NewHub(live.HubOptions{
		App: n.app, Feed: n.feed, Log: n.Log, MaxConnections: orNoLimit(n.Limits.LiveConnections), MaxPerAddress: orNoLimit(n.Limits.LivePerAddress),
	})
	if err := n.scheduleBackups(); err != nil {
		return err
	}
	n.metrics = newMetrics(n)
	n.limiter = api.NewLimiter(n.rates())
	n.pages = web.New(web.Options{
		App: n.app, BaseURL: n.BaseURL, Log: n.Log, Limit: n.limitPages, Address: n.clientAddress, PayOrigins: n.checkout.PageOrigins(), Brand: n.brand,
		Watchers: n.hub.Watchers,
	})
	// The caches come first: whoever is woken by the feed must not read an old answer.
	n.store.OnCommit(n.invalidate)
	n.store.OnCommit(n.metrics.committed)
	n.store.OnCommit(n.feed.Committed)
	n.store.OnGroup(n.metrics.grouped)
	n.store.OnGroup(n.writes.succeeded)
	n.store.OnFailure(n.metrics.groupFailed)
	n.store.OnFailure(n.writes.groupFailed)
	return n.hub.Begin(ctx)
}

// buildPayments makes the payment providers. They notify the use cases, which are made after them.
func (n *Node) buildPayments(ctx context.Context) (err error) {
	n.shield = shield.New(time.Now)
	n.checkout, err = checkout.New(ctx, checkout.Options{
		Settings: n.Payments, Keys: app.NewKeys(n.store), Book: app.NewSandboxBook(n.store), Guard: n.shield, BaseURL: n.BaseURL, Log: n.Log,
		Links: payLinks(n.brand),
	})
	return err
}

// App is the node's use cases.
func (n *Node) App() *app.App { return n.app }

// NewApp makes use cases over the node's store with another clock and source of random bits.
func (n *Node) NewApp(now func() time.Time, random io.Reader) *app.App {
	return app.New(app.Options{
		Store: n.store, Now: now, Random: random, Pages: web.DonorPages(n.BaseURL), Accounts: account.Addresses(n.BaseURL), Payments: n.checkout.Payments(), Mailer: postOf(n.Mail),
		MailAnyone: n.Mail.Anyone, Log: n.Log, Shield: n.shield, Captcha: n.captcha, Speaker: n.speaker, OpenID: n.openID, DonationLimit: n.DonationLimit,
		Webhooks: n.webhooks(), Alarms: n.alarmPoster(), Behind: n.feed.Behind,
	})
}

// Close finishes the writes that were accepted and lets the database go.
func (n *Node) Close() error {
	var err error
	if n.hookClient != nil {
		n.hookClient.Close()
	}
	if n.messenger != nil {
		n.messenger.Close()
	}
	if n.certs != nil {
		n.certs.Close()
	}
	if n.store != nil {
		err = errors.Join(n.store.Close(), n.mark.write())
	}
	return errors.Join(err, n.release())
}

// invalidate drops every cached answer that shows what the events changed, and all kept pages.
func (n *Node) invalidate(events []fund.Event) {
	tags := make([]api.Tag, 0, 4*len(events))
	for _, e := range events {
		if e.Topic.ChangesEverything() {
			n.cache.InvalidateAll()
		}
		tags = append(tags, api.Tag(e.Subject))
		for _, fact := range e.Facts {
			tags = append(tags, api.Tag(fact))
		}
	}
	n.cache.Invalidate(tags...)
	n.pages.Changed()
}

// follow drops what other nodes changed, and forgets the tokens that they revoked.
func (n *Node) follow(ctx context.Context) error {
	ctx = store.Awaited(ctx, store.AnswerTime) // what it reads must not keep it from what comes next
	subscription := n.feed.Subscribe(n.feed.Position())
	for ctx.Err() == nil {
		events, err := subscription.Next(ctx)
		switch {
		case errors.Is(err, feed.ErrSlow):
			subscription = n.feed.Subscribe(subscription.Position())
		case errors.Is(err, feed.ErrReset):
			// What is committed before the new subscription is read after the caches are dropped.
			subscription = n.feed.Subscribe(feed.Now)
			n.forget(ctx)
		case ctx.Err() != nil:
		case err != nil:
			n.Log.WarnContext(ctx, "events of other nodes", "error", err)
			pause(ctx, time.Second)
		default:
			n.store.Heard(events)
			n.invalidate(events)
			n.app.Invalidate(events)
			n.noteMode(ctx, events)
		}
	}
	return nil
}

// forget drops everything that was read before, when the database holds another history than the one that was followed.
func (n *Node) forget(ctx context.Context) {
	n.store.Forget()
	n.cache.InvalidateAll()
	n.pages.Changed()
	n.app.Forget()
	n.compareModes(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// Serve answers requests until ctx ends, with the other workers beside it.
func (n *Node) Serve(ctx context.Context, listener net.Listener, workers ...func(context.Context) error) error {
	apart := context.WithoutCancel(ctx)
	work, stopWork := context.WithCancel(apart)
	var running sync.WaitGroup
	workers = append(workers, n.feed.Run, n.follow, n.hub.Run, n.app.RunWork)
	for _, p := range n.projectors {
		workers = append(workers, p.Run)
	}
	workers = append(workers, n.checkout.Workers()...)
	workers = append(workers, n.watchDamage, n.watchHealth, n.auditDaily, n.checkOpenID, n.keepMark)
	if n.backups != nil {
		workers = append(workers, n.backups.Run)
	}
	if n.Alarms.Ping != "" {
		workers = append(workers, n.ping)
	}
	if n.Metrics.Listener != nil {
		workers = append(workers, n.serveMetrics)
	}
	workers = append(workers, func(ctx context.Context) error { return n.tellManager(ctx, listener.Addr()) })
	workers = append(workers, n.certificateWork()...)
	failed := make(chan error, len(workers)+1)
	for _, worker := range workers {
		running.Go(func() { failed <- worker(work) })
	}
	mounts := n.mounts()
	web := n.httpServer(apart, n.handler(mounts))
	running.Go(func() { failed <- n.serveOn(web, listener, refusals(mounts)) })
	n.Log.InfoContext(ctx, "serving", "version", version.Built().Version, "address", listener.Addr().String(), "base_url", n.BaseURL)
	n.logMode(ctx)
	n.logMail(ctx)
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	n.stopping.Store(true)
	n.tell(apart, daemon.SdNotifyStopping)
	n.Log.InfoContext(apart, "stopping")
	grace, cancel := context.WithTimeout(apart, n.ShutdownTimeout)
	defer cancel()
	// Live connections end now, or they would last for the whole grace. Those over a WebSocket are not the server's any more.
	n.hub.Close()
	late := web.Shutdown(grace)
	select {
	case <-n.hub.Drained():
	case <-grace.Done():
	}
	if late != nil {
		n.Log.WarnContext(apart, "requests cut off", "after", n.ShutdownTimeout)
		err = errors.Join(err, web.Close())
	}
	stopWork()
	n.endWork(apart, &running)
	n.Log.InfoContext(apart, "stopped")
	return err
}
