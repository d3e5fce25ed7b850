package app

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// UserIdentity is an account at an OpenID provider that a user signs in with.
type UserIdentity struct {
	fund.Identity

	// Provider is the name of the provider; the host of its issuer where the server no longer knows it.
	Provider string
	// Last reports whether it is the only way to sign in, which cannot be removed.
	Last bool
}

// SignInWays are the ways in which a user signs in.
type SignInWays struct {
	Password   bool
	Identities []UserIdentity
	// Passkeys is how many passkeys work at this server.
	Passkeys int
}

// identities is how many of the identities are of providers at which people can sign in now.
func (a *App) identities(ways SignInWays) (n int) {
	for _, one := range ways.Identities {
		if a.knowsIssuer(one.Issuer) {
			n++
		}
	}
	return n
}

// SignInWays returns how the actor signs in.
func (a *App) SignInWays(ctx context.Context, actor Actor) (SignInWays, error) {
	if err := RequireUser(actor); err != nil {
		return SignInWays{}, err
	}
	return a.signInWays(ctx, a.store.Queries, actor.User)
}

func (a *App) signInWays(ctx context.Context, q store.Queries, user fund.ID) (ways SignInWays, err error) {
	if ways.Password, err = q.HasPassword(ctx, user); err != nil {
		return ways, err
	}
	all, err := q.ListIdentities(ctx, user)
	if err != nil {
		return ways, err
	}
	for _, one := range all {
		ways.Identities = append(ways.Identities, UserIdentity{Identity: one, Provider: a.providerName(one.Issuer)})
	}
	passkeys, err := q.ListPasskeys(ctx, user)
	if err != nil {
		return ways, err
	}
	for _, one := range passkeys {
		if one.Host == a.PasskeyHost() {
			ways.Passkeys++
		}
	}
	alone := !ways.Password && ways.Passkeys == 0 && a.identities(ways) == 1
	for i := range ways.Identities {
		ways.Identities[i].Last = alone && a.knowsIssuer(ways.Identities[i].Issuer)
	}
	return ways, nil
}

// knowsIssuer reports whether people can sign in at the provider now.
func (a *App) knowsIssuer(issuer string) bool {
	return slices.ContainsFunc(a.signInAt, func(p OpenIDProvider) bool { return p.Issuer == issuer })
}

// providerName is what people call the provider with that issuer.
func (a *App) providerName(issuer string) string {
	for _, one := range a.signInAt {
		if one.Issuer == issuer {
			return one.Name
		}
	}
	if u, err := url.Parse(issuer); err == nil {
		return cmp.Or(u.Hostname(), issuer)
	}
	return issuer
}

// addIdentity adds an identity to the account of the actor, and mails that to the user. It reports false where the account has fund.MaxIdentities, and is a Conflict
// while another account has it.
func (a *App) addIdentity(ctx context.Context, actor Actor, identity fund.Identity) (added bool, err error) {
	_, err = a.changeAccount(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		all, err := tx.ListIdentities(ctx, actor.User)
		if added = len(all) < fund.MaxIdentities; err != nil || !added {
			return err
		}
		identity.AddedAt = now
		if err := tx.InsertIdentity(ctx, identity); err != nil {
			return err
		}
		return a.tellIdentity(ctx, tx, actor, toldIdentity{fund.MailIdentityAdded, fund.ActAddIdentity, identity.ID}, now)
	})
	return added, err
}

// RemoveIdentity ends that the actor signs in with an identity, and mails that to the user. The last way to sign in cannot be removed: that is a Conflict. It takes
// a proof; see NeedsProof.
func (a *App) RemoveIdentity(ctx context.Context, actor Actor, id fund.ID) error {
	if err := a.requireProof(actor); err != nil {
		return err
	}
	_, err := a.changeAccount(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.LockUser(ctx, actor.User); err != nil {
			return err
		}
		ways, err := a.signInWays(ctx, tx.Queries, actor.User)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(ways.Identities, func(one UserIdentity) bool { return one.ID == id && one.Last }) {
			return fault.New(fault.Conflict, "This is the only way to sign in to your account. Set a password first, or add another way.")
		}
		if err := tx.RemoveIdentity(ctx, actor.User, id, now); err != nil {
			return err
		}
		return a.tellIdentity(ctx, tx, actor, toldIdentity{fund.MailIdentityRemoved, fund.ActRemoveIdentity, id}, now)
	})
	return err
}

// toldIdentity is what is mailed and logged about an identity.
type toldIdentity struct {
	mail fund.MailKind
	act  fund.Act
	id   fund.ID
}

func (a *App) tellIdentity(ctx context.Context, tx *store.Tx, actor Actor, told toldIdentity, now time.Time) error {
	user, err := tx.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return err
	}
	err = a.queueMail(ctx, tx, fund.Mail{
		Kind: told.mail, Recipient: user.Email, About: told.id, Language: cmp.Or(actor.mailLanguage(), user.Language),
	}, now)
	if err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(told.act, actor.User, now).with("identity", told.id.String()))
}
