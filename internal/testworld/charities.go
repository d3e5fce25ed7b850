package testworld

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// charities are the causes, and the event of the first.
func (w *World) charities(ctx context.Context) {
	var rates []money.DayRate
	for at := w.Clock.Now().AddDate(0, -1, 0); !at.After(w.Clock.Now()); at = at.AddDate(0, 0, 1) {
		for currency, rate := range map[string]int64{"GBP": money.RateScale * 5 / 4, "JPY": money.RateScale / 125} {
			rates = append(rates, money.DayRate{Currency: currency, Day: at, Rate: rate})
		}
	}
	_, err := w.PutRates(ctx, app.System(), rates)
	w.Must(err)
	heat := true
	w.Cause, err = w.ImportCause(ctx, app.System(), fund.Cause{
		Fact:      fund.Fact{Slug: "game-aid", Name: "Game Aid", Description: "Play and help.", Currency: "GBP", Avatar: "/media/game-aid.png"},
		LegalName: "Game Aid Trust", About: "We help.", Video: "https://video.example.org/1", Image: "/media/image.png",
		Logo: "/media/logo.png", Banner: "/media/banner.png", ContactEmail: "hello@example.org",
		PhoneNumber: "+441632960000", PaypalEmail: "pay@example.org", GovernmentID: "1234567", PlanTier: 4,
		Social:  fund.Social{Twitter: "gameaid", Youtube: "gameaid"},
		Address: fund.Address{Line1: "1 High Street", City: "Bristol", Region: "BRS", PostalCode: "BS1 1AA", Country: "GB"},
		Settings: fund.Settings{
			ColorBackground: "#ffffff", ColorHighlight: "#ff0055", HeaderIntro: "Hello", HeaderTitle: "Game Aid",
			FindOutMoreLink: "https://example.org", FooterCopyright: "Game Aid", FooterPrivacy: "https://example.org/privacy",
			MinimumDonation: 100, AnalyticsTrackingID: "UA-1",
		},
		Permissions: map[string]bool{"activated": true, "cause_leaderboard": true, "gift_aid": true},
		Visibility: fund.Visibility{
			"donate": {Visible: true}, "regions": {Visible: false}, "team_leaderboard": {Visible: true, Type: "TOP"},
			"sustained_giving": {Visible: false}, "toolkit": {Visible: true, URL: "https://example.org/toolkit"},
		},
		Connected: []string{"stripe", "gift_aid"},
	})
	w.Must(err)
	w.Tiny, err = w.ImportCause(ctx, app.System(), fund.Cause{
		Fact:       fund.Fact{Slug: "tiny", Name: "Tiny", Currency: "JPY"},
		Visibility: fund.Visibility{"individual_leaderboard": {}, "team_leaderboard": {}},
	})
	w.Must(err)
	for _, c := range []fund.Cause{w.Cause, w.Tiny} {
		w.AllowOffline(ctx, c.ID)
	}
	w.Must(w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.Cause.ID, User: w.Bob.ID, Role: fund.CauseOwner}))
	day := time.Date(2022, time.November, 1, 0, 0, 0, 0, time.UTC)
	w.Event, err = w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{
			Slug: "winter-2022", Name: "Winter 2022", Description: "Together.", Goal: 1_000_000, Cause: fund.Ref{ID: w.Cause.ID},
			StartsAt: day, EndsAt: day.AddDate(0, 1, 0), Avatar: "/media/winter.png",
		},
		StartSupportingAt: day.Add(-24 * time.Hour), EndSupportingAt: day.AddDate(0, 1, 0),
		ShortDescription: "Short.", ContactEmail: "winter@example.org", Logo: "/media/winter-logo.png",
		Settings: fund.Settings{HeaderTitle: "Winter", HeaderIntro: "Brr", ColorHighlight: "#00ff00", ColorBackground: "#000"},
		RegistrationFields: fund.RegistrationFields{
			"address": {Enabled: true, Required: true}, "shirt_size": {Enabled: true, Position: 1},
			"service_hours": {Position: 2}, "date_of_birth": {Position: 3}, "phone_number": {Position: 5},
		},
		Visibility: fund.Visibility{"individual_leaderboard": {Visible: true, Type: "ALL", Heat: &heat}, "goal": {Visible: false}},
	})
	w.Must(err)
	_, err = w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{Slug: "spring-2021", Name: "Spring 2021", Cause: fund.Ref{ID: w.Cause.ID}, Status: fund.Retired},
	})
	w.Must(err)
	_, err = w.CreateIncentive(ctx, app.System(), fund.Incentive{EventID: w.Event.ID, Title: "Badge", Description: "Raise 100."})
	w.Must(err)
	_, err = w.CreateEventScheduleItem(ctx, app.System(), fund.Key{ID: w.Event.ID}, fund.SchedulePatch{
		Name: fund.Some("Opening"), StartsAt: fund.Some(day.Add(20 * time.Hour)),
	})
	w.Must(err)
	_, err = w.CreateRegistration(ctx, As(w.Cleo), fund.Key{ID: w.Event.ID}, fund.RegistrationPatch{
		Email: fund.Some("cleo@example.org"), Subscribed: fund.Some(true), ShirtSize: fund.Some("M"),
		Address: fund.Some(&fund.Address{Line1: "2 Low Street", City: "Leeds", Region: "LDS", PostalCode: "LS1", Country: "GB"}),
	})
	w.Must(err)
}
