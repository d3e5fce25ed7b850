package checkout

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// Settings are what an operator decides about payments.
type Settings struct {
	Stripe config.Stripe
	// Sandbox lets programs give without a payment; it needs SandboxBesideReal where real money is taken.
	Sandbox, SandboxBesideReal bool
	// Fee is what a provider keeps of a payment, as far as that is known before.
	Fee fund.FeeRate
}

// row is one provider of real money: everything that the rest of the program has to know of it.
type row struct {
	pay.Profile
	// isSet reports whether an operator set the provider up.
	isSet func(Settings) bool
	// check refuses settings that cannot be meant, without repeating a secret.
	check func(Settings) error
	// open makes the provider of good settings.
	open func(Settings) pay.Provider
}

// rows are the providers of real money. New payments go to the first one that is set up.
func rows() []row { return []row{stripeRow()} }

// Check refuses settings that cannot be meant together.
func (s Settings) Check() error {
	for _, r := range rows() {
		if err := r.check(s); err != nil {
			return err
		}
		if r.isSet(s) && s.Sandbox && !s.SandboxBesideReal {
			return fault.New(fault.Invalid, "--sandbox makes donations without money, and %s is set up to take real ones; "+
				"leave --sandbox out, or add --sandbox-beside-real if you mean both.", r.Title)
		}
	}
	return nil
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

// provider is a payment provider as this node runs it.
type provider struct {
	pay.Provider
	profile pay.Profile
	// run does what the provider does without being asked; nil for a provider that has everything elsewhere.
	run func(context.Context) error
}
