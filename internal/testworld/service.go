// Package testworld gives tests the use cases on a real database of their own, under a clock that
// stands still, empty or with known content.
package testworld

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
)

// BaseURL is where services are reached unless a test says otherwise.
const BaseURL = "https://almoner.test"

// Test is a test, a benchmark, or a run of a property (*rapid.T).
type Test interface {
	must.Test
	storetest.Test
}

// Service is the use cases on a migrated database that lives as long as the test.
type Service struct {
	*app.App
	Store *store.Store
	Clock *testclock.Clock
	// Log is what was written to Logger, the log of the use cases.
	Log    *strings.Builder
	Logger *slog.Logger

	t       Test
	options app.Options
	// seed begins the random bits of each node; nodes is how many were made.
	seed, nodes byte
	// statements are what ran while somebody listened.
	listening  atomic.Bool
	mu         sync.Mutex
	statements []string
}

// Options say what is special about a service.
type Options struct {
	// At is what the clock shows; the zero time is now, in whole seconds.
	At time.Time
	// Seed begins the randomness of ids and tokens: ids of one millisecond sort by it.
	Seed byte
	// Mode is that of the payment provider; "" is sandbox. See storetest.Unfixed.
	Mode fund.Mode
	// Configure changes the options of the use cases before they start; nil for none.
	Configure func(*Service, *app.Options)
}

// Pages are the addresses of donors' pages at a server.
func Pages(baseURL string) app.DonorPages {
	return app.DonorPages{
		Donation:    func(key string) string { return baseURL + "/gifts/" + key },
		Receipt:     func(key string) string { return baseURL + "/gifts/" + key + "/receipt" },
		ReceiptFile: func(key string) string { return baseURL + "/gifts/" + key + "/receipt.pdf" },
		Problem:     func(key string) string { return baseURL + "/gifts/" + key + "/problem" },
		Contact:     func(key string) string { return baseURL + "/gifts/contact/" + key },
		Returned:    func(origin, key string) string { return cmp.Or(origin, baseURL) + "/gifts/paid/" + key },
		Payment:     func(origin, key string) string { return cmp.Or(origin, baseURL) + "/gifts/" + key + "/pay" },
		Find:        func(key string) string { return baseURL + "/gifts/find/" + key },
	}
}

// Accounts are the addresses of the pages of accounts at a server.
func Accounts(baseURL string) app.AccountPages {
	return app.AccountPages{
		Site: strings.TrimPrefix(baseURL, "https://"), BaseURL: baseURL, Account: baseURL + "/account/sessions",
		Charity: func(key string) string { return baseURL + "/dashboard/charity?key=" + key }, Charities: baseURL + "/dashboard/charities",
		CharityProfile: func(id fund.ID) string { return baseURL + "/dashboard/" + id.String() + "/charity" },
		CausePayments:  func(id fund.ID) string { return baseURL + "/dashboard/" + id.String() + "/payments" },
		Team:           func(key string) string { return baseURL + "/dashboard/join?key=" + key },
		Restore:        func(key string) string { return baseURL + "/account/restore?key=" + key },
		Confirm:        func(key string) string { return baseURL + "/account/email/confirm?key=" + key },
		Password:       func(key string) string { return baseURL + "/account/password/new?key=" + key },
		Join:           func(key string) string { return baseURL + "/account/join?key=" + key },
	}
}

// New makes an empty service on storetest.Database: a package that uses it hands its tests to
// testpg.Main.
func New(t testing.TB, o Options) *Service {
	t.Helper()
	return NewAt(t, storetest.Database(t), o)
}

// NewAt is New for the empty database at a URL, which is migrated when it is not.
func NewAt(t Test, url string, o Options) *Service {
	t.Helper()
	if o.At.IsZero() {
		o.At = time.Now().UTC().Truncate(time.Second)
	}
	s := &Service{t: t, seed: o.Seed, Clock: testclock.At(o.At), Log: &strings.Builder{}}
	s.Logger = slog.New(slog.NewTextHandler(s.Log, nil))
	s.Store = storetest.OpenAt(t, url, store.Options{Now: s.Clock.Now, Observe: s.observe, Mode: o.Mode})
	s.options = app.Options{
		Store: s.Store, Now: s.Clock.Now, Log: s.Logger, Pages: Pages(BaseURL), Accounts: Accounts(BaseURL),
	}
	if o.Configure != nil {
		o.Configure(s, &s.options)
	}
	s.App = s.Node(nil)
	return s
}

// Restart makes the use cases anew over the same database, as a server does after a crash, with changed options from
// now on; nil for the same ones. Whoever holds the use cases from before may keep using them, as another node.
func (s *Service) Restart(configure func(*app.Options)) {
	if configure != nil {
		configure(&s.options)
	}
	s.App = s.Node(nil)
}

// Node makes the use cases of one more server over the same database, with options of its own; nil for the usual
// ones. Its random bits are its own, too.
func (s *Service) Node(configure func(*app.Options)) *app.App {
	o := s.options
	o.Random = rand.NewChaCha8([32]byte{s.seed, s.nodes})
	s.nodes++
	if configure != nil {
		configure(&o)
	}
	return app.New(o)
}

// Must ends the test when there is an error.
func (s *Service) Must(err error) {
	s.t.Helper()
	must.Do(s.t, err)
}

// Refresh drops from the cache what each commit changes, as a server does.
func (s *Service) Refresh(cache *api.Cache) {
	s.Store.OnCommit(func(events []fund.Event) {
		var tags []api.Tag
		for _, e := range events {
			tags = append(tags, api.Tag(e.Subject))
			for _, id := range e.Facts {
				tags = append(tags, api.Tag(id))
			}
		}
		cache.Invalidate(tags...)
	})
}

// As is a user with all scopes.
func As(u fund.User) app.Actor {
	return app.Actor{Kind: app.ActorUser, User: u.ID, Scopes: fund.Scopes()}
}

func (s *Service) observe(text string) {
	if !s.listening.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.statements = append(s.statements, text)
}

// Statements are the texts of the statements that ran while do did. Nothing else may use the service
// meanwhile.
func (s *Service) Statements(do func()) []string {
	s.statements = nil
	s.listening.Store(true)
	defer s.listening.Store(false)
	do()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.statements
}

// AllowOffline lets those who raise money for a cause record as much as tests need. It takes no random bits, so that ids stay as they are.
func (s *Service) AllowOffline(ctx context.Context, cause fund.ID) {
	s.Must(s.Store.Write(ctx, cause, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutDonationSettings(ctx, fund.DonationSettings{FactID: cause, OfflineMaximum: 10_000_000, OfflineDailyMaximum: 100_000_000})
	}))
}
