package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

// fundraisingEvent begins and ends on days; when it can be supported is said to the second. Both of
// its addresses are absolute.
type fundraisingEvent struct {
	ID                     string  `json:"id" format:"uuid"`
	LegacyID               int64   `json:"legacy_id"`
	Name                   string  `json:"name"`
	Slug                   string  `json:"slug"`
	Status                 string  `json:"status" enum:"unpublished,published,retired"`
	Description            *string `json:"description"`
	URL                    string  `json:"url"`
	DonateURL              string  `json:"donate_url"`
	Avatar                 image   `json:"avatar"`
	CauseID                string  `json:"cause_id" format:"uuid"`
	CurrencyCode           string  `json:"currency_code"`
	Goal                   *amount `json:"goal"`
	TotalAmountRaised      amount  `json:"total_amount_raised"`
	StartsAt               *string `json:"starts_at" format:"date"`
	EndsAt                 *string `json:"ends_at" format:"date"`
	StartSupportingAt      *string `json:"start_supporting_at" format:"date-time"`
	CanPublishSupportingAt *string `json:"can_publish_supporting_at" format:"date-time"`
	EndSupportingAt        *string `json:"end_supporting_at" format:"date-time"`
	PublishedAt            *string `json:"published_at" format:"date-time"`
	RetiredAt              *string `json:"retired_at" format:"date-time"`
	InsertedAt             string  `json:"inserted_at" format:"date-time"`
	UpdatedAt              string  `json:"updated_at" format:"date-time"`
}

// registration is a user's entry for an event, for the cause. The documents hide all keys but the
// id and the times; the others are what the user was asked.
type registration struct {
	ID           string   `json:"id" format:"uuid"`
	LegacyID     int64    `json:"legacy_id"`
	UserID       string   `json:"user_id" format:"uuid"`
	Email        string   `json:"email" format:"email"`
	Subscribed   bool     `json:"subscribed"`
	Address      *address `json:"address"`
	ShirtSize    *string  `json:"shirt_size"`
	ServiceHours *bool    `json:"service_hours"`
	PhoneNumber  *string  `json:"phone_number"`
	DateOfBirth  *string  `json:"date_of_birth" format:"date"`
	InsertedAt   string   `json:"inserted_at" format:"date-time"`
	UpdatedAt    string   `json:"updated_at" format:"date-time"`
}

type address struct {
	AddressLine1 *string `json:"address_line1"`
	AddressLine2 *string `json:"address_line2"`
	City         *string `json:"city"`
	Region       *string `json:"region"`
	PostalCode   *string `json:"postal_code"`
	Country      *string `json:"country"`
}

func (v *version) toFundraisingEvent(e fund.FundraisingEvent) fundraisingEvent {
	f := e.Fact
	return fundraisingEvent{
		ID: f.ID.String(), LegacyID: f.LegacyID, Name: f.Name, Slug: f.Slug, Status: string(f.Status),
		Description: textOrNull(f.Description), URL: v.baseURL + factPath(f), DonateURL: v.donateURL(f),
		Avatar: v.factAvatar(f), CauseID: f.Cause.ID.String(), CurrencyCode: f.Currency,
		Goal: shortOrNull(f.Goal, f.Currency), TotalAmountRaised: fixed(f.Total(), f.Currency),
		StartsAt: dateOrNull(f.StartsAt), EndsAt: dateOrNull(f.EndsAt),
		StartSupportingAt:      secondsOrNull(e.StartSupportingAt),
		CanPublishSupportingAt: secondsOrNull(e.CanPublishSupportingAt),
		EndSupportingAt:        secondsOrNull(e.EndSupportingAt),
		PublishedAt:            secondsOrNull(f.PublishedAt), RetiredAt: secondsOrNull(f.RetiredAt),
		InsertedAt: seconds(f.CreatedAt), UpdatedAt: seconds(f.UpdatedAt),
	}
}

func toRegistration(r fund.Registration) registration {
	return registration{
		ID: r.ID.String(), LegacyID: r.LegacyID, UserID: r.UserID.String(), Email: r.Email, Subscribed: r.Subscribed,
		Address: toAddress(r.Address), ShirtSize: textOrNull(r.ShirtSize), ServiceHours: r.ServiceHours,
		PhoneNumber: textOrNull(r.PhoneNumber), DateOfBirth: textOrNull(r.DateOfBirth),
		InsertedAt: seconds(r.RegisteredAt), UpdatedAt: seconds(r.UpdatedAt),
	}
}

func toAddress(a *fund.Address) *address {
	if a == nil {
		return nil
	}
	return &address{
		AddressLine1: textOrNull(a.Line1), AddressLine2: textOrNull(a.Line2), City: textOrNull(a.City),
		Region: textOrNull(a.Region), PostalCode: textOrNull(a.PostalCode), Country: textOrNull(a.Country),
	}
}
