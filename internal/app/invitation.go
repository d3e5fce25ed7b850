package app

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// MaxInvitations is how many invitations are listed.
const MaxInvitations = 1000

// InviteUser mails an invitation to make an account, in place of earlier ones to the same address; operators only.
func (a *App) InviteUser(ctx context.Context, actor Actor, email string) (fund.AccountLink, error) {
	if err := requireOperator(actor); err != nil {
		return fund.AccountLink{}, err
	}
	invitation := fund.AccountLink{Kind: fund.LinkInvitation, Email: email}
	var wrong fault.Fields
	fund.CheckLogin(&wrong, "email", &invitation.Email)
	if err := wrong.Err(); err != nil {
		return invitation, err
	}
	mode, err := a.SignUpMode(ctx)
	if err == nil && mode == fund.SignUpClosed {
		err = fault.New(fault.Conflict, "Nobody can make an account at this server: its setting %s is %s. Create the user, or set it to %s.",
			fund.SettingSignUp, fund.SignUpClosed, fund.SignUpInvitation)
	}
	if err != nil {
		return invitation, err
	}
	if invitation.ID, err = a.newID(a.Now()); err != nil {
		return invitation, err
	}
	return invitation, a.write(ctx, actor, invitation.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := checkFreeEmail(ctx, tx.Queries, fund.User{Email: invitation.Email}, &wrong); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if _, err := tx.EndInvitations(ctx, invitation.Email); err != nil {
			return err
		}
		invitation.AskedAt, invitation.ExpiresAt = now, now.Add(fund.AccountAskLife)
		if err := tx.PutAccountLink(ctx, invitation); err != nil {
			return err
		}
		if err := a.mailInvitation(ctx, tx, invitation, actor.mailLanguage(), now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActInviteUser, invitation.ID, now))
	})
}

// mailInvitation mails the link of an invitation, or to who asked for an account.
func (a *App) mailInvitation(ctx context.Context, tx *store.Tx, to fund.AccountLink, language string, now time.Time) error {
	kind := fund.MailInvitation
	if to.Kind == fund.LinkSignUp {
		kind = fund.MailSignUp
	}
	return a.queueMail(ctx, tx, fund.Mail{Kind: kind, Recipient: to.Email, About: to.ID, Language: language}, now)
}

// ListInvitations lists the invitations that hold, the newest first, at most MaxInvitations; operators only.
func (a *App) ListInvitations(ctx context.Context, actor Actor) ([]fund.AccountLink, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListInvitations(ctx, a.Now().Add(-fund.InvitationLife), MaxInvitations)
}

// WithdrawInvitation ends the invitation to an address; operators only. Where there is none it is NotFound.
func (a *App) WithdrawInvitation(ctx context.Context, actor Actor, email string) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	email = fund.LoginEmail(email)
	return a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		ended, err := tx.EndInvitations(ctx, email)
		if err == nil && len(ended) == 0 {
			err = missingNamed("invitation", "")
		}
		for _, id := range ended {
			err = errors.Join(err, logAct(ctx, tx, actor, doneOn(fund.ActWithdrawInvitation, id, now)))
		}
		return err
	})
}

// GetInvitation returns the invitation, or the question for an account, with the key of a link that was mailed. It changes nothing: programs open links
// in mails, too. One that does not hold, one to an address that has an account by now, and one that the setting of the server does not allow any more is
// NotFound; see Open for whether the link still works.
func (a *App) GetInvitation(ctx context.Context, key string) (fund.AccountLink, error) {
	return a.invitation(ctx, a.store.Queries, key)
}

func (a *App) invitation(ctx context.Context, q store.Queries, key string) (fund.AccountLink, error) {
	hash := hashOf(key)
	invitation, err := q.GetAccountLinkByHash(ctx, hash[:], fund.LinkInvitation, fund.LinkSignUp)
	if err != nil {
		return invitation, asRequested(err, "link", "")
	}
	return invitation, a.requireHolding(ctx, q, invitation)
}

// requireHolding is NotFound where no account can be made by a link: it does not hold, its address has an account by now, or the setting of the server does not allow it.
func (a *App) requireHolding(ctx context.Context, q store.Queries, invitation fund.AccountLink) error {
	mode, err := a.SignUpMode(ctx)
	if err == nil && (mode == fund.SignUpClosed || invitation.Kind == fund.LinkSignUp && mode != fund.SignUpOpen) {
		err = missingNamed("link", "")
	}
	if err != nil {
		return err
	}
	_, _, err = q.GetUserByEmail(ctx, invitation.Email)
	taken, err := found(err)
	if err == nil && (taken || !invitation.Holds(a.Now())) {
		err = missingNamed("link", "")
	}
	return err
}

// requireOpen is NotFound where a link does not work any more.
func (a *App) requireOpen(link fund.AccountLink) error {
	if !link.Open(a.Now()) {
		return missingNamed("link", "")
	}
	return nil
}

// InvitationAsk is somebody who was invited and has a link that is too old.
type InvitationAsk struct {
	Key string
	// Session names the browser, Address is that of its network.
	Session string
	Address netip.Addr
	// Language is the language tag of the page; "" for unknown.
	Language string
}

// ResendInvitation mails another link to the address of an invitation, or of a question for an account, and ends the one with the key. Who asks too often is RateLimited.
func (a *App) ResendInvitation(ctx context.Context, ask InvitationAsk) (fund.AccountLink, error) {
	invitation, err := a.GetInvitation(ctx, ask.Key)
	if err != nil {
		return invitation, err
	}
	if err := a.shield.Link(shield.LinkInvitation, shield.Donor{Session: ask.Session, Network: ask.Address}, invitation.Email); err != nil {
		return invitation, err
	}
	return invitation, a.store.Write(ctx, invitation.ID, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		if invitation, err = a.invitation(ctx, tx.Queries, ask.Key); err != nil {
			return err
		}
		if err := tx.ResendAccountLink(ctx, invitation.ID, now.Add(fund.AccountAskLife)); err != nil {
			return err
		}
		return a.mailInvitation(ctx, tx, invitation, ask.Language, now)
	})
}

// Joining is the input of AcceptInvitation.
type Joining struct {
	Key string
	// Username is shown to others. Slug is the name in addresses; "" for one that is made of Username.
	Username, Slug, Password string
	// Agent is the browser's User-Agent, Address its network address, Before the text of its previous session, which ends; "" for none.
	Agent   string
	Address netip.Addr
	Before  string
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// AcceptInvitation makes the account of an invitation, or of a question for one, once, and returns the text of a new session. Pages of who was not
// invited wait; see fund.SignUpWait. A link that does not work is NotFound; see
// GetInvitation. What is wrong with a field is Invalid at "username", "slug" or "password".
func (a *App) AcceptInvitation(ctx context.Context, in Joining) (session string, err error) {
	find := func(ctx context.Context, q store.Queries) (fund.AccountLink, error) {
		return a.openInvitation(ctx, q, in.Key)
	}
	if _, err := find(ctx, a.store.Queries); err != nil {
		return "", err
	}
	hash, err := a.newPassword(ctx, in.Password)
	if err != nil {
		return "", err
	}
	return a.makeInvited(ctx, in, invited{find: find, hash: hash, by: fund.FactorPassword})
}

// invited is how an account of an invitation signs in.
type invited struct {
	// find finds the invitation; it is NotFound where it cannot be accepted. One without an id is not stored as a link: with ends it.
	find func(context.Context, store.Queries) (fund.AccountLink, error)
	// hash is that of the password; "" for none. by is the factor that the new session is of, and with adds another way; nil for none.
	hash string
	by   fund.Factor
	with func(ctx context.Context, tx *store.Tx, user fund.User, now time.Time) error
}

// makeInvited makes the account of an invitation, and returns the text of a new session.
func (a *App) makeInvited(ctx context.Context, in Joining, of invited) (string, error) {
	user, err := a.newInvited()
	if err != nil {
		return "", err
	}
	actor := Actor{Kind: ActorUser, User: user.ID}.From(in.Address).Reading(in.Language)
	err = a.write(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		invitation, err := of.find(ctx, tx.Queries)
		if err != nil {
			return err
		}
		if !invitation.ID.IsZero() {
			if err := tx.UseAccountLink(ctx, invitation.ID); err != nil {
				return asRequested(err, "link", "")
			}
		}
		if invitation.Kind == fund.LinkSignUp {
			user.PublicAt = now.Add(fund.SignUpWait)
		}
		if err := insertUser(ctx, tx, actor, &user, newAccount{in.patch(invitation.Email), of.hash}, now); err != nil || of.with == nil {
			return err
		}
		return of.with(ctx, tx, user, now)
	})
	if err != nil {
		return "", err
	}
	return a.startSession(ctx, user, Credentials{Agent: in.Agent, Address: in.Address, Before: in.Before, Language: in.Language}, of.by)
}

// newInvited is the user of an invitation to be.
func (a *App) newInvited() (fund.User, error) {
	now := a.Now()
	id, err := a.newID(now)
	return fund.User{ID: id, Confirmed: true, CreatedAt: now}, err
}

// patch are the fields of the user with the address that was invited.
func (in Joining) patch(email string) fund.UserPatch {
	typed, _ := language.Parse(in.Language)
	return NewUser{Username: in.Username, Slug: in.Slug, Email: email}.patch(typed)
}

// checkJoining is Invalid at "username" or "slug" where AcceptInvitation would be.
func (a *App) checkJoining(ctx context.Context, invitation fund.AccountLink, in Joining) error {
	user, err := a.newInvited()
	if err != nil {
		return err
	}
	wrong := in.patch(invitation.Email).Apply(&user, user.CreatedAt)
	if err := checkUserSlug(ctx, a.store.Queries, user, &wrong); err != nil {
		return err
	}
	return wrong.Err()
}

// openInvitation is the invitation of a link that works.
func (a *App) openInvitation(ctx context.Context, q store.Queries, key string) (fund.AccountLink, error) {
	invitation, err := a.invitation(ctx, q, key)
	if err == nil {
		err = a.requireOpen(invitation)
	}
	return invitation, err
}
