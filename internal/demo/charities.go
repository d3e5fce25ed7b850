package demo

import (
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// day is an instant that many days before Epoch.
func day(before float64) time.Time {
	return Epoch.Add(-time.Duration(before * 24 * float64(time.Hour))).Truncate(time.Second)
}

// charities are the causes: the first one has every field filled, the second one hides its leaderboards, and each has its own currency.
func charities() []fund.Cause {
	return []fund.Cause{openHarbor(), riverKeepers(), nekoNoIe()}
}

// What streamers may record for the causes without a payment, in major units, at once and a day.
const (
	offlineMaximum      = "100"
	offlineDailyMaximum = "1000"
)

// ratesOf are the exchange rates of the currencies of all causes, which are the same each day.
func ratesOf(day time.Time) []money.DayRate {
	return []money.DayRate{{Currency: "GBP", Day: day, Rate: 1_310_000_000}, {Currency: "JPY", Day: day, Rate: 6_600_000}}
}

func openHarbor() fund.Cause {
	return fund.Cause{
		Fact: fund.Fact{
			Slug: "open-harbor", Name: "Open Harbor Relief", Status: fund.Published, Currency: "USD", Goal: 25_000_000,
			Description: "Boats, blankets and people who stay.", Avatar: "https://assets.example/open-harbor/avatar.png",
			Supportable: fund.SupportPublic,
		},
		LegalName:    "Open Harbor Relief, Inc.",
		About:        "Open Harbor brings **first aid and shelter** to coasts after storms.\n\n- 40 ports\n- 900 volunteers",
		Video:        "https://www.youtube.com/watch?v=openharbor0",
		Image:        "https://assets.example/open-harbor/image.jpg",
		Logo:         "https://assets.example/open-harbor/logo.png",
		Banner:       "https://assets.example/open-harbor/banner.jpg",
		ContactEmail: "hello@open-harbor.example", PhoneNumber: "+12065550142", PaypalEmail: "giving@open-harbor.example",
		GovernmentID: "12-3456789", PlanTier: 3, Connected: connections(),
		Social: fund.Social{
			Discord: "https://discord.gg/openharbor", Facebook: "openharbor", Instagram: "openharbor", Snapchat: "openharbor",
			Tiktok: "@openharbor", Twitch: "openharbor", Twitter: "openharbor", Website: "https://open-harbor.example",
			Youtube: "https://www.youtube.com/@openharbor", Mixer: "openharbor",
		},
		Address: fund.Address{
			Line1: "1 Pier Road", Line2: "Suite 7", City: "Seattle", Region: "WA", PostalCode: "98101", Country: "US",
		},
		Settings:    settings("Open Harbor"),
		Permissions: permissions(),
		Visibility:  visibility(fund.CauseVisibilityNames()),
	}
}

func riverKeepers() fund.Cause {
	options := visibility(fund.CauseVisibilityNames())
	for _, name := range []string{"individual_leaderboard", "team_leaderboard"} {
		options[name] = fund.VisibilityOption{Visible: false, Type: "ALL"}
	}
	return fund.Cause{
		Fact: fund.Fact{
			Slug: "river-keepers", Name: "River Keepers & Friends", Status: fund.Published, Currency: "GBP", Goal: 5_000_000,
			Description: "Otters first.", Supportable: fund.SupportPublic,
		},
		LegalName: "River Keepers Trust", About: "Clean rivers from source to sea.", GovernmentID: "1098765",
		ContactEmail: "post@river-keepers.example", PlanTier: 2, Connected: []string{"stripe", "gift_aid"},
		Social:      fund.Social{Twitter: "riverkeepers", Youtube: "riverkeepers"},
		Address:     fund.Address{Line1: "Weir House", City: "Bath", Region: "Somerset", PostalCode: "BA1 1AA", Country: "GB"},
		Settings:    fund.Settings{ColorHighlight: "#2e8b57", HeaderTitle: "River Keepers", MinimumDonation: 200},
		Permissions: permissions(), Visibility: options,
	}
}

func nekoNoIe() fund.Cause {
	return fund.Cause{
		Fact: fund.Fact{
			Slug: "neko-no-ie", Name: "猫の家ネットワーク", Status: fund.Published, Currency: "JPY", Goal: 8_000_000,
			Supportable: fund.SupportPublic,
		},
		LegalName: "認定NPO法人 猫の家ネットワーク", About: "保護猫に、新しい家族を。", ContactEmail: "info@neko-no-ie.example",
		GovernmentID: "0105-05-009876",
		Connected:    []string{"stripe"},
		Address:      fund.Address{Line1: "谷中3-4-5", City: "台東区", Region: "東京都", PostalCode: "110-0001", Country: "JP"},
	}
}

func settings(title string) fund.Settings {
	return fund.Settings{
		ColorBackground: "#0b2545", ColorHighlight: "#ff8800", HeaderIntro: "Together with streamers", HeaderTitle: title,
		FindOutMoreLink: "https://open-harbor.example/about", FooterCopyright: "© 2026 " + title,
		FooterCoppa: "https://open-harbor.example/coppa", FooterPrivacy: "https://open-harbor.example/privacy",
		FooterTerms: "https://open-harbor.example/terms", MinimumDonation: 100, AnalyticsTrackingID: "G-DEMO000001",
	}
}

// permissions enables all permissions except every seventh.
func permissions() map[string]bool {
	switches := make(map[string]bool)
	for i, name := range fund.PermissionNames() {
		switches[name] = i%7 != 6
	}
	return switches
}

// visibility shows all options, with the variants of real responses.
func visibility(names []string) fund.Visibility {
	heat := true
	options := make(fund.Visibility)
	for _, name := range names {
		option := fund.VisibilityOption{Visible: true}
		switch name {
		case "individual_leaderboard", "team_leaderboard", "donor_leaderboard":
			option.Type = "ALL"
			if slices.Contains(names, "donor_leaderboard") {
				option.Heat = &heat
			}
		case "fundraiser_goal_amount":
			option.Type = "BOTH"
		case "toolkit":
			option.URL = "https://open-harbor.example/toolkit"
		}
		options[name] = option
	}
	return options
}

// appeal is a fundraising event of the data set.
type appeal struct {
	cause      string
	event      fund.FundraisingEvent
	incentives []fund.Incentive
	schedule   []fund.SchedulePatch
	// registered are the slugs of the users who registered for it.
	registered []string
}

// appeals are the fundraising events: the first one has everything.
func appeals() []appeal {
	return []appeal{
		{
			cause: "open-harbor", event: winterLights(),
			incentives: []fund.Incentive{
				{Title: "Enamel pin", Description: "For everybody who raises $100.", Image: "https://assets.example/winter-lights/pin.png"},
				{Title: "T-shirt", Description: "For $500: in all sizes <S> to \"XXL\".", Image: "https://assets.example/winter-lights/shirt.png"},
				{Title: "灯籠 Lantern", Description: "For $1,000, signed by the crew.", Image: "https://assets.example/winter-lights/lantern.png"},
			},
			schedule: []fund.SchedulePatch{
				scheduled("Opening night", "Everybody on one couch.", day(13), day(12.9)),
				scheduled("Community weekend", "", day(6), time.Time{}),
				scheduled("The long goodbye 🕯️", "The lights go out when they go out.", faraway.AddDate(0, 0, -1), faraway),
			},
			registered: []string{"mira", "jonas", "priya", "tomas", "lena", "omar"},
		},
		{cause: "open-harbor", event: fund.FundraisingEvent{
			Fact: fund.Fact{
				Slug: "summer-splash", Name: "Summer Splash 2026", Status: fund.Retired, Goal: 1_000_000, StartsAt: day(120), EndsAt: day(90),
			},
			ShortDescription: "It was hot.", RegistrationFields: registrationFields(), Visibility: visibility(fund.EventVisibilityNames()),
		}},
		{cause: "river-keepers", event: otterWeek(), registered: []string{"noa"}},
	}
}

func winterLights() fund.FundraisingEvent {
	return fund.FundraisingEvent{
		Fact: fund.Fact{
			Slug: "winter-lights", Name: "Winter Lights", Status: fund.Published, Goal: 10_000_000, StartsAt: day(14), EndsAt: faraway,
			Description: "Streams through the *darkest* weeks of the year.", Avatar: "https://assets.example/winter-lights/avatar.png",
			Supportable: fund.SupportPublic,
		},
		ShortDescription: "Leave a light on.", Message: "Thank you for **being here**.", ContactEmail: "lights@open-harbor.example",
		Video:  "https://www.youtube.com/watch?v=winterlight",
		Image:  "https://assets.example/winter-lights/image.jpg",
		Logo:   "https://assets.example/winter-lights/logo.png",
		Banner: "https://assets.example/winter-lights/banner.jpg", Settings: settings("Winter Lights"),
		RegistrationFields: registrationFields(), Visibility: visibility(fund.EventVisibilityNames()),
		StartSupportingAt: day(50), CanPublishSupportingAt: day(45), EndSupportingAt: faraway.AddDate(0, -1, 0),
	}
}

// otterWeek hides its donors.
func otterWeek() fund.FundraisingEvent {
	shown := visibility(fund.EventVisibilityNames())
	shown["donor_leaderboard"] = fund.VisibilityOption{Visible: false, Type: "ALL"}
	return fund.FundraisingEvent{
		Fact: fund.Fact{
			Slug: "otter-week", Name: "Otter Week 🦦", Status: fund.Published, Goal: 750_000, StartsAt: day(20), EndsAt: faraway,
		},
		RegistrationFields: registrationFields(), Visibility: shown,
	}
}

// registrationFields asks for everything and requires only the first field.
func registrationFields() fund.RegistrationFields {
	fields := make(fund.RegistrationFields)
	for i, name := range fund.RegistrationFieldNames() {
		fields[name] = fund.RegistrationField{Enabled: true, Required: i == 0, Position: i + 1}
	}
	return fields
}

func scheduled(name, description string, from, until time.Time) fund.SchedulePatch {
	patch := fund.SchedulePatch{Name: fund.Some(name), StartsAt: fund.Some(from)}
	if description != "" {
		patch.Description = fund.Some(description)
	}
	if !until.IsZero() {
		patch.EndsAt = fund.Some(until)
	}
	return patch
}

// connections are all services for which the API reports whether a cause is connected.
func connections() []string {
	return []string{"stripe", "mailchimp", "amazon_pay", "gift_aid", "paypal_giving_fund", "paypal_marketplace"}
}
