// Package checkout is the payment wire: the addresses below Path, where payment providers send their events and
// have the pages that are pages of this server, and the set-up of the providers.
//
// A provider is one row: its profile, its settings with their check, and how it is made. The one that is set up takes
// new payments; where none is, nobody does.
package checkout

import (
	"context"
	"log/slog"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// Options are what the providers are made from.
type Options struct {
	Settings
	// Keys gives providers keys of their own, Book keeps the payments of the sandbox.
	Keys *app.Keys
	Book sandbox.Book
	// Guard is asked before a card is charged on a page of this server; nil lets everybody try.
	Guard pay.Guard
	// Links are at the foot of payment pages of this server.
	Links []sandbox.Link
	// BaseURL is the address of this server, without a slash at its end.
	BaseURL string
	// Log takes warnings; nil discards them.
	Log *slog.Logger
}

// Checkout is the payment providers of a node. Bind comes before its first use.
type Checkout struct {
	options Options
	app     *app.App
	// running are the providers that take events, the first of them also new payments. idle ones can only be asked
	// about what they took before.
	running, idle []provider
}

// New makes the providers that are set up, and starts nothing.
//
// What the sandbox took before can be looked up where it is not set up, so that a payment that nobody made there ends.
func New(ctx context.Context, o Options) (*Checkout, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	c := &Checkout{options: o}
	for _, r := range rows() {
		isSet := r.isSet(o.Settings)
		if !isSet && !r.lasting {
			continue
		}
		p, err := r.open(ctx, c.opening(r.Name))
		if err != nil {
			return nil, err
		}
		p.profile = r.Profile
		if isSet {
			c.running = append(c.running, p)
		} else {
			c.idle = append(c.idle, p)
		}
	}
	return c, nil
}

// opening is what the provider of that name is made from. The use cases come later, with Bind.
func (c *Checkout) opening(name string) opening {
	return opening{
		Options: c.options,
		Notify:  func(ctx context.Context, raw pay.Raw) error { return c.app.TakeProviderEvent(ctx, name, raw) },
		Opened:  func(ctx context.Context, donation fund.ID) error { return c.app.PaymentOpened(ctx, donation) },
		Authenticate: func(ctx context.Context, bearer string) (pay.Taker, error) {
			return c.app.AuthenticateTaker(ctx, bearer)
		},
	}
}

// Bind gives the providers the use cases, which are made with Payments.
func (c *Checkout) Bind(a *app.App) { c.app = a }

// Payments is how the use cases take money.
func (c *Checkout) Payments() app.Payments {
	p := app.Payments{Fee: c.options.Fee}
	for i, one := range c.running {
		if i > 0 {
			p.Others = append(p.Others, one.Provider)
			continue
		}
		p.Provider, p.Accounts, p.Fee.Increments = one.Provider, one.profile.CheckAccount != nil, one.profile.Increments
		p.Delayed, p.Title, p.Own = one.profile.Delayed, one.profile.Title, one.own
	}
	for _, one := range c.idle {
		p.Others = append(p.Others, one.Provider)
	}
	return p
}

// Prober asks the provider of new payments whether it lets this server in; nil where it need not be asked, or none is set up.
func (c *Checkout) Prober() pay.Prober {
	if len(c.running) == 0 {
		return nil
	}
	prober, _ := c.running[0].Provider.(pay.Prober)
	return prober
}

// PageOrigins are where donors are sent for paying, beside pages of this server.
func (c *Checkout) PageOrigins() []string {
	var origins []string
	for _, p := range c.running {
		if p.profile.PageOrigin != "" {
			origins = append(origins, p.profile.PageOrigin)
		}
	}
	return origins
}

// Workers are what the providers do without being asked, each until its context ends.
func (c *Checkout) Workers() []func(context.Context) error {
	var workers []func(context.Context) error
	for _, p := range c.running {
		if p.run != nil {
			workers = append(workers, p.run)
		}
	}
	return workers
}
