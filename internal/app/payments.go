package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

// Payments is how an App takes money.
type Payments struct {
	// Provider takes new payments; nil takes none. Others are asked about payments that they took before.
	Provider pay.Provider
	Others   []pay.Provider
	// Accounts is set when each cause has an account of its own at the Provider.
	Accounts bool
	// Fee is what the Provider keeps, as far as that is known before.
	Fee fund.FeeRate
}

// providers are all that are known, by their names.
func (p Payments) providers() map[string]pay.Provider {
	all := map[string]pay.Provider{}
	for _, one := range append(slices.Clone(p.Others), p.Provider) {
		if one != nil {
			all[one.Name()] = one
		}
	}
	return all
}

// provider finds the provider of a payment. One that is no longer configured is Unavailable.
func (a *App) provider(name string) (pay.Provider, error) {
	if p := a.providers[name]; p != nil {
		return p, nil
	}
	return nil, fault.New(fault.Unavailable, "The payment provider %s is not set up on this server.", name)
}

func refOf(p fund.Payment) pay.Ref {
	return pay.Ref{Donation: p.DonationID, Account: p.Account, Reference: p.Reference}
}

// DonorPages are the addresses that a donor is sent to, by the key of the donation.
type DonorPages struct {
	// Donation shows what became of the donation, and Receipt its receipt, ready to print.
	Donation, Receipt func(key string) string
}

const (
	// donationKeyUse and formKeyUse are the purposes of the keys that names of donations and of forms are signed with.
	donationKeyUse = "gift page"
	formKeyUse     = "donate form"
	// signature is how many bytes of a signature are kept.
	signature = 16
)

// DonationKey names a donation to its donor: who has it may see the donation's page and receipt.
func (a *App) DonationKey(ctx context.Context, donation fund.ID) (string, error) {
	return a.signedID(ctx, donationKeyUse, donation)
}

// OpenDonationKey is the donation that a key names; NotFound for what is no key.
func (a *App) OpenDonationKey(ctx context.Context, key string) (fund.ID, error) {
	return a.openID(ctx, donationKeyUse, key, "gift")
}

// NewForm names a new donate form, so that sending it twice gives once.
func (a *App) NewForm(ctx context.Context) (string, error) {
	id, err := a.newID(a.Now())
	if err != nil {
		return "", err
	}
	return a.signedID(ctx, formKeyUse, id)
}

// OpenForm is the id that the donation of a form gets when it is sent with that content; NotFound for what is no
// form. The same content again gives the same donation. Other content gives another: whoever goes back and changes
// the amount is asked for the new one, and never for the old.
func (a *App) OpenForm(ctx context.Context, form, content string) (fund.ID, error) {
	id, err := a.openID(ctx, formKeyUse, form, "form")
	if err != nil {
		return id, err
	}
	sum := sha256.Sum256(append(id[:], content...))
	return id.With(sum), nil
}

func (a *App) signedID(ctx context.Context, use string, id fund.ID) (string, error) {
	mac, err := a.macOf(ctx, use, id)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(id[:], mac...)), nil
}

func (a *App) openID(ctx context.Context, use, text, noun string) (fund.ID, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != len(fund.ID{})+signature {
		return fund.ID{}, missingNamed(noun, "")
	}
	id := fund.ID(raw[:len(fund.ID{})])
	mac, err := a.macOf(ctx, use, id)
	if err != nil {
		return fund.ID{}, err
	}
	if !hmac.Equal(mac, raw[len(id):]) {
		return fund.ID{}, missingNamed(noun, "")
	}
	return id, nil
}

func (a *App) macOf(ctx context.Context, use string, id fund.ID) ([]byte, error) {
	key, err := a.Key(ctx, use)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(id[:])
	return mac.Sum(nil)[:signature], nil
}

// ConnectCause says where a cause takes money. The cause is then connected to that provider in everything that
// shows it. System only.
func (a *App) ConnectCause(ctx context.Context, actor Actor, cause fund.Key, at pay.Profile, account string) (fund.Cause, error) {
	if actor.Kind != ActorSystem {
		return fund.Cause{}, forbidden()
	}
	if at.CheckAccount == nil {
		return fund.Cause{}, fault.New(fault.Invalid, "Causes have no accounts at %s.", at.Title)
	}
	if err := at.CheckAccount(account); err != nil {
		return fund.Cause{}, err
	}
	to := fund.PaymentAccount{Provider: at.Name, Account: account}
	c, err := a.store.GetCause(ctx, cause)
	if err != nil {
		return fund.Cause{}, err
	}
	err = a.write(ctx, actor, c.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if c, err = tx.GetCause(ctx, fund.Key{ID: c.ID}); err != nil {
			return err
		}
		if err := tx.PutPaymentAccount(ctx, c.ID, to); err != nil {
			return err
		}
		if slices.Contains(c.Connected, to.Provider) {
			return nil
		}
		c.Connected, c.UpdatedAt = append(c.Connected, to.Provider), now
		if err := tx.UpdateCause(ctx, c); err != nil {
			return err
		}
		return appendFactChanged(ctx, tx, c.Fact, now)
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("payment account of cause %s: %w", c.ID, err)
	}
	return c, nil
}
