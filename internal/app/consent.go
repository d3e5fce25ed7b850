package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// contactKeyUse is the purpose of the keys in links that withdraw the consent to contact.
const contactKeyUse = "withdraw contact"

// keepConsent stores that the donor of a donation agreed to be contacted. The donation goes on without it if that fails: no consent is no harm.
func (a *App) keepConsent(ctx context.Context, d fund.Donation, wording string) {
	if wording == "" {
		return
	}
	err := a.store.Write(ctx, d.CauseID, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertConsent(ctx, fund.Consent{
			DonationID: d.ID, Channel: fund.ChannelMail, Wording: wording, Version: fund.ConsentVersion, GivenAt: a.Now(),
		})
	})
	if err != nil {
		a.log.WarnContext(ctx, "consent to contact not stored", "donation", d.ID, "error", err)
	}
}

// contactKey is the key of the link that withdraws the consent that was given with a donation; "" where there is none that holds.
func (a *App) contactKey(ctx context.Context, donation fund.ID) (string, error) {
	c, err := a.store.GetConsent(ctx, donation, fund.ChannelMail)
	if known, err := found(err); err != nil || !known || !c.Holds() {
		return "", err
	}
	return a.signedID(ctx, contactKeyUse, donation)
}

// withdrawURL is where the donor of a donation withdraws the consent that was given with it; "" where there is none that holds. Each mail to the donor says it.
func (a *App) withdrawURL(ctx context.Context, donation fund.ID) (string, error) {
	key, err := a.contactKey(ctx, donation)
	if key == "" {
		return "", err
	}
	return a.pages.Contact(key), nil
}

// ContactConsent is the consent to contact that a link is about.
type ContactConsent struct {
	fund.Consent

	// Cause is the name of the cause that may contact the donor, and TimeZone the zone that its times are read in.
	Cause, TimeZone string
}

// GetContactConsent finds the consent that a key is about: its zero value if it was erased. An invalid key is NotFound. It changes nothing.
func (a *App) GetContactConsent(ctx context.Context, key string) (c ContactConsent, err error) {
	donation, err := a.openID(ctx, contactKeyUse, key, "link")
	if err != nil {
		return c, err
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: donation})
	if err != nil {
		return c, asRequested(err, "link", "")
	}
	cause, err := a.store.GetCause(ctx, fund.Key{ID: d.CauseID})
	if err != nil {
		return c, err
	}
	c.Cause, c.TimeZone = cause.Name, cause.TimeZone
	c.Consent, err = a.store.GetConsent(ctx, donation, fund.ChannelMail)
	_, err = found(err)
	return c, err
}

// WithdrawContact takes back that the donor of the key may be contacted by the cause: for all donations to it with the same address. To do so again changes
// nothing. An invalid key is NotFound.
func (a *App) WithdrawContact(ctx context.Context, key string) error {
	donation, err := a.openID(ctx, contactKeyUse, key, "link")
	if err != nil {
		return err
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: donation})
	if err != nil {
		return asRequested(err, "link", "")
	}
	err = a.write(ctx, donorActor(), d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		ended, err := tx.WithdrawConsent(ctx, donation, fund.ChannelMail, now)
		if err != nil || ended == 0 {
			return err
		}
		return logAct(ctx, tx, donorActor(), doneWith(fund.ActWithdrawConsent, d, now))
	})
	if err != nil {
		return fmt.Errorf("consent of donation %s: %w", donation, err)
	}
	return nil
}
