package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// GetCharityLink returns the invitation with the key of a link that was mailed to a charity. It changes nothing: programs open links in mails, too. One that does not wait for the
// charity any more is NotFound, and so is one of somebody whose account was closed.
func (a *App) GetCharityLink(ctx context.Context, key string) (Charity, error) {
	return a.charityLink(ctx, a.store.Queries, key)
}

func (a *App) charityLink(ctx context.Context, q store.Queries, key string) (Charity, error) {
	hash := hashOf(key)
	i, err := q.GetCharityByHash(ctx, hash[:])
	if err == nil && !i.Answerable(a.Now()) {
		err = missingNamed("link", "")
	}
	if err != nil {
		return Charity{}, asRequested(err, "link", "")
	}
	c, err := a.charity(ctx, q, i)
	if err == nil && !c.By.DisabledAt.IsZero() {
		err = missingNamed("link", "")
	}
	return c, err
}

// DeclineCharityLink declines for the charity with the key of a link. With never, nobody can invite the charity again. A link that does not work is NotFound.
func (a *App) DeclineCharityLink(ctx context.Context, key string, never Never) error {
	return a.answerCharity(ctx, key, func(ctx context.Context, tx *store.Tx, c Charity, now time.Time) error {
		if err := moveCharity(ctx, tx, c.CharityInvitation, fund.CharityDeclined, now); err != nil {
			return err
		}
		if err := a.mailAsker(ctx, tx, fund.MailCharityDeclined, c.CharityInvitation, now); err != nil || !bool(never) {
			return err
		}
		hashes, err := tx.GetCharityHashes(ctx, c.ID)
		if err != nil {
			return err
		}
		if err := tx.RefuseCharity(ctx, hashes.Address, now); err != nil || !c.OwnsHost() {
			return err
		}
		return tx.RefuseCharity(ctx, hashes.Host, now)
	})
}

// Never says whether a charity does not want to be invited again.
type Never bool

// answerCharity does what the charity with the key of a link answers.
func (a *App) answerCharity(ctx context.Context, key string, answer func(context.Context, *store.Tx, Charity, time.Time) error) error {
	c, err := a.GetCharityLink(ctx, key)
	if err != nil {
		return err
	}
	err = a.write(ctx, background(), c.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		again, err := a.charityLink(ctx, tx.Queries, key)
		if err != nil {
			return err
		}
		return answer(ctx, tx, again, now)
	})
	if fault.Is(err, fault.Conflict) { // somebody else was faster
		err = missingNamed("link", "")
	}
	return err
}

// ResendCharityLink mails another link to a charity, in place of the one with the key, which is too old to accept. Who asks too often is RateLimited.
func (a *App) ResendCharityLink(ctx context.Context, ask InvitationAsk) (fund.CharityInvitation, error) {
	c, err := a.GetCharityLink(ctx, ask.Key)
	if err != nil {
		return c.CharityInvitation, err
	}
	if err := a.shield.Link(shield.LinkCharity, shield.Donor{Session: ask.Session, Network: ask.Address}, c.Email); err != nil {
		return c.CharityInvitation, err
	}
	return c.CharityInvitation, a.answerCharity(ctx, ask.Key, func(ctx context.Context, tx *store.Tx, c Charity, now time.Time) error {
		return a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailCharityInvitation, Recipient: c.Email, About: c.ID, Language: ask.Language}, now)
	})
}

// freshCharity is the invitation of a link that accepts; an older one is NotFound, too.
func (a *App) freshCharity(ctx context.Context, q store.Queries, key string) (Charity, error) {
	c, err := a.charityLink(ctx, q, key)
	if err == nil && !c.Fresh(a.Now()) {
		err = missingNamed("link", "")
	}
	return c, err
}

// AcceptCharity accepts for the charity with the key of a link, with the account of the actor, who writes its profile next: see SetUpCharity. A link that does not work, or not any
// more, is NotFound.
func (a *App) AcceptCharity(ctx context.Context, actor Actor, key string) (fund.CharityInvitation, error) {
	if err := requireWriter(actor); err != nil {
		return fund.CharityInvitation{}, err
	}
	c, err := a.freshCharity(ctx, a.store.Queries, key)
	if err != nil {
		return c.CharityInvitation, err
	}
	err = a.write(ctx, actor, c.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		again, err := a.freshCharity(ctx, tx.Queries, key)
		if err != nil {
			return err
		}
		return a.acceptCharity(ctx, tx, again.CharityInvitation, actor.User, now)
	})
	if fault.Is(err, fault.Conflict) {
		err = missingNamed("link", "")
	}
	if err != nil {
		return c.CharityInvitation, fmt.Errorf("invitation %s: %w", c.ID, err)
	}
	return c.CharityInvitation, nil
}

// acceptCharity lets a user write the profile of a charity.
func (a *App) acceptCharity(ctx context.Context, tx *store.Tx, i fund.CharityInvitation, owner fund.ID, now time.Time) error {
	i.OwnerID = owner
	if err := moveCharity(ctx, tx, i, fund.CharityAccepted, now); err != nil {
		return err
	}
	return a.mailAsker(ctx, tx, fund.MailCharityAccepted, i, now)
}

// JoinCharity makes an account with the address to which a link was mailed, and accepts for the charity with it. It returns the text of a new session. A link that does not work is
// NotFound; see GetInvitation for addresses and settings with which no account can be made. What is wrong with a field is Invalid at "username", "slug" or "password".
func (a *App) JoinCharity(ctx context.Context, in Joining) (session string, id fund.ID, err error) {
	find := func(ctx context.Context, q store.Queries) (fund.AccountLink, error) {
		c, err := a.freshCharity(ctx, q, in.Key)
		if err != nil {
			return fund.AccountLink{}, err
		}
		id = c.ID
		link := fund.AccountLink{Kind: fund.LinkInvitation, Email: c.Email, AskedAt: a.Now()}
		return link, a.requireHolding(ctx, q, link)
	}
	if _, err := find(ctx, a.store.Queries); err != nil {
		return "", id, err
	}
	hash, err := a.newPassword(ctx, in.Password)
	if err != nil {
		return "", id, err
	}
	if in.Slug == "" { // who answers for a charity is not asked for the address of a page
		made := store.SlugKey{Table: store.UserSlugs, Slug: in.patch("").Slug.Value}
		if in.Slug, err = freeSlug(ctx, a.store.Queries, made, fund.ID{}); err != nil {
			return "", id, err
		}
	}
	session, err = a.makeInvited(ctx, in, invited{
		find: find, hash: hash, by: fund.FactorPassword,
		with: func(ctx context.Context, tx *store.Tx, user fund.User, now time.Time) error {
			c, err := a.freshCharity(ctx, tx.Queries, in.Key)
			if err != nil {
				return err
			}
			return a.acceptCharity(ctx, tx, c.CharityInvitation, user.ID, now)
		},
	})
	if fault.Is(err, fault.Conflict) {
		err = missingNamed("link", "")
	}
	return session, id, err
}

// JoinsCharity reports whether an account can be made with the address of an invitation: it has none, and the setting of the server allows it.
func (a *App) JoinsCharity(ctx context.Context, i fund.CharityInvitation) (bool, error) {
	err := a.requireHolding(ctx, a.store.Queries, fund.AccountLink{Kind: fund.LinkInvitation, Email: i.Email, AskedAt: a.Now()})
	return found(err)
}
