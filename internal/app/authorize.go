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

// FindApplication finds an application by its client id; a disabled one is NotFound, and one that waits for an operator
// a Conflict.
func (a *App) FindApplication(ctx context.Context, clientID string) (fund.Application, error) {
	application, _, err := a.applicationByClientID(ctx, clientID)
	if fault.Is(err, fault.NotFound) {
		return application, missingNamed("application", "")
	}
	if err == nil && !application.DisabledAt.IsZero() {
		return fund.Application{}, fault.New(fault.NotFound, "The application is disabled.")
	}
	if err == nil {
		err = requireApproved(application, fault.Conflict)
	}
	return application, err
}

// RedirectURI is where users of the application are redirected to: the requested address, which must be registered (see
// fund.MatchesRedirect), or the only registered one if none was requested.
func RedirectURI(application fund.Application, asked string) (string, error) {
	registered := func(one string) bool { return fund.MatchesRedirect(one, asked) }
	switch {
	case asked != "" && slices.ContainsFunc(application.RedirectURIs, registered):
		return asked, nil
	case asked != "":
		return "", refused(FieldRedirect, "The redirect_uri is not one that the application has registered.")
	case len(application.RedirectURIs) == 1:
		return application.RedirectURIs[0], nil
	default:
		return "", refused(FieldRedirect, "The application has several redirect URIs, so the request must name one.")
	}
}

// AllowedScopes are the scopes of a token for which the application requests these. If it requests none, that is "public" if the
// application has it, otherwise all it has. Applications of V3 know only the scope "public", which stands for all they have.
func AllowedScopes(application fund.Application, asked []string) ([]string, error) {
	for _, scope := range asked {
		if !slices.Contains(fund.Scopes(), scope) {
			return nil, refused(FieldScope, "There is no scope %q.", fault.Echo(scope))
		}
	}
	if missing := firstMissing(asked, application.Scopes); missing != "" {
		return nil, refused(FieldScope, "The application was not given the scope %q.", fault.Echo(missing))
	}
	public := slices.Contains(application.Scopes, fund.ScopePublic)
	switch {
	case application.API == fund.APIV3 && (len(asked) == 0 || slices.Contains(asked, fund.ScopePublic)):
		return application.Scopes, nil
	case len(asked) == 0 && public:
		return []string{fund.ScopePublic}, nil
	case len(asked) == 0:
		return application.Scopes, nil
	}
	var scopes []string
	for _, scope := range asked {
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// firstMissing is the first of the wanted scopes that is missing; "" for none.
func firstMissing(wanted, there []string) string {
	for _, one := range wanted {
		if !slices.Contains(there, one) {
			return one
		}
	}
	return ""
}

// IssueToApplication issues an authenticated application a token of its own, with scopes returned by AllowedScopes.
func (a *App) IssueToApplication(ctx context.Context, application fund.Application, scopes []string) (Issued, error) {
	fresh, err := a.freshTokens(application)
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{Access: fresh.access}
	err = a.write(ctx, Actor{}, fresh.id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		issued.Token, issued.At = fresh.token(fund.TokenApplication, scopes, now), now
		return fresh.put(ctx, tx, issued.Token, now)
	})
	if err != nil {
		return Issued{}, fmt.Errorf("token of application %s: %w", application.ID, err)
	}
	return issued, nil
}

// Allowed is an application that a user has authorized, with everything that it may do.
type Allowed struct {
	Application fund.Application
	Scopes      []string
	// Since is when the oldest grant that still holds was made.
	Since time.Time
}

// AllowedApplications are the applications that the user has authorized, newest first.
func (a *App) AllowedApplications(ctx context.Context, actor Actor) ([]Allowed, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	grants, err := a.store.ListGrants(ctx, actor.User)
	if err != nil {
		return nil, err
	}
	var all []Allowed
	for _, g := range grants {
		i := slices.IndexFunc(all, func(one Allowed) bool { return one.Application.ID == g.ApplicationID })
		if i < 0 {
			application, err := a.store.GetApplication(ctx, g.ApplicationID)
			if err != nil {
				return nil, fmt.Errorf("grant %s: %w", g.ID, err)
			}
			i, all = len(all), append(all, Allowed{Application: application})
		}
		all[i].Since = g.CreatedAt
		for _, scope := range g.Scopes {
			if !slices.Contains(all[i].Scopes, scope) {
				all[i].Scopes = append(all[i].Scopes, scope)
			}
		}
	}
	return all, nil
}

// Withdraw revokes everything that the user has granted the application; its tokens end at once.
func (a *App) Withdraw(ctx context.Context, actor Actor, application fund.ID) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	grants, err := a.store.ListGrants(ctx, actor.User)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.ApplicationID != application {
			continue
		}
		if err := a.endGrant(ctx, g.ID); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) endGrant(ctx context.Context, id fund.ID) error {
	err := a.write(ctx, Actor{}, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return revokeGrant(ctx, tx, id, now)
	})
	if err != nil {
		return fmt.Errorf("grant %s: %w", id, err)
	}
	return nil
}
