package fund

// VisibilityOption controls whether and how a part of a page is shown.
type VisibilityOption struct {
	Visible bool
	// Type is a variant such as "ALL" or "BOTH"; "" if the option has none.
	Type string
	// URL is set for the toolkit only.
	URL string
	// Heat is set for leaderboards that can show it.
	Heat *bool
}

// Visibility maps the name of an option, in snake_case, to its setting. A missing name was never set.
type Visibility map[string]VisibilityOption

// VisibilityTypes are the possible variants of an option.
func VisibilityTypes() []string { return []string{"ALL", "BOTH"} }

// Shown reports whether the option is visible, which is the default.
func (v Visibility) Shown(name string) bool {
	option, set := v[name]
	return !set || option.Visible
}

// CauseVisibilityNames are the options of a cause.
func CauseVisibilityNames() []string {
	return []string{
		"donate", "individual_leaderboard", "team_leaderboard", "regions", "regions_filter", "gift_aid",
		"cause_page_campaigns", "sustained_giving", "toolkit",
	}
}

// EventVisibilityNames are the options of a fundraising event.
func EventVisibilityNames() []string {
	return []string{
		"starts_at", "ends_at", "fundraiser_goal_amount", "individual_leaderboard", "team_leaderboard",
		"donor_leaderboard", "prevent_donations_before_start", "registration", "donate", "regions",
		"sustained_giving", "sustained_giving_stats", "goal", "raised", "header_intro", "header_title",
		"fe_page_campaigns", "toolkit",
	}
}

// PermissionNames are the switches of a cause's plan, in snake_case.
func PermissionNames() []string {
	return []string{
		"activated", "cause_leaderboard", "dashboard_enabled", "dashboard_chart", "fundraising_events_enabled",
		"fundraising_events_leaderboard", "fundraising_events_incentives", "fundraising_events_schedule",
		"fundraising_events_reporting", "fundraising_events_reporting_donations",
		"fundraising_events_reporting_campaigns", "fundraising_events_reporting_fundraisers",
		"fundraising_events_general_enabled", "fundraising_events_general_details",
		"fundraising_events_general_colors", "fundraising_events_general_images",
		"fundraising_events_registration_enabled", "fundraising_events_visibility_enabled",
		"fundraising_events_visibility_details", "fundraising_events_visibility_leaderboards", "admin_enabled",
		"admin_general_enabled", "admin_finance_enabled", "admin_branding_enabled", "admin_branding_details",
		"admin_branding_colors", "admin_branding_images", "admin_integrations_enabled", "admin_visibility_enabled",
		"admin_api_enabled", "reporting_enabled", "reporting_donations", "reporting_campaigns",
		"reporting_fundraisers", "reporting_chart", "customized_donation_form", "fundraising_events_multiple_active",
		"fundraising_events_unlimited_active", "gift_aid", "global_rewards_enabled", "heatindex_leaderboards",
		"management_enabled", "monthly_giving_rewards", "regions", "regions_filter", "reporting_global_rewards",
		"reporting_sustained_giving", "sustained_giving_enabled", "fundraising_event_rewards", "paypal_marketplace",
	}
}

// RegistrationField controls whether a fundraising event asks for a value when users register.
type RegistrationField struct {
	Enabled, Required bool
	// Position orders the form.
	Position int
}

// RegistrationFields maps the name of a field to its setting.
type RegistrationFields map[string]RegistrationField

// RegistrationFieldNames are the fields that an event can ask for.
func RegistrationFieldNames() []string {
	return []string{"address", "shirt_size", "service_hours", "phone_number", "date_of_birth"}
}
