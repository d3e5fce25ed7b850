// Package checkout is the payment wire: the addresses below Path, where payment providers send their events and
// the sandbox has its pages, and the set-up of the providers.
//
// A provider of real money is one row: its profile, the check of its settings, and how it is made. Where none is
// set up, the sandbox takes the payments.
package checkout

import (
	"context"
	"log/slog"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// sandboxKeyUse is the purpose of the key that the sandbox signs with.
const sandboxKeyUse = "sandbox provider"

// Options are what the providers are made from.
type Options struct {
	Settings
	// Keys gives the sandbox its key, Book keeps its payments.
	Keys *app.Keys
	Book sandbox.Book
	// Guard is asked before a card of the sandbox is charged; nil lets everybody try.
	Guard pay.Guard
	// BaseURL is the address of this server, without a slash at its end.
	BaseURL string
	// Log takes warnings; nil discards them.
	Log *slog.Logger
}

// Checkout is the payment providers of a node. Bind comes before its first use.
type Checkout struct {
	options Options
	app     *app.App
	play    *sandbox.Provider
	// main takes new payments, running are all that take events.
	main    provider
	running []provider
}

// New makes the providers that are set up, and starts nothing.
//
// Where another one takes the money, the sandbox does not run unless it was asked for. What it took before can
// still be looked up, so that a payment that nobody made there ends.
func New(ctx context.Context, o Options) (*Checkout, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	key, err := o.Keys.Key(ctx, sandboxKeyUse)
	if err != nil {
		return nil, err
	}
	c := &Checkout{options: o}
	c.play = sandbox.New(sandbox.Options{
		Book: o.Book, Key: key, BaseURL: o.BaseURL, Fee: o.Fee, Guard: o.Guard, Log: o.Log,
		Notify: func(ctx context.Context, raw pay.Raw) error { return c.app.TakeProviderEvent(ctx, sandbox.Name, raw) },
	})
	for _, r := range rows() {
		if r.isSet(o.Settings) {
			c.running = append(c.running, provider{Provider: r.open(o.Settings), profile: r.Profile})
		}
	}
	if len(c.running) == 0 || o.Sandbox {
		c.running = append(c.running, provider{Provider: c.play, profile: sandbox.Profile(), run: c.play.Run})
	}
	c.main = c.running[0]
	return c, nil
}

// Bind gives the providers the use cases, which are made with Payments.
func (c *Checkout) Bind(a *app.App) { c.app = a }

// Payments is how the use cases take money.
func (c *Checkout) Payments() app.Payments {
	p := app.Payments{Provider: c.main.Provider, Accounts: c.main.profile.CheckAccount != nil, Fee: c.fee()}
	for _, other := range c.running[1:] {
		p.Others = append(p.Others, other.Provider)
	}
	p.Others = append(p.Others, c.play)
	return p
}

// fee is what the provider of new payments keeps.
func (c *Checkout) fee() fund.FeeRate {
	fee := c.options.Fee
	fee.Increments = c.main.profile.Increments
	return fee
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
