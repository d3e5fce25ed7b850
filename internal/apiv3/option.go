package apiv3

import "github.com/almoner/almoner/internal/fund"

// permissions maps each switch of a cause's plan to its state; all are there.
type permissions map[string]bool

func toPermissions(set map[string]bool) permissions {
	made := permissions{}
	for _, name := range fund.PermissionNames() {
		made[camel(name)] = set[name]
	}
	return made
}

// visible is a visibility option.
type visible struct {
	Visible bool   `json:"visible"`
	Type    string `json:"type,omitempty"`
}

// visibleBoard is the option of a leaderboard of an event. Its startsAt is always null.
type visibleBoard struct {
	Visible  bool    `json:"visible"`
	Type     string  `json:"type"`
	Heat     bool    `json:"heat"`
	StartsAt *string `json:"startsAt"`
}

type visibleToolkit struct {
	URL     string `json:"url"`
	Visible bool   `json:"visible"`
}

// causeVisibility has the leaderboards under their real and their documented names.
type causeVisibility struct {
	Donate                     visible         `json:"donate"`
	IndividualLeaderboard      visible         `json:"individualLeaderboard"`
	TeamLeaderboard            visible         `json:"teamLeaderboard"`
	SnakeIndividualLeaderboard visible         `json:"individual_leaderboard"`
	SnakeTeamLeaderboard       visible         `json:"team_leaderboard"`
	Regions                    visible         `json:"regions"`
	RegionsFilter              visible         `json:"regionsFilter"`
	GiftAid                    visible         `json:"giftAid"`
	CausePageCampaigns         visible         `json:"causePageCampaigns"`
	SustainedGiving            *visible        `json:"sustainedGiving"`
	Toolkit                    *visibleToolkit `json:"toolkit"`
}

// eventVisibility are the options of a fundraising event; the last four are null until they
// are set.
type eventVisibility struct {
	StartsAt                    visible         `json:"startsAt"`
	EndsAt                      visible         `json:"endsAt"`
	FundraiserGoalAmount        visible         `json:"fundraiserGoalAmount"`
	IndividualLeaderboard       visibleBoard    `json:"individualLeaderboard"`
	TeamLeaderboard             visibleBoard    `json:"teamLeaderboard"`
	DonorLeaderboard            visible         `json:"donorLeaderboard"`
	PreventDonationsBeforeStart visible         `json:"preventDonationsBeforeStart"`
	Registration                visible         `json:"registration"`
	Donate                      visible         `json:"donate"`
	Regions                     visible         `json:"regions"`
	SustainedGiving             visible         `json:"sustainedGiving"`
	SustainedGivingStats        visible         `json:"sustainedGivingStats"`
	Goal                        visible         `json:"goal"`
	Raised                      visible         `json:"raised"`
	HeaderIntro                 *visible        `json:"headerIntro"`
	HeaderTitle                 *visible        `json:"headerTitle"`
	FePageCampaigns             *visible        `json:"fePageCampaigns"`
	Toolkit                     *visibleToolkit `json:"toolkit"`
}

const (
	typeAll  = "ALL"
	typeBoth = "BOTH"
)

func toCauseVisibility(set fund.Visibility) causeVisibility {
	individual, team := toVisible(set, "individual_leaderboard", typeAll), toVisible(set, "team_leaderboard", typeAll)
	return causeVisibility{
		Donate:                toVisible(set, "donate", ""),
		IndividualLeaderboard: individual, SnakeIndividualLeaderboard: individual,
		TeamLeaderboard: team, SnakeTeamLeaderboard: team,
		Regions: toVisible(set, "regions", ""), RegionsFilter: toVisible(set, "regions_filter", ""),
		GiftAid: toVisible(set, "gift_aid", ""), CausePageCampaigns: toVisible(set, "cause_page_campaigns", ""),
		SustainedGiving: toVisibleOrNull(set, "sustained_giving"), Toolkit: toToolkit(set),
	}
}

func toEventVisibility(set fund.Visibility) eventVisibility {
	return eventVisibility{
		StartsAt: toVisible(set, "starts_at", ""), EndsAt: toVisible(set, "ends_at", ""),
		FundraiserGoalAmount:        toVisible(set, "fundraiser_goal_amount", typeBoth),
		IndividualLeaderboard:       toVisibleBoard(set, "individual_leaderboard"),
		TeamLeaderboard:             toVisibleBoard(set, "team_leaderboard"),
		DonorLeaderboard:            toVisible(set, "donor_leaderboard", typeAll),
		PreventDonationsBeforeStart: toVisible(set, "prevent_donations_before_start", ""),
		Registration:                toVisible(set, "registration", ""),
		Donate:                      toVisible(set, "donate", ""), Regions: toVisible(set, "regions", ""),
		SustainedGiving:      toVisible(set, "sustained_giving", ""),
		SustainedGivingStats: toVisible(set, "sustained_giving_stats", ""),
		Goal:                 toVisible(set, "goal", ""), Raised: toVisible(set, "raised", ""),
		HeaderIntro: toVisibleOrNull(set, "header_intro"), HeaderTitle: toVisibleOrNull(set, "header_title"),
		FePageCampaigns: toVisibleOrNull(set, "fe_page_campaigns"), Toolkit: toToolkit(set),
	}
}

// toVisible writes the kind of an option when it has one, or else the usual one.
func toVisible(set fund.Visibility, name, usual string) visible {
	made := visible{Visible: set.Shown(name), Type: set[name].Type}
	if made.Type == "" {
		made.Type = usual
	}
	return made
}

func toVisibleOrNull(set fund.Visibility, name string) *visible {
	if _, ok := set[name]; !ok {
		return nil
	}
	made := toVisible(set, name, "")
	return &made
}

func toVisibleBoard(set fund.Visibility, name string) visibleBoard {
	one := toVisible(set, name, typeAll)
	heat := set[name].Heat
	return visibleBoard{Visible: one.Visible, Type: one.Type, Heat: heat != nil && *heat}
}

func toToolkit(set fund.Visibility) *visibleToolkit {
	option, ok := set["toolkit"]
	if !ok {
		return nil
	}
	return &visibleToolkit{URL: option.URL, Visible: option.Visible}
}

type registrationField struct {
	Enabled  bool `json:"enabled"`
	Position int  `json:"position"`
	Required bool `json:"required"`
}

// embeddedRegistrationFields is how an event shows the fields among its settings.
type embeddedRegistrationFields struct {
	Address      registrationField `json:"address"`
	ShirtSize    registrationField `json:"shirtSize"`
	ServiceHours registrationField `json:"serviceHours"`
	PhoneNumber  registrationField `json:"phoneNumber"`
	DateOfBirth  registrationField `json:"dateOfBirth"`
}

// registrationFields is the answer of their own endpoint: the embedded keys, and the two that
// the documents write with an underscore.
type registrationFields struct {
	embeddedRegistrationFields
	SnakeShirtSize    registrationField `json:"shirt_size"`
	SnakeServiceHours registrationField `json:"service_hours"`
}

func toEmbeddedRegistrationFields(set fund.RegistrationFields) embeddedRegistrationFields {
	return embeddedRegistrationFields{
		Address:      toRegistrationField(set["address"]),
		ShirtSize:    toRegistrationField(set["shirt_size"]),
		ServiceHours: toRegistrationField(set["service_hours"]),
		PhoneNumber:  toRegistrationField(set["phone_number"]),
		DateOfBirth:  toRegistrationField(set["date_of_birth"]),
	}
}

func toRegistrationField(f fund.RegistrationField) registrationField {
	return registrationField{Enabled: f.Enabled, Position: f.Position, Required: f.Required}
}

func toRegistrationFields(set fund.RegistrationFields) registrationFields {
	embedded := toEmbeddedRegistrationFields(set)
	return registrationFields{
		embeddedRegistrationFields: embedded,
		SnakeShirtSize:             embedded.ShirtSize, SnakeServiceHours: embedded.ServiceHours,
	}
}
