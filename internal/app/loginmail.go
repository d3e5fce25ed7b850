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
	// Site is the host of the server, as mails call it. BaseURL is where browsers reach it, which passkeys are tied to.
	Site, BaseURL string
	// Account is the page of who is signed in.
	Account string
	// Confirm is the page that confirms an address to sign in with, Password the one that chooses a new password, and Join the one that makes an account,
	// by the key of a link. Restore undoes the deletion of an account, and Team joins a team.
	Confirm, Password, Join, Restore, Team func(key string) string
	// Charity is the page on which an invited charity answers, by the key of a link. Charities is the page of who asked for invitations, and CharityProfile that of who accepted
	// one, by its id.
	Charity        func(key string) string
	Charities      string
	CharityProfile func(id fund.ID) string
	// CausePayments is the page of the payments of a cause, by its id.
	CausePayments func(id fund.ID) string
}

// AccountMail is what a mail about an account says.
type AccountMail struct {
	Mode fund.Mode
	// User has the account, with the present address. An invitation has none.
	User fund.User
	// Site and Account are those of AccountPages.
	Site, Account string
	// Link is what a link in the mail is for, by its key; "" in mails without, and where the address to be confirmed, or to sign up with, has an account already.
	Link string
	// CodesLeft is how many recovery codes of the user were not used, in mails that say so.
	CodesLeft int
	// Team is the slug of the team that a mail invites to, Role what its reader would be there; "" in other mails.
	Team string
	Role fund.Role
	// EraseAt is when a deleted account is erased, in mails that say so.
	EraseAt time.Time
	// Provider is the name of the OpenID provider that a mail is about; "" in other mails.
	Provider string
}

// confirmMail loads what a mail to an address says that a user asked to sign in with, and gives its link a new secret: an AccountMail. It is Gone if
// the link is.
func confirmMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	asked, err := a.openLink(ctx, m.About)
	if err != nil {
		return nil, err
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
	key, err := a.linkKey(ctx, asked)
	said.Link = a.accounts.Confirm(key)
	return said, err
}

// passwordMail loads what a mail to somebody who forgot a password says, and gives its link a secret: an AccountMail. It is Gone where the address has
// no account, or a disabled one.
func passwordMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	asked, err := a.openLink(ctx, m.About)
	if err != nil {
		return nil, err
	}
	user, _, err := a.store.GetUserByEmail(ctx, asked.Email)
	if known, err := found(err); err != nil {
		return nil, err
	} else if !known || !user.DisabledAt.IsZero() {
		return nil, fault.New(fault.Gone, "Not sent: no account can sign in with the address.")
	}
	said, err := a.accountMail(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	asked.UserID = user.ID
	key, err := a.linkKey(ctx, asked)
	said.Link = a.accounts.Password(key)
	return said, err
}

// invitationMail loads what an invitation says, and gives its link a new secret: an AccountMail. It is Gone if the invitation is, or where the address
// has an account by now.
func invitationMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	asked, err := a.openLink(ctx, m.About)
	if err != nil {
		return nil, err
	}
	_, _, err = a.store.GetUserByEmail(ctx, asked.Email)
	if taken, err := found(err); err != nil {
		return nil, err
	} else if taken {
		return nil, fault.New(fault.Gone, "Not sent: the address has an account.")
	}
	key, err := a.linkKey(ctx, asked)
	return AccountMail{Mode: a.Mode(ctx), Site: a.accounts.Site, Account: a.accounts.Account, Link: a.accounts.Join(key)}, err
}

// signUpMail loads what a mail to somebody who asked for an account says, and gives its link a new secret: an AccountMail, with the User and without a
// link where the address has an account.
func signUpMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	asked, err := a.openLink(ctx, m.About)
	if err != nil {
		return nil, err
	}
	user, _, err := a.store.GetUserByEmail(ctx, asked.Email)
	if known, err := found(err); err != nil {
		return nil, err
	} else if known {
		return a.accountMail(ctx, user.ID)
	}
	key, err := a.linkKey(ctx, asked)
	return AccountMail{Mode: a.Mode(ctx), Site: a.accounts.Site, Account: a.accounts.Account, Link: a.accounts.Join(key)}, err
}

// closedMail loads what a mail to somebody says whose account is deleted, and gives its link a secret: an AccountMail. It is Gone where that was undone.
func closedMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	link, err := a.openLink(ctx, m.About)
	if err != nil {
		return nil, err
	}
	d, err := a.store.GetAccountDeletion(ctx, link.UserID)
	if err != nil {
		return nil, err
	}
	said, err := a.accountMail(ctx, link.UserID)
	if err != nil {
		return nil, err
	}
	said.User.Slug, said.EraseAt = d.Kept.Slug, d.EraseAt
	key, err := a.linkKey(ctx, link)
	said.Link = a.accounts.Restore(key)
	return said, err
}

// openLink is a link that can be mailed. It is Gone if nobody could follow it.
func (a *App) openLink(ctx context.Context, id fund.ID) (fund.AccountLink, error) {
	asked, err := a.store.GetAccountLink(ctx, id)
	if known, err := found(err); err != nil {
		return asked, err
	} else if !known || !asked.Open(a.Now()) {
		return asked, fault.New(fault.Gone, "Not sent: the link was replaced or is not needed any more.")
	}
	return asked, nil
}

// linkKey gives a link a new secret, which works from now on.
func (a *App) linkKey(ctx context.Context, link fund.AccountLink) (string, error) {
	key, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	return key, a.write(ctx, background(), link.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if !link.Lasts() {
			link.ExpiresAt = now.Add(fund.AccountLinkLife)
		}
		return tx.SetAccountLink(ctx, link, hash[:])
	})
}

// ownerMail loads what a mail to the owner of an account says: an AccountMail.
func ownerMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	return a.accountMail(ctx, m.About)
}

// recoveryMail is ownerMail with the recovery codes that are left.
func recoveryMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	said, err := a.accountMail(ctx, m.About)
	if err == nil {
		said.CodesLeft, err = a.store.CountRecoveryCodes(ctx, m.About)
	}
	return said, err
}

func (a *App) accountMail(ctx context.Context, user fund.ID) (AccountMail, error) {
	owner, err := a.store.GetUser(ctx, fund.Key{ID: user})
	return AccountMail{Mode: a.Mode(ctx), User: owner, Site: a.accounts.Site, Account: a.accounts.Account}, err
}

// identityMail loads what a mail about an account at an OpenID provider says: an AccountMail. It is Gone where the identity was removed so long ago that nothing is
// known of it.
func identityMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	identity, err := a.store.GetIdentityByID(ctx, m.About)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Gone, "Not sent: the account at the provider was removed too long ago.")
	}
	if err != nil {
		return nil, err
	}
	said, err := a.accountMail(ctx, identity.UserID)
	said.Provider = a.providerName(identity.Issuer)
	return said, err
}
