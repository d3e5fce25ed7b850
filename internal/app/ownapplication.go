package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// BeginOwnApplication lists the scopes that an application may have that a user makes. It takes the proof that MakeOwnApplication takes, so that what was
// typed is not lost to it; see NeedsProof.
func (a *App) BeginOwnApplication(ctx context.Context, actor Actor) ([]string, error) {
	return a.BeginOwnToken(ctx, actor)
}

// ListOwnApplications lists the applications that the actor's user owns and that are not disabled, the newest first, at most fund.MaxOwnApplications.
func (a *App) ListOwnApplications(ctx context.Context, actor Actor) ([]fund.Application, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	return a.store.ListOwnApplications(ctx, actor.User, fund.MaxOwnApplications)
}

// MakeOwnApplication creates an application of the fifth version that the actor's user owns, and returns its client secret, which is not stored. Its tokens
// never may more than its owner. It is told by mail. It takes a proof; see NeedsProof. What is wrong is Invalid at "name", "redirect_uri" or "scope"; somebody
// who has fund.MaxOwnApplications gets a Conflict. It counts as a registration: a network that has shield.RegistrationsAnHour of them is RateLimited.
func (a *App) MakeOwnApplication(ctx context.Context, actor Actor, in NewApplication) (fund.Application, string, error) {
	if err := a.requireProof(actor); err != nil {
		return fund.Application{}, "", err
	}
	in.API, in.Owner = fund.APIV5, actor.User
	if err := in.checkRegistered(a.ownScopes(ctx)); err != nil {
		return fund.Application{}, "", err
	}
	if err := a.shield.Register(actor.Address); err != nil {
		return fund.Application{}, "", err
	}
	in.Scopes = withWebhooks(in.Scopes)
	made, err := a.newApplication(in)
	if err != nil {
		return fund.Application{}, "", err
	}
	// All writes of a user's applications share a lane, so that those of one node are counted exactly.
	err = a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		own, err := tx.ListOwnApplications(ctx, actor.User, fund.MaxOwnApplications)
		if err != nil {
			return err
		}
		if len(own) == fund.MaxOwnApplications {
			return fault.New(fault.Conflict, "You have %d applications. End one of them first.", fund.MaxOwnApplications)
		}
		if err := tx.InsertApplication(ctx, made.Application, made.hash[:]); err != nil {
			return err
		}
		return a.tellOwner(ctx, tx, actor, fund.ActCreateApplication, made.ID, now)
	})
	if err != nil {
		return fund.Application{}, "", fmt.Errorf("application of user %s: %w", actor.User, err)
	}
	return made.Application, made.secret, nil
}

// tellOwner tells the owner of an application by mail that it is new, or has a new secret, and logs the act.
func (a *App) tellOwner(ctx context.Context, tx *store.Tx, actor Actor, act fund.Act, id fund.ID, now time.Time) error {
	user, err := tx.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return err
	}
	if err := a.tellUser(ctx, tx, actor, user, fund.MailApplicationMade, now); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(act, id, now))
}

// withWebhooks are scopes and those for webhooks, without which nothing is sent to an application's webhooks. They are about nothing but its own.
func withWebhooks(scopes []string) []string {
	all := slices.Clone(scopes)
	for _, one := range []string{fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite} {
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// OwnApplication finds an application that the actor's user owns, and the actor that manages its webhooks: the application itself, with its own scopes and
// those for webhooks. One that is not there, is disabled, or is another's is NotFound.
func (a *App) OwnApplication(ctx context.Context, actor Actor, id fund.ID) (fund.Application, Actor, error) {
	if err := RequireUser(actor); err != nil {
		return fund.Application{}, Actor{}, err
	}
	application, err := a.store.GetApplication(ctx, id)
	if err == nil && (application.OwnerID != actor.User || !application.DisabledAt.IsZero()) {
		err = missingNamed("application", id.String())
	}
	if err != nil {
		return fund.Application{}, Actor{}, err
	}
	return application, Actor{Kind: ActorApplication, Application: id, Owner: actor.User, Scopes: withWebhooks(application.Scopes), Address: actor.Address}, nil
}

// RotateOwnSecret replaces the client secret of an application of OwnApplication, and returns the new one, which is not stored. The old one is wrong at once;
// tokens stay. It is told by mail, and takes a proof; see NeedsProof.
func (a *App) RotateOwnSecret(ctx context.Context, actor Actor, id fund.ID) (string, error) {
	if err := a.requireProof(actor); err != nil {
		return "", err
	}
	text, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	return text, a.changeOwnApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SetApplicationSecret(ctx, id, hash[:]); err != nil {
			return err
		}
		return a.tellOwner(ctx, tx, actor, fund.ActRotateSecret, id, now)
	})
}

// EndOwnApplication ends an application of OwnApplication for good, with all its tokens; its webhooks get nothing any more.
func (a *App) EndOwnApplication(ctx context.Context, actor Actor, id fund.ID) error {
	return a.changeOwnApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.DisableApplication(ctx, id, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActDisableApplication, id, now))
	})
}

// changeOwnApplication makes one change of an application of the actor's user, and has every node forget what it knew of its tokens.
func (a *App) changeOwnApplication(ctx context.Context, actor Actor, id fund.ID, change change) error {
	if _, _, err := a.OwnApplication(ctx, actor, id); err != nil {
		return err
	}
	err := a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		tx.Append(fund.Event{Topic: fund.TopicApplicationChanged, Subject: id, At: now})
		return change(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("application %s: %w", id, err)
	}
	return nil
}
