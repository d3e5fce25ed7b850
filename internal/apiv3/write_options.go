package apiv3

import "github.com/almoner/almoner/internal/fund"

// Options are a part of the cause or event that they belong to.

func registrationFieldsOf(e fund.FundraisingEvent) fund.RegistrationFields {
	return e.RegistrationFields
}

func eventVisibilityOf(e fund.FundraisingEvent) fund.Visibility { return e.Visibility }

func causeVisibilityOf(c fund.Cause) fund.Visibility { return c.Visibility }

func permissionsOf(c fund.Cause) map[string]bool { return c.Permissions }
