package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) teams() resource[fund.TeamPatch, fund.Team] {
	return resourceOf(teamModel, shown(v.toTeam), func(t fund.Team) string { return below("teams", t.LegacyID) })
}

func (v *version) self() resource[fund.UserPatch, fund.User] {
	return resourceOf(userModel, shown(v.toCurrentUser), nil)
}

// registrationKey is a registration for an event.
type registrationKey struct{ event, registration fund.Key }

func registrationAt(c *call) (registrationKey, error) {
	event, err := idAt(c)
	if err != nil {
		return registrationKey{}, err
	}
	registration, err := number(c, "registration")
	return registrationKey{event: event, registration: registration}, err
}

// registered is a registration with the id of its event.
type registered struct {
	fund.Registration

	event int64
}

func (v *version) registrations() resource[fund.RegistrationPatch, registered] {
	return resourceOf(registrationModel,
		shown(func(r registered) registration { return v.toRegistration(r.Registration) }),
		func(r registered) string {
			return below("fundraising-events", r.event) + below("registrations", r.LegacyID)
		})
}

func (v *version) createRegistration(ctx context.Context, actor app.Actor, event fund.Key, patch fund.RegistrationPatch) (registered, error) {
	r, err := v.app.CreateRegistration(ctx, actor, event, patch)
	return registered{r, event.LegacyID}, err
}

func (v *version) changeRegistration(ctx context.Context, actor app.Actor, key registrationKey, patch fund.RegistrationPatch) (registered, error) {
	r, err := v.app.UpdateRegistration(ctx, actor, key.event, key.registration, patch)
	return registered{r, key.event.LegacyID}, err
}

func (v *version) deleteRegistration(ctx context.Context, actor app.Actor, key registrationKey) error {
	return v.app.DeleteRegistration(ctx, actor, key.event, key.registration)
}
