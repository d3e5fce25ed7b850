package app

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// AskEmail asks to sign in with another address. It becomes the user's by ConfirmEmail, with the link in the mail to it; the present address is
// told meanwhile. Neither the result nor the time that it takes says whether the address has an account: if so, the mail to it says that instead.
func (a *App) AskEmail(ctx context.Context, actor Actor, email string) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return err
	}
	var wrong fault.Fields
	fund.CheckLogin(&wrong, "email", &email)
	if email == user.Email {
		wrong.Add("email", fund.OwnEmail)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	return a.limitLogin(actor, email, func() error {
		return a.write(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return a.askLogin(ctx, tx, loginRequest{user, email, cmp.Or(actor.mailLanguage(), user.Language)}, now)
		})
	})
}

// limitLogin counts a request for an address to sign in with, as receipts are counted: by account and by address. What fails is not counted.
func (a *App) limitLogin(actor Actor, email string, ask func() error) error {
	account := shield.Donor{Session: actor.User.String()}
	if !a.shield.Mail(account, email) {
		return fault.Fields{{Path: "email", Text: fund.ManyChanges}}.Err()
	}
	err := ask()
	if err != nil {
		a.shield.WithdrawMail(account, email)
	}
	return err
}

// loginRequest asks for another address that a user signs in with. Language is the language tag of its mails; "" for unknown.
type loginRequest struct {
	user            fund.User
	email, language string
}

// askLogin remembers the address that a user asked for, and queues the mails to it and to the present one. It does not look whether the address has
// an account: whoever writes the mail does.
func (a *App) askLogin(ctx context.Context, tx *store.Tx, r loginRequest, now time.Time) error {
	id, err := a.newID(now)
	if err != nil {
		return err
	}
	asked := fund.AccountLink{ID: id, Kind: fund.LinkEmail, UserID: r.user.ID, Email: r.email, AskedAt: now, ExpiresAt: now.Add(fund.AccountAskLife)}
	if err := tx.PutAccountLink(ctx, asked); err != nil {
		return err
	}
	if err := a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailConfirmLogin, Recipient: r.email, About: id, Language: r.language}, now); err != nil {
		return err
	}
	if err := a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailLoginAsked, Recipient: r.user.Email, About: r.user.ID, Language: r.language}, now); err != nil {
		return err
	}
	return tx.SweepAccountLinks(ctx, now.Add(-expiredRetention), sweptExpired)
}

// PendingLogin is an address to sign in with that waits for its user's password.
type PendingLogin struct {
	fund.AccountLink

	User fund.User
}

// GetPendingLogin returns what the link with the key is for. A link that is unknown, was followed or replaced, or has expired, is NotFound.
func (a *App) GetPendingLogin(ctx context.Context, key string) (PendingLogin, error) {
	hash := hashOf(key)
	return a.pendingLogin(ctx, a.store.Queries, hash)
}

func (a *App) pendingLogin(ctx context.Context, q store.Queries, hash tokenHash) (p PendingLogin, err error) {
	if p.AccountLink, err = q.GetAccountLinkByHash(ctx, hash[:], fund.LinkEmail); err != nil {
		return p, asRequested(err, "link", "")
	}
	if p.User, err = q.GetUser(ctx, fund.Key{ID: p.UserID}); err != nil {
		return p, err
	}
	_, _, err = q.GetUserByEmail(ctx, p.Email)
	taken, err := found(err)
	if err == nil && (taken || !p.Open(a.Now()) || !p.User.DisabledAt.IsZero()) {
		err = missingNamed("link", "")
	}
	return p, err
}

// LoginProof is the input of ConfirmEmail.
type LoginProof struct {
	// Key is that of the link, Password the user's present one.
	Key, Password string
	// Address is the browser's network address, Session the text of its session, which does not end if it is the user's; "" for none.
	Address netip.Addr
	Session string
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// ConfirmEmail lets a user sign in with the address of the link from now on, once. A wrong password is Invalid at "password", and guesses are slowed
// down as those of SignIn are; see GetPendingLogin for links. All other sessions of the user end. Tokens stay: the user's consent to them does not
// depend on an address.
func (a *App) ConfirmEmail(ctx context.Context, in LoginProof) (fund.User, error) {
	pending, err := a.GetPendingLogin(ctx, in.Key)
	if err != nil {
		return fund.User{}, err
	}
	if err := a.requirePassword(ctx, pending.User, Credentials{Password: in.Password, Address: in.Address}, "password"); err != nil {
		return fund.User{}, err
	}
	session, err := a.sessionOf(ctx, in.Session)
	if err != nil {
		return fund.User{}, err
	}
	actor := Actor{Kind: ActorUser, User: pending.UserID}.From(in.Address).Reading(in.Language)
	hash := hashOf(in.Key)
	user, err := a.changeAccount(ctx, actor, pending.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		pending, err := a.pendingLogin(ctx, tx.Queries, hash)
		if err != nil {
			return err
		}
		if err := tx.UseAccountLink(ctx, pending.ID); err != nil {
			return err
		}
		return a.setLogin(ctx, tx, actor, pending.User, newLogin{email: pending.Email, stays: session.ID}, now)
	})
	if fault.Is(err, fault.Invalid) { // somebody else took the address at the same moment
		err = missingNamed("link", "")
	}
	return user, err
}

// requirePassword is Invalid at a field unless the password is the user's present one.
func (a *App) requirePassword(ctx context.Context, user fund.User, in Credentials, field string) error {
	in.Email = user.Email
	proven, right, err := a.provePassword(ctx, in)
	if err == nil && (!right || proven.ID != user.ID || !proven.DisabledAt.IsZero()) {
		err = fault.Fields{{Path: field, Text: fund.WrongSecret}}.Err()
	}
	return err
}

// SetEmail lets a user sign in with another address at once, ends all sessions of the user, and tells both addresses; operators only, who are told
// when the address is taken.
func (a *App) SetEmail(ctx context.Context, actor Actor, id fund.ID, email string) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	return a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		var wrong fault.Fields
		to := newLogin{email: email}
		fund.CheckLogin(&wrong, "email", &to.email)
		if err := checkFreeEmail(ctx, tx.Queries, fund.User{ID: id, Email: to.email}, &wrong); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil || to.email == user.Email {
			return err
		}
		return a.setLogin(ctx, tx, actor, user, to, now)
	})
}

// newLogin is an address to sign in with from now on, and the session that does not end; zero, or one of somebody else, for none.
type newLogin struct {
	email string
	stays fund.ID
}

// setLogin changes the address of a user, ends the links in mails to the old one, and queues the mails to both.
func (a *App) setLogin(ctx context.Context, tx *store.Tx, actor Actor, user fund.User, to newLogin, now time.Time) error {
	before := user.Email
	if err := tx.EndAccountLinks(ctx, user); err != nil {
		return err
	}
	user.Email, user.UpdatedAt = to.email, now
	if err := tx.UpdateUser(ctx, user); err != nil {
		return err
	}
	if err := endSessionsBut(ctx, tx, user.ID, to.stays, now); err != nil {
		return err
	}
	for _, address := range []string{before, user.Email} {
		if err := a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailLoginChanged, Recipient: address, About: user.ID, Language: cmp.Or(actor.mailLanguage(), user.Language)}, now); err != nil {
			return err
		}
	}
	return logAct(ctx, tx, actor, doneOn(fund.ActSetEmail, user.ID, now))
}

// endSessionsBut ends every session of a user but one, zero for none, and the sign-ins that wait for a second factor.
func endSessionsBut(ctx context.Context, tx *store.Tx, user, but fund.ID, now time.Time) error {
	if but.IsZero() {
		_, err := endSessionsOf(ctx, tx, user, now)
		return err
	}
	ended, err := tx.EndOtherSessionsOf(ctx, user, but, now)
	if err != nil {
		return err
	}
	return sessionsEnded(ctx, tx, user, ended, now)
}

// queueMail adds a mail that is due at once, in the language of the site where that of its reader is not known.
func (a *App) queueMail(ctx context.Context, tx *store.Tx, m fund.Mail, now time.Time) error {
	id, err := a.newID(now)
	if err != nil {
		return fmt.Errorf("%s mail: %w", m.Kind, err)
	}
	if m.Language == "" {
		if m.Language, err = a.Language(ctx); err != nil {
			return err
		}
	}
	m.ID, m.DueAt, m.CreatedAt = id, now, now
	return tx.InsertMail(ctx, m)
}
