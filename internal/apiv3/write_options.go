package apiv3

import "github.com/almoner/almoner/internal/fund"

// Options are shown as a part of the cause or event that they belong to.

func shownRegistrationFields(e fund.FundraisingEvent) registrationFields {
	return toRegistrationFields(e.RegistrationFields)
}

func shownEventVisibility(e fund.FundraisingEvent) eventVisibility {
	return toEventVisibility(e.Visibility)
}

func shownCauseVisibility(c fund.Cause) causeVisibility { return toCauseVisibility(c.Visibility) }

func shownPermissions(c fund.Cause) permissions { return toPermissions(c.Permissions) }
