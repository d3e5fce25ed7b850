package checkout

import (
	"context"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// Providers are the settings of the providers of real money. Commands embed them, so that the fields of each one are
// flags and environment names that begin with its prefix.
type Providers struct {
	Stripe Stripe `embed:"" prefix:"stripe-"`
}

// rows are the providers. New payments go to the first one that is set up.
func rows() []row { return []row{stripeRow(), sandboxRow()} }

// Settings are what an operator decides about payments.
type Settings struct {
	Providers
	// Sandbox takes play money: on pages of this server, and from programs without a payment.
	Sandbox bool
	// Fee is what a provider keeps of a payment, as far as that is known before.
	Fee fund.FeeRate
}

// row is one provider: everything that the rest of the program has to know of it.
type row struct {
	pay.Profile
	// isSet reports whether an operator set the provider up.
	isSet func(Settings) bool
	// check refuses settings that cannot be meant, without repeating a secret; nil where all can.
	check func(Settings) error
	// mode is what the money is that it takes with good settings.
	mode func(Settings) fund.Mode
	// open makes the provider of good settings. It starts nothing.
	open func(context.Context, opening) (provider, error)
	// lasting is true of a provider that needs no settings: where it is not set up, it can still be asked about the
	// payments that it took before.
	lasting bool
}

// opening is what a provider is made from.
type opening struct {
	Options
	// Notify takes an event of the provider as its webhook would, for a provider that runs inside this server or that
	// asks the other end on its own. After an error the event has to be sent again. Both functions work only after Bind.
	Notify func(context.Context, pay.Raw) error
	// Opened hears that a donor opened the page of a payment on this server. It works only after Bind.
	Opened func(ctx context.Context, donation fund.ID) error
	// Authenticate lets programs in that record donations without a payment.
	Authenticate pay.Authenticate
}

// provider is a payment provider as this node runs it.
type provider struct {
	pay.Provider
	// own is the only account that it pays to; "" for those of all causes.
	own string
	// profile is that of its row; open leaves it out.
	profile pay.Profile
	// pages are what the provider serves itself; nil for a provider that has everything elsewhere.
	pages []page
	// run does what the provider does without being asked; nil for a provider that does nothing then.
	run func(context.Context) error
}

// page is something that a provider serves below Path and its name.
type page struct {
	// path is where; with a slash at its end also everything below it.
	path string
	// endpoints are what it serves there.
	endpoints []api.Endpoint
	handler   http.Handler
	// uncounted is true of calls with a token: they do not count against the pages that their address may ask for.
	uncounted bool
}

// Check refuses settings that cannot be meant together: a node takes money of one kind.
func (s Settings) Check() error {
	for _, r := range rows() {
		if r.check != nil {
			if err := r.check(s); err != nil {
				return err
			}
		}
		if r.isSet(s) && s.Sandbox && r.Name != pay.Sandbox {
			return fault.New(fault.Invalid, "--sandbox takes play money, and %s is set up as well; leave one of them out. "+
				"Play money and other money never share a database.", r.Title)
		}
	}
	return nil
}

// Mode is what the money of new payments is; "" where no provider is set up.
func (s Settings) Mode() fund.Mode {
	for _, r := range rows() {
		if r.isSet(s) {
			return r.mode(s)
		}
	}
	return ""
}

// AccountProviders are the providers at which causes have accounts.
func AccountProviders() []pay.Profile {
	var with []pay.Profile
	for _, r := range rows() {
		if r.CheckAccount != nil {
			with = append(with, r.Profile)
		}
	}
	return with
}

// AccountProvider finds a provider at which causes have accounts by its name; NotFound for any other.
func AccountProvider(name string) (pay.Profile, error) {
	all := AccountProviders()
	i := slices.IndexFunc(all, func(p pay.Profile) bool { return p.Name == name })
	if i < 0 {
		return pay.Profile{}, fault.New(fault.NotFound, "There is no payment provider %s at which causes have accounts.", name)
	}
	return all[i], nil
}
