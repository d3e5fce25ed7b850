package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// MaxOperatorMails is how many operators are mailed of one thing.
const MaxOperatorMails = fund.MaxCaseContacts

// CharityMail is what a mail about the invitation of a charity says.
type CharityMail struct {
	Mode fund.Mode
	Charity

	// Site is the host of the server, Link where the mail leads.
	Site, Link string
	// Until is when the invitation expires, in the mail to the charity.
	Until time.Time
}

// charityMail loads what a mail about the invitation of a charity says to who asked for it, or to operators: a CharityMail. It is Gone where the invitation is.
func charityMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	said, err := a.charityMail(ctx, m.About)
	said.Link = a.accounts.Charities
	return said, err
}

// charityOwnerMail is charityMail for who wrote the profile of the charity.
func charityOwnerMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	said, err := a.charityMail(ctx, m.About)
	said.Link = a.accounts.CharityProfile(m.About)
	return said, err
}

// charityInvitationMail loads what is mailed to a charity, and gives its link a new secret: a CharityMail. It is Gone where the charity cannot answer any more, and where the account
// of who asked was closed.
func charityInvitationMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	said, err := a.charityMail(ctx, m.About)
	if err != nil {
		return nil, err
	}
	if !said.Answerable(a.Now()) || !said.By.DisabledAt.IsZero() {
		return nil, fault.New(fault.Gone, "Not sent: the invitation was answered, withdrawn, or is too old.")
	}
	key, hash, err := a.newSecret()
	if err != nil {
		return nil, err
	}
	said.Link, said.Until = a.accounts.Charity(key), said.DueAt
	return said, a.write(ctx, background(), said.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return tx.SetCharityLink(ctx, said.ID, hash[:], now)
	})
}

func (a *App) charityMail(ctx context.Context, id fund.ID) (CharityMail, error) {
	i, err := a.store.GetCharity(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return CharityMail{}, fault.New(fault.Gone, "Not sent: the invitation is not kept any more.")
	}
	if err != nil {
		return CharityMail{}, err
	}
	c, err := a.charity(ctx, a.store.Queries, i)
	return CharityMail{Mode: a.Mode(ctx), Charity: c, Site: a.accounts.Site}, err
}

// mailAsker mails who asked for the invitation of a charity.
func (a *App) mailAsker(ctx context.Context, tx *store.Tx, kind fund.MailKind, i fund.CharityInvitation, now time.Time) error {
	return a.mailUser(ctx, tx, kind, i.UserID, i.ID, now)
}

// mailUser mails a user about an invitation, unless the account was closed.
func (a *App) mailUser(ctx context.Context, tx *store.Tx, kind fund.MailKind, id, about fund.ID, now time.Time) error {
	user, err := tx.GetUser(ctx, fund.Key{ID: id})
	if err != nil || !user.DisabledAt.IsZero() {
		return err
	}
	return a.queueMail(ctx, tx, fund.Mail{Kind: kind, Recipient: user.Email, About: about, Language: user.Language}, now)
}

// mailOperators mails the operators that something waits for them.
func (a *App) mailOperators(ctx context.Context, tx *store.Tx, kind fund.MailKind, about fund.ID, now time.Time) error {
	operators, err := tx.OperatorContacts(ctx, MaxOperatorMails)
	if err != nil {
		return err
	}
	for _, to := range operators {
		if err := a.queueMail(ctx, tx, fund.Mail{Kind: kind, Recipient: to.Address, About: about, Language: to.Language}, now); err != nil {
			return err
		}
	}
	return nil
}

// continueCharity does what is next with an invitation: it expires, the address of the charity and what was written to it are erased, or it is deleted.
func (a *App) continueCharity(ctx context.Context, id fund.ID) error {
	return a.write(ctx, background(), id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		i, err := tx.GetCharity(ctx, id)
		if ok, err := found(err); !ok || i.DueAt.IsZero() || now.Before(i.DueAt) {
			return err
		}
		switch {
		case i.State.Open():
			if err := moveCharity(ctx, tx, i, fund.CharityExpired, now); err != nil {
				return err
			}
			return a.mailAsker(ctx, tx, fund.MailCharityExpired, i, now)
		case i.Email != "":
			if err := tx.DropCharityMails(ctx, id); err != nil {
				return err
			}
			i.Email, i.Message, i.DueAt = "", "", i.ChangedAt.Add(fund.CharityKept)
			return tx.MoveCharity(ctx, i, i.State)
		default:
			return tx.DropCharity(ctx, id)
		}
	})
}
