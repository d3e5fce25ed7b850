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

// RegistrationMode is how applications register themselves: fund.RegistrationOpen, fund.RegistrationApproval or fund.RegistrationOff.
func (a *App) RegistrationMode(ctx context.Context) (string, error) {
	mode, _, err := Setting(ctx, a, fund.SettingRegistration, fund.RegistrationApproval)
	return mode, err
}

// RequireRegistration returns the RegistrationMode; it is Forbidden where nobody may register.
func (a *App) RequireRegistration(ctx context.Context) (string, error) {
	mode, err := a.RegistrationMode(ctx)
	if err == nil && mode == fund.RegistrationOff {
		err = fault.New(fault.Forbidden, "Programs cannot register themselves at this server. Ask its operator for a client id.")
	}
	return mode, err
}

// RegisterApplication creates an application that registers itself, for anybody, and returns its client secret, once. It belongs to nobody, and gets
// "public" and those of the requested scopes that fund.RegisteredScopes has, all of them if none was requested. It is Forbidden where the setting says
// so, and RateLimited for a network that registered shield.RegistrationsAnHour of them, or while fund.MaxPendingApplications wait for an operator.
func (a *App) RegisterApplication(ctx context.Context, actor Actor, in NewApplication) (fund.Application, string, error) {
	mode, err := a.RequireRegistration(ctx)
	if err != nil {
		return fund.Application{}, "", err
	}
	in.Scopes, in.API, in.Owner = registeredScopes(in.Scopes), fund.APIV5, fund.ID{}
	if err := in.checkRegistered(fund.Scopes()); err != nil {
		return fund.Application{}, "", err
	}
	made, err := a.newApplication(in)
	if err != nil {
		return fund.Application{}, "", err
	}
	made.Registered, made.Pending = true, mode == fund.RegistrationApproval
	made.UnusedAt = made.CreatedAt.Add(fund.RegistrationUnused)
	if err := a.shield.Register(actor.Address); err != nil {
		return fund.Application{}, "", err
	}
	if err := a.putRegistered(ctx, made); err != nil {
		return fund.Application{}, "", err
	}
	return made.Application, made.secret, nil
}

// putRegistered inserts an application that registered itself, unless too many wait. All of them share a lane, so that those of one node are
// counted exactly.
func (a *App) putRegistered(ctx context.Context, made newApplication) error {
	err := a.store.Write(ctx, fund.SettingID(fund.SettingRegistration), func(ctx context.Context, tx *store.Tx) error {
		if made.Pending {
			waiting, err := tx.CountPendingApplications(ctx)
			if err != nil {
				return err
			}
			if waiting >= fund.MaxPendingApplications {
				return &fault.Error{
					Kind: fault.RateLimited, RetryAfter: time.Hour,
					Message: "Too many applications wait for the operator of this server. Try again later, or ask for a client id.",
				}
			}
		}
		return tx.InsertApplication(ctx, made.Application, made.hash[:])
	})
	if err != nil {
		return fmt.Errorf("registration of application %s: %w", made.ID, err)
	}
	return nil
}

// checkRegistered is check for an application that registers itself.
func (in *NewApplication) checkRegistered(scopes []string) error {
	if len(in.RedirectURIs) > fund.MaxRegisteredRedirects {
		var wrong fault.Fields
		wrong.Add("redirect_uri", fmt.Sprintf("has too many addresses (%d at most)", fund.MaxRegisteredRedirects))
		return wrong.Err()
	}
	return in.check(scopes)
}

// registeredScopes cuts the requested scopes down to what an application gets that registers itself.
func registeredScopes(asked []string) []string {
	var scopes []string
	for _, scope := range fund.RegisteredScopes() {
		if len(asked) == 0 || scope == fund.ScopePublic || slices.Contains(asked, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// requireApproved is a fault of the kind for an application that still waits for an operator.
func requireApproved(application fund.Application, kind fault.Kind) error {
	if application.Pending {
		return fault.New(kind, "The application registered itself, and waits until the operator of this server approves it.")
	}
	return nil
}

// ApproveApplication lets an application in that registered itself; operators only. It has another fund.RegistrationUnused for its first use. One that does not
// wait stays as it is; a disabled one is a Conflict.
func (a *App) ApproveApplication(ctx context.Context, actor Actor, id fund.ID) (fund.Application, error) {
	return a.editApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, application fund.Application, now time.Time) error {
		if !application.Pending {
			return nil
		}
		if err := tx.ApproveApplication(ctx, id, now.Add(fund.RegistrationUnused)); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActApproveApplication, id, now))
	})
}

// AddScopes gives an application further scopes, for tokens that are made from now on; operators only. A disabled application is a Conflict.
func (a *App) AddScopes(ctx context.Context, actor Actor, id fund.ID, scopes []string) (fund.Application, error) {
	var wrong fault.Fields
	for _, scope := range scopes {
		fund.CheckOneOf(&wrong, "scope", scope, fund.Scopes())
	}
	if len(scopes) == 0 {
		wrong.Add("scope", fund.Blank)
	}
	if err := wrong.Err(); err != nil {
		return fund.Application{}, err
	}
	return a.editApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, application fund.Application, now time.Time) error {
		all := application.Scopes
		for _, scope := range scopes {
			if !slices.Contains(all, scope) {
				all = append(all, scope)
			}
		}
		if len(all) == len(application.Scopes) {
			return nil
		}
		if err := tx.SetApplicationScopes(ctx, id, all); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActSetScopes, id, now))
	})
}

// applicationEdit changes an application that was read in the same write.
type applicationEdit func(context.Context, *store.Tx, fund.Application, time.Time) error

// editApplication changes an application that is not disabled, and returns it.
func (a *App) editApplication(ctx context.Context, actor Actor, id fund.ID, edit applicationEdit) (fund.Application, error) {
	err := a.changeApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		application, err := tx.GetApplication(ctx, id)
		if err != nil {
			return err
		}
		if !application.DisabledAt.IsZero() {
			return fault.New(fault.Conflict, "The application is disabled, for good. Have it register again.")
		}
		return edit(ctx, tx, application, now)
	})
	if err != nil {
		return fund.Application{}, err
	}
	return a.store.GetApplication(ctx, id)
}

// lookAtApplication deletes an application that registered itself and was not used for fund.RegistrationUnused. One on which something hangs is
// disabled; one that was used is looked at again later.
func (a *App) lookAtApplication(ctx context.Context, id fund.ID) error {
	return a.store.Write(ctx, id, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		application, err := tx.GetApplication(ctx, id)
		if ok, err := found(err); !ok {
			return err
		}
		if application.UnusedAt.IsZero() || application.UnusedAt.After(now) {
			return nil
		}
		last, err := tx.LastUse(ctx, id, now)
		if err != nil {
			return err
		}
		if look := last.Add(fund.RegistrationUnused); look.After(now) {
			return tx.LookAtApplication(ctx, id, look)
		}
		return endApplication(ctx, tx, id, now)
	})
}

// endApplication deletes an application on which nothing hangs, and disables any other.
func endApplication(ctx context.Context, tx *store.Tx, id fund.ID, now time.Time) error {
	tx.Append(fund.Event{Topic: fund.TopicApplicationChanged, Subject: id, At: now})
	bare, err := tx.ApplicationBare(ctx, id)
	switch {
	case err != nil:
		return err
	case bare:
		return tx.DeleteApplication(ctx, id)
	}
	if err := tx.DisableApplication(ctx, id, now); err != nil {
		return err
	}
	return tx.LookAtApplication(ctx, id, time.Time{})
}
