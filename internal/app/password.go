package app

import (
	"context"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// SetPassword replaces a user's password and ends all sessions of the user; operators only.
func (a *App) SetPassword(ctx context.Context, actor Actor, id fund.ID, password string) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, password)
	if err != nil {
		return err
	}
	_, err = a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		return setPassword(ctx, tx, actor, newPassword{user: user, hash: hash}, now)
	})
	return err
}

// PasswordChange is the input of ChangePassword.
type PasswordChange struct {
	// Present and New are passwords.
	Present, New string
	// Session is the text of the browser's session, which does not end.
	Session string
}

// ChangePassword replaces the password of the actor, who proves the present one, and mails that to the user. A wrong one is Invalid at "present", and
// guesses are slowed down as those of SignIn are. All other sessions of the user end, and so do links in mails; tokens stay.
func (a *App) ChangePassword(ctx context.Context, actor Actor, in PasswordChange) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return err
	}
	err = a.requirePassword(ctx, user, Credentials{Password: in.Present, Address: actor.Address}, "present")
	if err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, in.New)
	if err != nil {
		return err
	}
	session, err := a.sessionOf(ctx, in.Session)
	if err != nil {
		return err
	}
	_, err = a.changeAccount(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: user.ID})
		if err != nil {
			return err
		}
		return a.choosePassword(ctx, tx, actor, newPassword{user, hash, session.ID}, now)
	})
	return err
}

// AskPassword mails a link that chooses a new password to an address, if it has an account. Neither the result nor the time that it takes says whether
// it has: whoever writes the mail looks. An address that is none is Invalid at "email", and who asks too often is RateLimited.
func (a *App) AskPassword(ctx context.Context, ask LinkAsk) error {
	id, err := a.takeLinkAsk(shield.LinkPassword, &ask)
	if err != nil {
		return err
	}
	return a.store.Write(ctx, id, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		asked := fund.AccountLink{ID: id, Kind: fund.LinkPassword, Email: ask.Email, AskedAt: now, ExpiresAt: now.Add(fund.AccountAskLife)}
		if err := tx.PutAccountLink(ctx, asked); err != nil {
			return err
		}
		if err := a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailPassword, Recipient: ask.Email, About: id, Language: ask.Language}, now); err != nil {
			return err
		}
		return tx.SweepAccountLinks(ctx, now.Add(-expiredRetention), sweptExpired)
	})
}

// GetPasswordLink returns whose password the link with the key is for. It changes nothing: programs open links in mails, too. One that is unknown, was
// followed, has expired or is for an address that the user no longer signs in with is NotFound.
func (a *App) GetPasswordLink(ctx context.Context, key string) (fund.User, error) {
	_, user, err := a.passwordLink(ctx, a.store.Queries, key)
	return user, err
}

func (a *App) passwordLink(ctx context.Context, q store.Queries, key string) (link fund.AccountLink, user fund.User, err error) {
	hash := hashOf(key)
	if link, err = q.GetAccountLinkByHash(ctx, hash[:], fund.LinkPassword); err != nil {
		return link, user, asRequested(err, "link", "")
	}
	if user, err = q.GetUser(ctx, fund.Key{ID: link.UserID}); err != nil {
		return link, user, err
	}
	if user.Email != link.Email || !link.Open(a.Now()) || !user.DisabledAt.IsZero() {
		err = missingNamed("link", "")
	}
	return link, user, err
}

// PasswordReset is the input of ResetPassword.
type PasswordReset struct {
	// Key is that of the link, New the new password.
	Key, New string
	// Address is the browser's network address.
	Address netip.Addr
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// ResetPassword replaces the password of the user of a link, once, and mails that to the user; see GetPasswordLink for links. All sessions of the user
// end, and so do all links in mails; tokens stay.
func (a *App) ResetPassword(ctx context.Context, in PasswordReset) error {
	user, err := a.GetPasswordLink(ctx, in.Key)
	if err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, in.New)
	if err != nil {
		return err
	}
	actor := Actor{Kind: ActorUser, User: user.ID}.From(in.Address).Reading(in.Language)
	_, err = a.changeAccount(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		link, user, err := a.passwordLink(ctx, tx.Queries, in.Key)
		if err != nil {
			return err
		}
		if err := tx.UseAccountLink(ctx, link.ID); err != nil {
			return err
		}
		return a.choosePassword(ctx, tx, actor, newPassword{user: user, hash: hash}, now)
	})
	return asRequested(err, "link", "")
}

// newPassword is the hash of a password from now on, and the session that does not end; zero for none.
type newPassword struct {
	user  fund.User
	hash  string
	stays fund.ID
}

// newPassword is the hash of a password that somebody chose.
func (a *App) newPassword(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", (&fault.Fields{{Path: "password", Text: fund.Blank}}).Err()
	}
	return a.hashPassword(ctx, password)
}

// choosePassword is setPassword by the user, who gets a mail.
func (a *App) choosePassword(ctx context.Context, tx *store.Tx, actor Actor, to newPassword, now time.Time) error {
	if err := setPassword(ctx, tx, actor, to, now); err != nil {
		return err
	}
	return a.tellUser(ctx, tx, actor, to.user, fund.MailPasswordChanged, now)
}

// setPassword replaces the password of a user, and ends what somebody who knew the old one may have begun.
func setPassword(ctx context.Context, tx *store.Tx, actor Actor, to newPassword, now time.Time) error {
	if err := tx.SetPassword(ctx, to.user.ID, to.hash); err != nil {
		return err
	}
	if err := tx.EndAccountLinks(ctx, to.user); err != nil {
		return err
	}
	if err := endSessionsBut(ctx, tx, to.user.ID, to.stays, now); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(fund.ActSetPassword, to.user.ID, now))
}
