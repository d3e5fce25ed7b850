package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// AccountPages are the addresses of the pages that mails about accounts link to.
type AccountPages struct {
	// Site is the host of the server, as mails call it.
	Site string
	// Account is the page of who is signed in.
	Account string
	// Confirm is the page that confirms an address to sign in with, by the key of its link.
	Confirm func(key string) string
}

// AccountMail is what a mail about an account says.
type AccountMail struct {
	Mode fund.Mode
	// User has the account, with the present address.
	User fund.User
	// Site and Account are those of AccountPages.
	Site, Account string
	// Confirm is where an address is confirmed; "" where it has an account already, and in other mails.
	Confirm string
}

// confirmMail loads what a mail to an address says that a user asked to sign in with, and gives its link a new secret: an AccountMail. It is Gone if
// the link is.
func confirmMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	asked, err := a.store.GetLoginChange(ctx, m.About)
	if known, err := found(err); err != nil {
		return nil, err
	} else if !known || !asked.Open(a.Now()) {
		return nil, fault.New(fault.Gone, "Not sent: the link was replaced or is not needed any more.")
	}
	_, _, err = a.store.GetUserByEmail(ctx, asked.Email)
	taken, err := found(err)
	if err != nil {
		return nil, err
	}
	said, err := a.accountMail(ctx, asked.UserID)
	if err != nil || taken {
		return said, err
	}
	key, hash, err := a.newSecret()
	if err != nil {
		return nil, err
	}
	said.Confirm = a.accounts.Confirm(key)
	return said, a.write(ctx, background(), asked.UserID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.SetLoginHash(ctx, asked.ID, hash[:])
	})
}

// ownerMail loads what a mail to the owner of an account says: an AccountMail.
func ownerMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	return a.accountMail(ctx, m.About)
}

func (a *App) accountMail(ctx context.Context, user fund.ID) (AccountMail, error) {
	owner, err := a.store.GetUser(ctx, fund.Key{ID: user})
	return AccountMail{Mode: a.Mode(ctx), User: owner, Site: a.accounts.Site, Account: a.accounts.Account}, err
}
