// Package app holds the use cases of Almoner. Each one authorizes its actor, validates the input, does its work in one transaction and
// appends the events of its changes. It knows no wire: inputs and results are domain types, errors are faults.
//
// Callers can rely on the following:
//   - A thing that the actor may not know of is NotFound, never Forbidden: unpublished facts
//     and everything that hangs on them are seen only by their owner, the campaign editors of
//     their team, the members of their cause and the system.
//   - A write reports every wrong field at once, in canonical names, and then changes nothing.
//   - A change loads, checks and saves in one write of the store, so that no update is lost.
//   - When a write returns, it is durable and its events are in the log.
package app

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/media"
	"github.com/almoner/almoner/internal/passkey"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/runner"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/sound"
	"github.com/almoner/almoner/internal/store"
)

// Options configure an App.
type Options struct {
	Store *store.Store
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Random is the source of ids, tokens and client secrets. It need not be safe for concurrent use.
	Random io.Reader
	// Pages are where donors are sent to; only payments and receipts by mail need them.
	Pages DonorPages
	// Accounts are the pages that mails about accounts link to; only those mails need them.
	Accounts AccountPages
	// Payments configure how payments are taken; the zero value takes none.
	Payments Payments
	// Shield slows down card testing; nil is a new one. A provider whose card page this server shows must use the same one.
	Shield *shield.Shield
	// OpenID are the providers that people can sign in at, in the order of their buttons.
	OpenID []OpenIDProvider
	// Captcha distinguishes people from programs; nil for none.
	Captcha Captcha
	// Profiles are the profiles of receipts; nil is receipt.Profiles.
	Profiles *receipt.Set
	// DonationLimit is the largest single donation; 0 is fund.DefaultDonationLimit.
	DonationLimit fund.DonationLimit
	// Webhooks are how webhook messages are sent; the zero value leaves them waiting.
	Webhooks Webhooks
	// Alarms is what posts alarms besides mail; nil for nothing.
	Alarms AlarmPoster
	// Behind is for how long the events of other processes may have been missed; nil for never.
	Behind func() time.Duration
	// Mailer sends mail; nil leaves it waiting.
	Mailer Mailer
	// MailAnyone lets mails about play money go to any address. Else they go only to confirmed users of the database.
	MailAnyone bool
	// Speaker reads donations aloud; nil for nothing.
	Speaker Speaker
	// Log receives warnings; nil discards them.
	Log *slog.Logger
}

// App holds the use cases. It is safe for concurrent use.
type App struct {
	*Keys
	store     *store.Store
	now       func() time.Time
	random    io.Reader
	pages     DonorPages
	accounts  AccountPages
	log       *slog.Logger
	actors    *memory[tokenHash, Actor]
	donatedTo *memory[donatedKey, fund.Fact]
	// donateForms caches the form settings of facts by id.
	donateForms   *memory[fund.ID, formSettings]
	settings      *memory[string, fund.Setting]
	payments      Payments
	providers     map[string]pay.Provider
	shield        *shield.Shield
	captcha       Captcha
	speaker       Speaker
	profiles      *receipt.Set
	donationLimit fund.DonationLimit
	behind        func() time.Duration
	outbox        *outbox
	webhooks      Webhooks
	alarms        AlarmPoster
	// pruneAt is when old webhook deliveries are next looked for, in microseconds.
	pruneAt atomic.Int64
	// pruneAlertsAt is the same for old alerts.
	pruneAlertsAt atomic.Int64
	runner        *runner.Runner
	hashing       chan struct{}
	signInAt      []OpenIDProvider
	guesses       *shield.Guesses
	// passkeys asks browsers for passkeys; nil where they make none.
	passkeys *passkey.Site
	// pictures makes uploaded pictures, one after the other.
	pictures *media.Maker
	// sounds takes uploaded sounds, one after the other.
	sounds *sound.Taker
	// readOnly reports whether the App sees only what a transaction sees, and writes nothing.
	readOnly bool
	// unrated are the currencies without a rate to USD of which the log already warned.
	unrated sync.Map
	// uncounted is how often settled money could not be counted.
	uncounted atomic.Int64
}

// New returns an App. It starts nothing, but listens to the store's commits so that a revoked token ends at once.
func New(o Options) *App {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Shield == nil {
		o.Shield = shield.New(o.Now)
	}
	if o.Profiles == nil {
		o.Profiles = receipt.Profiles
	}
	if o.DonationLimit == 0 {
		o.DonationLimit = fund.DefaultDonationLimit
	}
	a := &App{
		Keys: NewKeys(o.Store), store: o.Store, now: o.Now, random: &lockedReader{from: o.Random}, pages: o.Pages, accounts: o.Accounts, log: o.Log,
		actors: newMemory[tokenHash, Actor](), donatedTo: newMemory[donatedKey, fund.Fact](), hashing: make(chan struct{}, concurrentHashes),
		guesses: shield.NewGuesses(), pictures: media.NewMaker(), sounds: sound.NewTaker(sound.Uploads), donateForms: newMemory[fund.ID, formSettings](), settings: newMemory[string, fund.Setting](), payments: o.Payments, providers: o.Payments.providers(),
		shield: o.Shield, captcha: o.Captcha, speaker: o.Speaker, profiles: o.Profiles, donationLimit: o.DonationLimit, webhooks: o.Webhooks, alarms: o.Alarms, behind: o.Behind, signInAt: o.OpenID,
	}
	if site, err := passkey.New(o.Accounts.BaseURL); err == nil {
		a.passkeys = site
	}
	a.outbox = &outbox{app: a, mailer: o.Mailer, anyone: o.MailAnyone}
	a.runner = newRunner(a)
	o.Store.OnCommit(a.Invalidate)
	return a
}

// Now is the present instant of the app's clock, in UTC and whole microseconds, as it is stored.
func (a *App) Now() time.Time { return a.now().UTC().Truncate(time.Microsecond) }

func (a *App) newID(at time.Time) (fund.ID, error) { return fund.NewID(at, a.random) }

// lockedReader makes a reader safe for concurrent use.
type lockedReader struct {
	mu   sync.Mutex
	from io.Reader
}

func (r *lockedReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return io.ReadFull(r.from, p)
}

// found turns NotFound into false; other errors stay.
func found(err error) (bool, error) {
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// write runs work in one transaction of the lane, at the current time, under the actor's terms. The store may run work more than once, so
// work must change only the database and its results.
func (a *App) write(ctx context.Context, actor Actor, lane fund.ID, work change) error {
	if err := a.stillMayWrite(ctx, actor); err != nil {
		return err
	}
	work = reserving(actor.Terms.once, a.conditioned(actor.Terms, work))
	err := a.store.Write(ctx, lane, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		tx.At(now)
		return work(ctx, tx, now)
	})
	if once := actor.Terms.once; once != nil && err == nil {
		once.made = true
	}
	return err
}
