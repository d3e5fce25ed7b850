package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

// Connecting is what somebody says who connects the account of a cause.
type Connecting struct {
	// Country is where the cause is by law, which its account keeps: a code of ISO 3166.
	Country string
	// ReturnURL and RefreshURL are pages of this server; see pay.Onboarding.
	ReturnURL, RefreshURL string
}

// ConnectOwnAccount leads to the provider's form for the account of a cause; its finance and its owners only, who proved a moment ago who they are. The account is made once, whoever
// asks how often: it belongs to the cause, and takes no payments before an operator approves it. The address is good once and for minutes.
//
// A country in which the provider takes no donations is Invalid at "country". Where an operator connected another account it is a Conflict.
func (a *App) ConnectOwnAccount(ctx context.Context, actor Actor, key fund.Key, in Connecting) (url string, err error) {
	cause, err := a.store.GetCause(ctx, key)
	if err == nil {
		err = requireFully(ctx, a.store.Queries, actor, connectAccount, cause.Fact)
	}
	if err == nil {
		err = a.requireProof(actor)
	}
	if err != nil {
		return "", err
	}
	c, own := a.connector(), a.store.OwnMode()
	switch {
	case c == nil:
		return "", fault.New(fault.Conflict, "Causes connect no accounts at this server.")
	case own == fund.ModeLive && !strings.HasPrefix(in.ReturnURL, "https://"):
		return "", fault.New(fault.Conflict, "Accounts for real money are connected over https only: the operator of this server has to set it up.")
	}
	if err := a.shield.ConnectAccount(cause.ID.String()); err != nil {
		return "", err
	}
	account, err := a.reserveAccount(ctx, actor, cause, own)
	if err != nil {
		return "", err
	}
	if account.Account, err = a.makeAccount(ctx, c, cause, account, in.Country); err != nil {
		return "", err
	}
	if err := a.keepAccount(ctx, actor, account); err != nil {
		return "", err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return "", err
	}
	url, err = c.Onboard(ctx, pay.Onboarding{Key: id.String(), Account: account.Account, ReturnURL: in.ReturnURL, RefreshURL: in.RefreshURL})
	if fault.Is(err, fault.Gone) {
		if err := a.endAccount(ctx, account); err != nil {
			return "", err
		}
	}
	return url, err
}

// reserveAccount finds the account of a cause, or begins one: everybody who asks at the same time gets the same.
func (a *App) reserveAccount(ctx context.Context, actor Actor, cause fund.Cause, own fund.Mode) (account fund.PaymentAccount, err error) {
	approval, err := a.firstApproval(ctx, actor)
	if err != nil {
		return account, err
	}
	creation, err := a.newID(a.Now())
	if err != nil {
		return account, err
	}
	name := a.payments.Provider.Name()
	err = a.write(ctx, actor.withoutTerms(), cause.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		if err := tx.LockCause(ctx, cause.ID); err != nil {
			return err
		}
		fresh, err := tx.GetCause(ctx, fund.Key{ID: cause.ID})
		if err == nil {
			err = requireFully(ctx, tx.Queries, actor, connectAccount, fresh.Fact)
		}
		if err == nil {
			err = requireOpen(fresh.Fact)
		}
		if err == nil && fresh.Approval == fund.Suspended {
			err = fault.New(fault.Conflict, "An operator of this server suspended the cause: it connects no account.")
		}
		if err != nil {
			return err
		}
		account, err = tx.GetPaymentAccount(ctx, cause.ID, name)
		known, err := found(err)
		switch {
		case err != nil:
			return err
		case known && account.Held(own) && account.Creation.IsZero():
			return fault.New(fault.Conflict, "An operator of this server connected the account: what %s wants to know is said in its dashboard.", a.payments.Title)
		case known && (account.Held(own) || account.Account == "" && account.Mode == own):
			return nil
		}
		account = fund.PaymentAccount{CauseID: cause.ID, Provider: name, Creation: creation, Mode: own, Approved: approval == fund.Approved}
		if err := tx.PutPaymentAccount(ctx, account); err != nil {
			return err
		}
		account, err = tx.GetPaymentAccount(ctx, cause.ID, name)
		return err
	})
	if err != nil {
		return account, fmt.Errorf("payment account of cause %s: %w", cause.ID, err)
	}
	return account, nil
}

// makeAccount is the account of a cause at the provider, which is made unless it is there.
func (a *App) makeAccount(ctx context.Context, c pay.Connector, cause fund.Cause, account fund.PaymentAccount, country string) (string, error) {
	if account.Account != "" {
		return account.Account, nil
	}
	var wrong fault.Fields
	fund.CheckCountry(&wrong, "country", &country)
	if len(wrong) == 0 && c.DonationsIn(country) == fund.CountryRefused {
		wrong.Add("country", fund.NoDonations)
	}
	if err := wrong.Err(); err != nil {
		return "", err
	}
	o := pay.AccountOrder{Cause: cause.ID, Country: country, Name: cause.Name, Email: cause.ContactEmail, Website: cause.Social.Website}
	if !strings.HasPrefix(o.Website, "https://") {
		o.Website = ""
	}
	// The provider refuses a key that comes with something else.
	sum := sha256.Sum256([]byte(strings.Join([]string{account.Creation.String(), o.Country, o.Name, o.Email, o.Website}, "\x00")))
	o.Key = hex.EncodeToString(sum[:])
	return c.MakeAccount(ctx, o)
}

// keepAccount records an account that was made, unless somebody else did so, and that its form was opened.
func (a *App) keepAccount(ctx context.Context, actor Actor, account fund.PaymentAccount) error {
	err := a.write(ctx, actor.withoutTerms(), account.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.LockCause(ctx, account.CauseID); err != nil {
			return err
		}
		stored, err := tx.GetPaymentAccount(ctx, account.CauseID, account.Provider)
		if err != nil {
			return err
		}
		switch {
		case stored.Account == account.Account:
		case stored.Account == "" && stored.Creation == account.Creation:
			stored.Account = account.Account
			if err := tx.UpdatePaymentAccount(ctx, stored); err != nil {
				return err
			}
		default:
			return fault.New(fault.Conflict, "Somebody else connected another account meanwhile.")
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActOnboard, account.CauseID, now).of(account.CauseID).with("account", account.Account))
	})
	if err != nil {
		return fmt.Errorf("payment account of cause %s: %w", account.CauseID, err)
	}
	return nil
}

// endAccount records that the provider does not let this server act for an account any more.
func (a *App) endAccount(ctx context.Context, account fund.PaymentAccount) error {
	stored, err := a.store.GetPaymentAccount(ctx, account.CauseID, account.Provider)
	if err != nil || stored.Account != account.Account || !stored.EndedAt.IsZero() {
		return err
	}
	next := stored
	next.EndedAt = a.Now()
	return a.saveAccount(ctx, stored, next)
}
