package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) createTeam(ctx context.Context, actor app.Actor, _ struct{}, patch fund.TeamPatch) (made, error) {
	t, err := v.app.CreateTeam(ctx, actor, patch)
	return made{body: v.toTeam(t), path: below("teams", t.LegacyID)}, err
}

func (v *version) showCurrentUser(ctx context.Context, actor app.Actor, _ struct{}) (any, error) {
	u, err := v.app.CurrentUser(ctx, actor)
	return v.toCurrentUser(u), err
}

func (v *version) changeCurrentUser(ctx context.Context, actor app.Actor, _ struct{}, patch fund.UserPatch) (any, error) {
	u, err := v.app.UpdateCurrentUser(ctx, actor, patch)
	return v.toCurrentUser(u), err
}

// registrationKey is a registration for an event.
type registrationKey struct{ event, registration fund.Key }

func registrationAt(c *call) (registrationKey, error) {
	event, err := number(c, "id")
	if err != nil {
		return registrationKey{}, err
	}
	registration, err := number(c, "registration")
	return registrationKey{event: event, registration: registration}, err
}

func (v *version) createRegistration(ctx context.Context, actor app.Actor, event fund.Key, patch fund.RegistrationPatch) (made, error) {
	r, err := v.app.CreateRegistration(ctx, actor, event, patch)
	path := below("fundraising-events", event.LegacyID) + below("registrations", r.LegacyID)
	return made{body: v.toRegistration(r), path: path}, err
}

func (v *version) changeRegistration(ctx context.Context, actor app.Actor, key registrationKey, patch fund.RegistrationPatch) (any, error) {
	r, err := v.app.UpdateRegistration(ctx, actor, key.event, key.registration, patch)
	return v.toRegistration(r), err
}

func (v *version) deleteRegistration(ctx context.Context, actor app.Actor, key registrationKey) error {
	return v.app.DeleteRegistration(ctx, actor, key.event, key.registration)
}
